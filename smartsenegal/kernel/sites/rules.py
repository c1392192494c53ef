"""Kinds and states of sites, opening hours, competence, replacements. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import NBSP, typography

KINDS = [
    ("espace", "Espace Sénégal Services"),
    ("town_hall", "Mairie"),
    ("civil_registry", "Centre d’état civil"),
    ("court_ti", "Tribunal d’instance"),
    ("court_tgi", "Tribunal de grande instance"),
    ("court_appeal", "Cour d’appel"),
    ("police", "Commissariat de police"),
    ("gendarmerie", "Brigade de gendarmerie"),
    ("prefecture", "Préfecture"),
    ("tax_centre", "Centre des services fiscaux"),
    ("transport", "Service des transports terrestres"),
    ("consulate", "Consulat"),
    ("urbanism", "Service de l’urbanisme"),
    ("cadastre", "Bureau du cadastre"),
    ("land_registry", "Bureau des domaines"),
    ("civil_protection", "Direction de la protection civile"),
    ("environment", "Service de l’environnement"),
    ("commerce_registry", "Greffe du registre du commerce"),
    ("chamber", "Chambre de commerce"),
    ("hotspot", "Point Wi-Fi"),
    ("network_node", "Nœud du réseau de transport"),
    ("datacenter", "Centre de données"),
    ("other", "Autre lieu"),
]
OPEN, SUSPENDED, CLOSED = "open", "suspended", "closed"
STATES = [(OPEN, "Ouvert"), (SUSPENDED, "Suspendu"), (CLOSED, "Fermé")]
EQUIPMENT_STATES = [
    ("working", "En service"),
    ("broken", "En panne"),
    ("stored", "En réserve"),
    ("retired", "Retiré"),
]
# What an outage takes from a place, and how the place is told to the public.
LACKS = [("network", "Sans réseau"), ("energy", "Sans électricité"), ("hosting", "Sans hébergement")]
CRITICALITIES = [(1, "Gêne"), (2, "Service réduit"), (3, "Arrêt")]
VITAL = 3
DAYS = [
    ("mon", "Lundi"), ("tue", "Mardi"), ("wed", "Mercredi"), ("thu", "Jeudi"),
    ("fri", "Vendredi"), ("sat", "Samedi"), ("sun", "Dimanche"),
]  # fmt: skip
Hours = Mapping[str, Sequence[Sequence[str]]]
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Candidate:
    """What competence needs of one site: where it serves (codes of territories), and who replaces it."""

    id: int
    name: str
    state: str
    serves: frozenset[str]
    replacement: int | None = None


@dataclass(frozen=True)
class Competence:
    """Which site is competent, or the French sentence that says why none is.

    `asked` is the site that the territory designates; `found` another one when it is replaced.
    """

    asked: int | None
    found: int | None
    reason: str = ""


def own_outage(site: int) -> str:
    """Source of the outages that are declared of a place (its key) itself."""
    return f"place-{site}"


def outage_words(lacks: str, earliest: date | None, latest: date | None) -> str:
    """`Panne : pas de réseau. Rétablissement attendu entre le 3 et le 5 mars 2026.`, whatever is known."""
    what = {
        "network": "le réseau est coupé",
        "energy": "l’électricité est coupée",
        "hosting": "les services hébergés sont coupés",
    }
    told = f"Panne{NBSP}: {what[lacks]} vers ce lieu."
    if latest is None:
        return f"{told} La date du rétablissement n’est pas connue."
    if earliest == latest or earliest is None:
        return f"{told} Rétablissement attendu le {format_date(latest)}."
    return f"{told} Rétablissement attendu entre le {format_date(earliest)} et le {format_date(latest)}."


def competence(
    enclosing: Sequence[str], candidates: Iterable[Candidate], kind_name: str, place_name: str
) -> Competence:
    """The competent site for a place, from the codes that enclose it, nearest first.

    The nearest territory that has a site decides; there an open site goes before one that is not. A site that
    does not work is followed to its replacement, and that one to its own.
    """
    known = {c.id: c for c in candidates}
    for code in enclosing:
        here = sorted((c for c in known.values() if code in c.serves), key=lambda c: (c.state != OPEN, c.id))
        if here:
            return _followed(here[0], known)
    sentence = (
        f"Aucun service « {kind_name} » n’est enregistré pour {place_name} : adressez-vous à un Espace."
    )
    return Competence(None, None, typography(sentence))


def _followed(asked: Candidate, known: Mapping[int, Candidate]) -> Competence:
    seen: list[int] = []
    at: Candidate | None = asked
    while at and at.state != OPEN and at.id not in seen:
        seen.append(at.id)
        at = known.get(at.replacement) if at.replacement is not None else None
    if at and at.state == OPEN:
        return Competence(asked.id, at.id)
    state = "fermé" if asked.state == CLOSED else "suspendu"
    sentence = f"{asked.name} : ce service est {state} et aucun autre ne le remplace pour l’instant."
    return Competence(asked.id, None, typography(sentence))


def replaces_in_a_circle(site: int, replacement: int, replacements: Mapping[int, int | None]) -> bool:
    """Whether naming `replacement` for `site` would lead back to `site`."""
    seen = {site}
    at: int | None = replacement
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = replacements.get(at)
    return False


def hours_fault(hours: object) -> str:
    """What is wrong with weekly hours, in a French sentence; "" when nothing is, or when there are none.

    Hours map a day ("mon" … "sun") to ranges of "HH:MM", in order and apart.
    """
    if not isinstance(hours, Mapping) or set(hours) - {day for day, _ in DAYS}:
        return "Les horaires se donnent par jour de la semaine."
    for day, name in DAYS:
        ends = [t for opening in hours.get(day, []) for t in opening]
        if any(len(opening) != 2 for opening in hours.get(day, [])):
            return f"{name} : chaque ouverture a une heure de début et une heure de fin."
        if not all(isinstance(t, str) and _TIME.fullmatch(t) for t in ends):
            return f"{name} : écrivez les heures comme 08:00."
        if ends != sorted(set(ends)):
            return f"{name} : les heures doivent se suivre sans se chevaucher."
    return ""


def hours_lines(hours: Hours) -> list[tuple[str, str]]:
    """Each day with its hours in French (`8 h – 12 h 30`), empty when hours are not published."""
    if not any(hours.get(day) for day, _ in DAYS):
        return []
    return [(name, _ranges(hours.get(day, []))) for day, name in DAYS]


def _ranges(ranges: Sequence[Sequence[str]]) -> str:
    if not ranges:
        return "Fermé"
    return " et ".join(f"de {_hour(start)} à {_hour(end)}" for start, end in ranges)


def _hour(time: str) -> str:
    hour, minute = time.split(":")
    return f"{int(hour)}\u00a0h" + (f"\u00a0{minute}" if minute != "00" else "")
