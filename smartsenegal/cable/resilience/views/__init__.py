"""Pages of failures, works and studies."""
