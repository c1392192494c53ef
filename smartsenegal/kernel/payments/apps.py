from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "smartsenegal.kernel.payments"
    label = "payments"
    verbose_name = "Paiements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel.payments import holdings, journal

        journal.register()
        holdings.register()
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.kernel.payments.listeners"):
            import_module("smartsenegal.kernel.payments.listeners")
