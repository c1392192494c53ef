from django.apps import AppConfig


class OpticsConfig(AppConfig):
    name = "smartsenegal.cable.optics"
    label = "cable_optics"
    verbose_name = "Optique des câbles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.cable.optics import journal

        journal.register()
