from django.apps import AppConfig


class ColocationConfig(AppConfig):
    name = "smartsenegal.datacenter.colocation"
    label = "datacenter_colocation"
    verbose_name = "Centre de données : colocation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.datacenter.colocation import journal
        from smartsenegal.datacenter.colocation.actions import visits
        from smartsenegal.kernel import vault

        journal.register()
        vault.register_resealer("noms des visiteurs des centres de données", visits.reseal)
