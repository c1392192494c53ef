from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "smartsenegal.wifi.access"
    label = "wifi_access"
    verbose_name = "Accès Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.wifi.access.listeners"):
            import_module("smartsenegal.wifi.access.listeners")
