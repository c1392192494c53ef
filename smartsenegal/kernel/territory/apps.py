from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "smartsenegal.kernel.territory"
    label = "territory"
    verbose_name = "Territoire"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel.territory import journal

        journal.register()
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.kernel.territory.listeners"):
            import_module("smartsenegal.kernel.territory.listeners")
