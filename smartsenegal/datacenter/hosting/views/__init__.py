"""Pages of who runs a platform, and of those who host there."""
