from django.apps import AppConfig


class WholesaleConfig(AppConfig):
    name = "smartsenegal.cable.wholesale"
    label = "cable_wholesale"
    verbose_name = "Clients de la capacité"
    default_auto_field = "django.db.models.BigAutoField"
