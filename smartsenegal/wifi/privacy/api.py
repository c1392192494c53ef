"""What is kept of the users of the Wi-Fi, and how long: the only face of `wifi.privacy`."""

from smartsenegal.wifi.privacy.actions.retention import register_purge
from smartsenegal.wifi.privacy.queries import kept_on
from smartsenegal.wifi.privacy.registry import register_phone
from smartsenegal.wifi.privacy.rules import PURPOSES, Kept

__all__ = ["PURPOSES", "Kept", "kept_on", "register_phone", "register_purge"]
