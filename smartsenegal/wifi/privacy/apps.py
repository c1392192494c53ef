from django.apps import AppConfig


class WifiPrivacyConfig(AppConfig):
    name = "smartsenegal.wifi.privacy"
    label = "wifi_privacy"
    verbose_name = "Données du Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel import vault
        from smartsenegal.wifi.privacy import holdings, journal, messages
        from smartsenegal.wifi.privacy.actions import legal, retention
        from smartsenegal.wifi.sessions.api import register_reader

        journal.register()
        messages.register()
        holdings.register()
        retention.register()
        register_reader(legal.keep_lines)
        vault.register_resealer("journal légal du Wi-Fi", legal.reseal_days)
