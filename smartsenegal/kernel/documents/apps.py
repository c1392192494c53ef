from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "smartsenegal.kernel.documents"
    label = "documents"
    verbose_name = "Documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module
        from importlib.util import find_spec

        import_module("smartsenegal.kernel.documents.registry")
        import_module("smartsenegal.kernel.documents.papers").register()
        if find_spec("smartsenegal.kernel.documents.listeners"):
            import_module("smartsenegal.kernel.documents.listeners")
