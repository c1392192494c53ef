from django.apps import AppConfig


class ResilienceConfig(AppConfig):
    name = "smartsenegal.cable.resilience"
    label = "cable_resilience"
    verbose_name = "Résilience du réseau de transport"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.cable.resilience import journal

        journal.register()
