"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.wifi.access.models import Realm, VoucherBatch

VERBS = {
    "wifi.plan_added": "Forfait Wi-Fi ajouté",
    "wifi.plan_changed": "Forfait Wi-Fi modifié",
    "wifi.group_added": "Groupe Wi-Fi ajouté",
    "wifi.group_renamed": "Groupe Wi-Fi renommé",
    "wifi.rule_added": "Règle Wi-Fi ajoutée",
    "wifi.rule_ended": "Règle Wi-Fi terminée",
    "wifi.vouchers_made": "Tickets Wi-Fi faits",
    "wifi.vouchers_printed": "Tickets Wi-Fi imprimés",
    "wifi.vouchers_taken": "Codes de tickets Wi-Fi pris en fichier",
    "wifi.vouchers_closed": "Lot de tickets Wi-Fi fermé",
    "wifi.voucher_closed": "Ticket Wi-Fi fermé",
    "wifi.voucher_codes_forgotten": "Codes de tickets Wi-Fi effacés",
    "wifi.password_made": "Mot de passe Wi-Fi fait",
    "wifi.password_renewed": "Mot de passe Wi-Fi renouvelé",
    "wifi.password_withdrawn": "Mot de passe Wi-Fi retiré",
    "wifi.realm_added": "Domaine Wi-Fi ouvert",
    "wifi.realm_changed": "Domaine Wi-Fi modifié",
    "wifi.realm_retired": "Domaine Wi-Fi retiré",
    "wifi.roster_imported": "Liste d’accès Wi-Fi importée",
    "wifi.roster_taken": "Mots de passe d’une liste Wi-Fi pris en fichier",
    "wifi.roster_forgotten": "Mots de passe d’une liste Wi-Fi effacés",
    "wifi.realm_elsewhere_added": "Domaine Wi-Fi d’ailleurs déclaré",
    "wifi.home_server_added": "Serveur d’origine ajouté",
    "wifi.home_server_raised": "Serveur d’origine interrogé plus tôt",
    "wifi.home_server_closed": "Serveur d’origine retiré",
}

_PAGES = {"local": "wifi_access:realm", "proxy": "wifi_access:elsewhere"}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("wifi_policies", _policies)
    audit.register_subjects("wifi_vouchers", _batches)
    audit.register_subjects("wifi_realm", _realms)


def _policies(ids: list[str]) -> dict[str, audit.Named]:
    return dict.fromkeys(ids, audit.Named("Forfaits et règles Wi-Fi", reverse("wifi_access:index")))


def _batches(ids: list[str]) -> dict[str, audit.Named]:
    found = VoucherBatch.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(b.pk): audit.Named(b.name, reverse("wifi_access:batch", args=[b.pk])) for b in found}


def _realms(ids: list[str]) -> dict[str, audit.Named]:
    found = Realm.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(r.pk): audit.Named(r.name, reverse(_PAGES[r.kind], args=[r.pk])) for r in found}
