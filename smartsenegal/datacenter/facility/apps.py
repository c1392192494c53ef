from django.apps import AppConfig


class FacilityConfig(AppConfig):
    name = "smartsenegal.datacenter.facility"
    label = "datacenter_facility"
    verbose_name = "Centre de données : installations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.datacenter.facility import journal, queries
        from smartsenegal.kernel.sites.api import register_system

        journal.register()
        register_system("Centres de données", queries.run_at)
