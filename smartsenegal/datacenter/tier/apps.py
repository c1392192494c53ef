from django.apps import AppConfig


class TierConfig(AppConfig):
    name = "smartsenegal.datacenter.tier"
    label = "datacenter_tier"
    verbose_name = "Centre de données : niveau"
    default_auto_field = "django.db.models.BigAutoField"
