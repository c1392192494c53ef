"""Every write of `datacenter.colocation`: leases, prices, visits, requests of customers."""

from smartsenegal.datacenter.colocation.actions import leases, requests, terms, visits

__all__ = ["leases", "requests", "terms", "visits"]
