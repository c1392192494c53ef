from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "smartsenegal.wifi.monitoring"
    label = "wifi_monitoring"
    verbose_name = "Surveillance du Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel.sites.api import register_system
        from smartsenegal.wifi.monitoring import journal, queries

        journal.register()
        register_system("Wi-Fi public", queries.run_at)
