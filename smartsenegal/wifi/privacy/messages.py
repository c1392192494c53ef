"""What this module writes to phones. 7-bit letters: a longer alphabet would double the price."""

from smartsenegal.kernel.notifications.api import register_template

CODE = "wifi.own_code"


def register() -> None:
    """Called once, when Django starts."""
    body = "Wi-Fi Smart Senegal : pour voir vos donnees, votre code est {{ code }}. Il vaut 10 minutes."
    register_template(CODE, "sms", "fr", "", body, {"code": "123456"})
