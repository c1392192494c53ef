from importlib import import_module

from django.apps import AppConfig


class HostingConfig(AppConfig):
    name = "smartsenegal.datacenter.hosting"
    label = "datacenter_hosting"
    verbose_name = "Centre de données : hébergement"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("smartsenegal.datacenter.hosting.listeners")
        from smartsenegal.datacenter.hosting import holdings, journal
        from smartsenegal.datacenter.hosting.actions import keys
        from smartsenegal.kernel import vault

        journal.register()
        holdings.register()
        vault.register_resealer("secrets d’accès aux espaces de stockage", keys.reseal)
