"""What is kept and how long, what a request must say, which lines answer it. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

PURPOSES = [
    ("legal", "Journal légal scellé"),
    ("sessions", "Connexions et usage, sous pseudonyme"),
    ("events", "Événements bruts des passerelles"),
    ("day_keys", "Clés du jour, qui reconnaissent un appareil"),
    ("portal", "Codes par SMS et journaux du portail"),
    ("roaming", "Journal des connexions d’itinérance (eduroam)"),
]
REQUEST_STATES = [
    ("asked", "À approuver"),
    ("approved", "Approuvée"),
    ("refused", "Refusée"),
    ("opened", "Ouverte"),
]
LONGEST_PERIOD = timedelta(days=31)
WORDS_AT_LEAST = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """How long one kind of data is kept, by default or by a decision."""

    purpose: str
    days: int
    basis: str
    confirmed: bool = False
    least: int = 1


TO_CONFIRM = "Proposition de la plateforme : aucun texte lu ne fixe cette durée. À confirmer par la CDP."
DEFAULTS = {
    "legal": Kept("legal", 365, TO_CONFIRM),
    "sessions": Kept("sessions", 396, TO_CONFIRM, least=2),
    "events": Kept("events", 30, TO_CONFIRM, least=2),
    # Yesterday's key tells the devices of sessions that run across midnight.
    "day_keys": Kept(
        "day_keys",
        2,
        "Choix de la plateforme : le moins qui laisse finir les connexions de la veille.",
        least=2,
    ),
    "portal": Kept("portal", 30, TO_CONFIRM),
    "roaming": Kept(
        "roaming",
        183,
        "eduroam : six mois au moins. À confirmer par la CDP.",
    ),
}


def limit(days: int, today: date) -> date:
    """The first day still kept: what is of an earlier day goes."""
    return today - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request looks for: a period (epoch microseconds), and at least one of the rest."""

    starts_us: int
    ends_us: int
    gateways: frozenset[int] | None = None
    address: str = ""
    mac: str = ""


def period_fault(starts_at: datetime, ends_at: datetime) -> str:
    """What is wrong with a period, in French; "" when nothing is."""
    if ends_at <= starts_at:
        return "La fin vient après le début."
    if ends_at - starts_at > LONGEST_PERIOD:
        return "Une réquisition porte sur 31 jours au plus : faites-en plusieurs, chacune justifiée."
    return ""


def words_fault(words: str) -> str:
    """What is wrong with an officer's words, in French; "" when nothing is."""
    plain = " ".join(words.split())
    if len(plain) < WORDS_AT_LEAST or len(set(plain.lower().split())) < 4:
        return "Choisissez au moins quatre mots différents, de 20 lettres en tout."
    return ""


def matching(lines: Iterable[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """The lines that answer a request, and no other: heard of within the period, there, of that address."""
    return [
        line
        for line in lines
        if line["from"] <= asked.ends_us
        and line["to"] >= asked.starts_us
        and (asked.gateways is None or line["nas"] in asked.gateways)
        and (not asked.address or line["ip"] == asked.address)
        and (not asked.mac or line["mac"] == asked.mac)
    ]
