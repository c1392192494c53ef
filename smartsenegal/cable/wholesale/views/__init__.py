"""Pages of `cable.wholesale`."""
