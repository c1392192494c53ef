from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "smartsenegal.onestop.cases"
    label = "cases"
    verbose_name = "Dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.onestop.cases.listeners"):
            import_module("smartsenegal.onestop.cases.listeners")
        from smartsenegal.onestop.cases import holdings

        holdings.register()
