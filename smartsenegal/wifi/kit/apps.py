from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "smartsenegal.wifi.kit"
    label = "wifi_kit"
    verbose_name = "Kits d’événement"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.wifi.kit import journal

        journal.register()
