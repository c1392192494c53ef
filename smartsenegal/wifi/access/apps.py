from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "smartsenegal.wifi.access"
    label = "wifi_access"
    verbose_name = "Accès Wi-Fi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from smartsenegal.kernel import vault
        from smartsenegal.wifi.access import journal
        from smartsenegal.wifi.access.actions import rosters, sealing, vouchers

        journal.register()
        vault.register_resealer("codes des tickets Wi-Fi", vouchers.reseal_codes)
        vault.register_resealer("mots de passe des listes Wi-Fi", rosters.reseal_rosters)
        vault.register_resealer("mots de passe Wi-Fi lisibles", sealing.reseal_passwords)
        vault.register_resealer("secrets des serveurs d’origine du Wi-Fi", sealing.reseal_home_secrets)
