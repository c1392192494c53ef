"""The Wi-Fi of a demonstration on this machine: a login at its gateway of the loopback, and accounting."""

import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from smartsenegal.run.check.browser import WalkFailed
from smartsenegal.run.config import RADIUS_SHIFT
from smartsenegal.run.demo.people import WIFI_LOGIN, WIFI_PASSWORD, WIFI_SECRET
from smartsenegal.wifi.radius.api import Client, Unanswered

_START, _STOP = 1, 2
_CALLING = "02-00-00-DE-40-01"


def is_here(base: str) -> bool:
    """Whether the site is on this machine: its gateway of the loopback is us, then."""
    host = urlsplit(base).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def log_in(base: str) -> str:
    """Log in and report a session of one second. Raises WalkFailed."""
    port = (urlsplit(base).port or 80) + RADIUS_SHIFT
    client = Client("127.0.0.1", port, port + 1, WIFI_SECRET)
    session = secrets.token_hex(8)
    try:
        given, words = client.log_in(WIFI_LOGIN, WIFI_PASSWORD, _CALLING, session)
        if given is None:
            raise WalkFailed(f"le serveur RADIUS refuse : {words}")
        client.report(_START, session, _CALLING, given)
        client.report(_STOP, session, _CALLING, given, seconds=1)
    except Unanswered as error:
        raise WalkFailed(str(error)) from None
    return "un appareil entre, début et fin de sa connexion sont enregistrés"
