"""What hosting decides: quotas, states, names, use and price. Pure."""
