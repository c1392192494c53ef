from django.apps import AppConfig


class CapacityConfig(AppConfig):
    name = "smartsenegal.cable.capacity"
    label = "cable_capacity"
    verbose_name = "Vente de capacité"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        from smartsenegal.cable.capacity import holdings, journal

        journal.register()
        holdings.register()
        import_module("smartsenegal.cable.capacity.listeners")
