"""Pages of the kits."""
