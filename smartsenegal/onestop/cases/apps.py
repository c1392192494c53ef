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
        from smartsenegal.kernel.sites.api import register_system
        from smartsenegal.onestop.cases import holdings, queries

        holdings.register()
        register_system("Démarches : services et dossiers en cours", queries.run_at)
