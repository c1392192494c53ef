from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "smartsenegal.cable.network"
    label = "cable_network"
    verbose_name = "Réseau de transport"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.cable.network import journal

        journal.register()
