"""The server of packets: the only face of `wifi.radius`."""

from smartsenegal.wifi.radius.client import Client, Unanswered
from smartsenegal.wifi.radius.pulse import Files, Pulse, files, pulse

__all__ = ["Client", "Files", "Pulse", "Unanswered", "files", "pulse"]
