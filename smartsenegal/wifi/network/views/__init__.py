"""Pages of the network engineer."""
