"""What the portal writes to phones. 7-bit letters: a longer alphabet would double the price."""

from smartsenegal.kernel.notifications.api import register_template

CODE = "wifi.code"
SAMPLE = {"code": "123456", "minutes": 10}

register_template(
    CODE,
    "sms",
    "fr",
    "",
    "Wi-Fi Smart Senegal : votre code est {{ code }}. Il vaut {{ minutes }} minutes.",
    SAMPLE,
)
register_template(
    CODE,
    "sms",
    "en",
    "",
    "Smart Senegal Wi-Fi: your code is {{ code }}. It is good for {{ minutes }} minutes.",
    SAMPLE,
)
register_template(
    CODE, "sms", "wo", "", "Wi-Fi Smart Senegal: sa code mooy {{ code }} ({{ minutes }} min).", SAMPLE
)
register_template(
    CODE, "sms", "ff", "", "Wi-Fi Smart Senegal: kood maa ko {{ code }} ({{ minutes }} min).", SAMPLE
)
