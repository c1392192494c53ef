"""How alarms and works are told in French."""

from smartsenegal.cable.noc.models import Alarm
from smartsenegal.cable.resilience.api import Harm
from smartsenegal.lib.text import plural


def state(found: Alarm) -> dict[str, str]:
    """The chip of an alarm."""
    if found.closed_at:
        return {"chip": "Close", "tone": "neutral"}
    if found.ended_at:
        return {"chip": "Finie, à clore", "tone": "blue"}
    if found.silenced:
        return {"chip": "Pendant des travaux", "tone": "blue"}
    if found.taken_at:
        return {"chip": "Prise en charge", "tone": "amber"}
    return {"chip": "À prendre", "tone": found.tone}


def hits(found: Alarm) -> str:
    """Whom it touches, in a few words."""
    names = list(dict.fromkeys(hit["customer"] or hit["name"] for hit in found.hits))
    more = f" et {len(names) - 3} autres" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more if names else "aucun client connu"


def harm(found: Harm) -> str:
    """`3 sites, 1 200 000 personnes`; « rien » when nothing is cut."""
    parts = [
        plural(found.sites, "site", "sites") if found.sites else "",
        plural(found.people, "personne", "personnes") if found.people else "",
        plural(found.services, "service vital", "services vitaux") if found.services else "",
    ]
    return ", ".join(filter(None, parts)) or "rien"
