from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "smartsenegal.cable.billing"
    label = "cable_billing"
    verbose_name = "Facturation du trafic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        from smartsenegal.cable.billing import guards, holdings, journal

        journal.register()
        guards.register()
        holdings.register()
        import_module("smartsenegal.cable.billing.listeners")
