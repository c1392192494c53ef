"""Every write of `datacenter.sensors`."""

from smartsenegal.datacenter.sensors.actions import rounds, sources

__all__ = ["rounds", "sources"]
