from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "smartsenegal.datacenter.billing"
    label = "datacenter_billing"
    verbose_name = "Centre de données : facturation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        from smartsenegal.datacenter.billing import guards, journal

        guards.register()
        journal.register()
        import_module("smartsenegal.datacenter.billing.listeners")
