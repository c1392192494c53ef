from django.apps import AppConfig


class NocConfig(AppConfig):
    name = "smartsenegal.cable.noc"
    label = "cable_noc"
    verbose_name = "Exploitation du réseau"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module

        from smartsenegal.cable.noc import journal, messages

        journal.register()
        messages.register()
        import_module("smartsenegal.cable.noc.listeners")
