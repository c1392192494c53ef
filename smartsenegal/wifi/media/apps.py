from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "smartsenegal.wifi.media"
    label = "wifi_media"
    verbose_name = "Contenus du Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.wifi.media import journal

        journal.register()
