from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "smartsenegal.wifi.network"
    label = "wifi_network"
    verbose_name = "Réseau Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel import vault
        from smartsenegal.wifi.network import journal
        from smartsenegal.wifi.network.actions import gateways

        journal.register()
        vault.register_resealer("secrets des passerelles Wi-Fi", gateways.reseal)
