"""Pages of `datacenter.billing`."""
