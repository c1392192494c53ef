"""Which carrier serves which channel: chosen by name in the settings."""

from collections.abc import Callable
from importlib import import_module

from django.conf import settings

from smartsenegal.kernel.notifications.base import Carrier

_CARRIERS = {
    ("sms", "demo"): "demo.DemoCarrier",
    ("sms", "http"): "http_sms.HttpSms",
    ("email", "demo"): "demo.DemoCarrier",
    ("email", "smtp"): "smtp.Smtp",
}


def carrier_for(channel: str) -> Carrier:
    """Carrier of "sms" or "email"; raises LookupError when the setting names none we have."""
    name = settings.SMS_GATEWAY if channel == "sms" else settings.EMAIL_TRANSPORT
    try:
        module, _, cls = _CARRIERS[channel, name].partition(".")
    except KeyError:
        known = ", ".join(n for c, n in _CARRIERS if c == channel)
        raise LookupError(f"« {name} » n’envoie pas de {channel} ; choisir parmi : {known}.") from None
    make: Callable[[], Carrier] = getattr(
        import_module(f"smartsenegal.kernel.notifications.contrib.{module}"), cls
    )
    return make()
