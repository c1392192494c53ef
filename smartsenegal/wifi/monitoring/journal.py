"""What the journal's readers and the engineers are told of this module's acts and alerts."""

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.notifications import api as notifications

VERBS = {
    "wifi.session_disconnected": "Appareil déconnecté du Wi-Fi",
    "wifi.session_rate": "Débit d’une connexion changé",
    "wifi.holder_blocked": "Accès Wi-Fi bloqué",
    "wifi.holder_unblocked": "Accès Wi-Fi débloqué",
    "wifi.sessions_read": "Connexions d’un point Wi-Fi consultées",
    "wifi.session_read": "Connexion d’un appareil consultée",
    "wifi.message_written": "Message aux connectés écrit",
    "wifi.message_withdrawn": "Message aux connectés retiré",
    "wifi.snmp_set": "Borne Wi-Fi suivie par SNMP",
    "wifi.snmp_stopped": "Borne Wi-Fi plus suivie par SNMP",
    "wifi.beat_key": "Clé de battement d’une passerelle faite",
    "wifi.alert_taken": "Alerte Wi-Fi prise en charge",
    "wifi.alert_noted": "Alerte Wi-Fi commentée",
    "wifi.alert_closed": "Alerte Wi-Fi close",
}
SAMPLE = {
    "site": "Place de l’Indépendance",
    "cause": "Les connexions sont refusées en nombre",
    "why": "Le volume du jour est épuisé.",
    "url": "https://services.example.sn/wifi/direct/alertes/1/",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    events.register_topic("wifi_live", _may_follow)
    subject = "{{ site }} : {{ cause|lower }}"
    body = "{{ site }} : {{ cause }}. {{ why }}\n\n{{ url }}"
    for channel in ("page", "email"):
        notifications.register_template("wifi.alert", channel, "fr", subject, body, SAMPLE)


def _may_follow(principal: Principal, key: str) -> bool:
    return principal.may("wifi.read")
