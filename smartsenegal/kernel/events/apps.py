from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "smartsenegal.kernel.events"
    label = "events"
    verbose_name = "Événements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.kernel.events.listeners"):
            import_module("smartsenegal.kernel.events.listeners")
