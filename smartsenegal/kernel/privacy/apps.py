from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "smartsenegal.kernel.privacy"
    label = "privacy"
    verbose_name = "Droits sur les données"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel import vault
        from smartsenegal.kernel.privacy import actions, holdings, journal, messages

        journal.register()
        messages.register()
        holdings.register()
        vault.register_resealer("archives de données personnelles", actions.reseal_archives)
