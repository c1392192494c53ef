from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "smartsenegal.kernel.identity"
    label = "identity"
    verbose_name = "Identité"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel.identity import holdings, journal

        journal.register()
        holdings.register()
        from smartsenegal.kernel import vault
        from smartsenegal.kernel.events import api as events
        from smartsenegal.kernel.identity import messages, signals
        from smartsenegal.kernel.identity.actions import keys
        from smartsenegal.kernel.identity.queries import principals

        vault.register_resealer("clés de signature", keys.reseal_signing_keys)
        vault.register_resealer("numéros des personnes", keys.reseal_identifiers)
        vault.register_resealer("seconds facteurs", keys.reseal_second_factors)

        events.register_who_now(principals.principal_now)

        # Imported for what they register: texts of messages, entries of the journal.
        assert messages
        assert signals
