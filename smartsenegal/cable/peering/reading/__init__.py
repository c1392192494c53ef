"""What routers say of themselves, read into one shape. Pure: no Django, no process."""
