from django.apps import AppConfig


class SensorsConfig(AppConfig):
    name = "smartsenegal.datacenter.sensors"
    label = "datacenter_sensors"
    verbose_name = "Centre de données : capteurs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.datacenter.sensors import journal
        from smartsenegal.datacenter.sensors.actions import sources
        from smartsenegal.kernel import vault

        journal.register()
        vault.register_resealer("secrets des capteurs des centres de données", sources.reseal)
