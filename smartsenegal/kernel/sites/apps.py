from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "smartsenegal.kernel.sites"
    label = "sites"
    verbose_name = "Sites"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel.sites import journal

        journal.register()
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.kernel.sites.listeners"):
            import_module("smartsenegal.kernel.sites.listeners")
