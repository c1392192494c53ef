"""The captive portal: the only face of `wifi.portal`."""

from smartsenegal.wifi.portal.front import Front

__all__ = ["Front"]
