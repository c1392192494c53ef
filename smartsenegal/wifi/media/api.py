"""Content at the hotspots: the only face of `wifi.media`."""

from smartsenegal.wifi.media.manifest import Entry, Manifest, sign, verify
from smartsenegal.wifi.media.models import Package
from smartsenegal.wifi.media.queries import Card
from smartsenegal.wifi.media.queries import cards as catalogue
from smartsenegal.wifi.media.sources import Catalogue, Offer, register

__all__ = [
    "Card",
    "Catalogue",
    "Entry",
    "Manifest",
    "Offer",
    "Package",
    "catalogue",
    "register",
    "sign",
    "verify",
]
