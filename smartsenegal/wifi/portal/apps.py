from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "smartsenegal.wifi.portal"
    label = "wifi_portal"
    verbose_name = "Portail Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.wifi.portal import (
            journal,
            messages,  # noqa: F401 - registers the texts
        )
        from smartsenegal.wifi.privacy.api import register_phone

        journal.register()
        register_phone(_holders)


def _holders(phone: str) -> list[int]:
    # Imported when somebody asks: whoever has the code of a phone may see what is kept under its number.
    from smartsenegal.wifi.portal.actions import by_phone

    return [by_phone(phone).holder]
