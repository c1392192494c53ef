from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "smartsenegal.kernel.audit"
    label = "audit"
    verbose_name = "Journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.kernel.audit.listeners"):
            import_module("smartsenegal.kernel.audit.listeners")
