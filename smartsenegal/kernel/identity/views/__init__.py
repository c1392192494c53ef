"""Pages of `identity`."""
