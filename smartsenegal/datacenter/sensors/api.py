"""What is measured in a datacentre: the only face of `datacenter.sensors`."""

from smartsenegal.datacenter.sensors.queries import sources_of

__all__ = ["sources_of"]
