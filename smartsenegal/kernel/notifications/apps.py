from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "smartsenegal.kernel.notifications"
    label = "notifications"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel.notifications import holdings, journal

        journal.register()
        holdings.register()
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.kernel.notifications.listeners"):
            import_module("smartsenegal.kernel.notifications.listeners")
