"""The writes of monitoring."""
