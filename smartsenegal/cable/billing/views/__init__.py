"""Pages of `cable.billing`."""
