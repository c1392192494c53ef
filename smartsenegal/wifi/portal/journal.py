"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.wifi.portal.rules import DAY_BOUNDS


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs({"wifi.sms_bound_set": "Plafond des codes Wi-Fi par SMS réglé"})
    audit.register_subjects("wifi_sms_bound", _bounds)


def _bounds(ids: list[str]) -> dict[str, audit.Named]:
    names = dict(DAY_BOUNDS)
    return {key: audit.Named(names.get(key, key), reverse("wifi_codes:index")) for key in ids}
