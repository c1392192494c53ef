from django.apps import AppConfig


class PlannerConfig(AppConfig):
    name = "smartsenegal.wifi.planner"
    label = "wifi_planner"
    verbose_name = "Planification Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.wifi.planner import journal

        journal.register()
