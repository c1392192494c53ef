from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "smartsenegal.onestop.procedures"
    label = "procedures"
    verbose_name = "Démarches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel import vault
        from smartsenegal.kernel.identity.api import register_procedures
        from smartsenegal.onestop.procedures import actions_reviews, journal, queries

        journal.register()
        vault.register_resealer("avis d’usagers à relire", actions_reviews.reseal)
        register_procedures(queries.filed_online)
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.onestop.procedures.listeners"):
            import_module("smartsenegal.onestop.procedures.listeners")
