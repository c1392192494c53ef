"""Kits of events: the only face of `wifi.kit`."""

from smartsenegal.wifi.kit.models import Kit, Pack

__all__ = ["Kit", "Pack"]
