from django.apps import AppConfig


class PeeringConfig(AppConfig):
    name = "smartsenegal.cable.peering"
    label = "cable_peering"
    verbose_name = "Sessions BGP"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.cable.peering import journal

        journal.register()
