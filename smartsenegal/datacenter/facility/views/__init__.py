"""Pages of who manages a datacentre."""
