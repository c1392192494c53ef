"""Live pages of the network engineer."""
