from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "smartsenegal.kernel.indicators"
    label = "indicators"
    verbose_name = "Indicateurs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from importlib import import_module
        from importlib.util import find_spec

        if find_spec("smartsenegal.kernel.indicators.listeners"):
            import_module("smartsenegal.kernel.indicators.listeners")
