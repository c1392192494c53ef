from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "smartsenegal.wifi.network"
    label = "wifi_network"
    verbose_name = "Réseau Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.wifi.network.listeners"):
            import_module("smartsenegal.wifi.network.listeners")
