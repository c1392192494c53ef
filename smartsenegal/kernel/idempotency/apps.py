from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "smartsenegal.kernel.idempotency"
    label = "idempotency"
    verbose_name = "Réponses gardées"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel import vault
        from smartsenegal.kernel.idempotency import actions

        vault.register_resealer("réponses gardées de l’API", actions.reseal)
