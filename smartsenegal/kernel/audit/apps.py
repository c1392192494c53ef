from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "smartsenegal.kernel.audit"
    label = "audit"
    verbose_name = "Journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel.audit import registry

        registry.register_subjects("journal", registry.pages_of_the_journal)
        registry.register_subjects("check", registry.checks_of_the_journal)
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.kernel.audit.listeners"):
            import_module("smartsenegal.kernel.audit.listeners")
