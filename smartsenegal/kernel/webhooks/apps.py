from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "smartsenegal.kernel.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel import vault
        from smartsenegal.kernel.webhooks import actions, journal

        journal.register()
        vault.register_resealer("secrets des webhooks", actions.reseal)
