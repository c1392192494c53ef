from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "smartsenegal.cable.collection"
    label = "cable_collection"
    verbose_name = "Collecte du trafic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.cable.collection import journal
        from smartsenegal.cable.collection.actions import sealing
        from smartsenegal.kernel import vault

        journal.register()
        vault.register_resealer("secrets SNMP des routeurs", sealing.reseal)
