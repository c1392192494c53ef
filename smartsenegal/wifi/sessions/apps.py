from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "smartsenegal.wifi.sessions"
    label = "wifi_sessions"
    verbose_name = "Connexions Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.wifi.sessions.listeners"):
            import_module("smartsenegal.wifi.sessions.listeners")
