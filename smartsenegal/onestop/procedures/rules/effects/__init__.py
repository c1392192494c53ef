"""What one revision changes for people, against another: its legal effects, apart from its wording.

By construction no change is lost: a field of the law that differs gives at least one effect, and all that
differs besides is named by `editorial`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from smartsenegal.lib.dates import format_date
from smartsenegal.onestop.procedures.definition import Definition
from smartsenegal.onestop.procedures.rules.effects import asked, deciding, money
from smartsenegal.onestop.procedures.rules.effects.base import (
    EVERYBODY,
    SERVICES,
    SOME,
    Bearing,
    Effect,
    Words,
    bare,
    effect,
)
from smartsenegal.onestop.procedures.rules.effects.money import NewTariff, new_tariffs, with_tariffs

__all__ = [
    "EVERYBODY", "LAW", "SERVICES", "SOME", "WORDING", "Bearing", "Effect", "NewTariff", "bare",
    "editorial", "effects", "new_tariffs", "with_tariffs",
]  # fmt: skip

# The fields that bind somebody, in the order in which people care, with their name for the last resort.
LAW: Mapping[str, str] = {
    "delay": "le délai",
    "silence": "l’effet du silence",
    "fees": "les sommes à payer",
    "pieces": "les pièces",
    "who": "qui peut demander",
    "parties": "au nom de qui on peut demander",
    "audiences": "les publics",
    "eligibility_pages": "les conditions",
    "ineligible": "les conditions",
    "pages": "les questions",
    "authority": "le service compétent",
    "circuit": "le circuit",
    "on_corrections": "l’effet des corrections sur le délai",
    "corrections_delay": "le temps laissé pour corriger",
    "validity": "la validité de l’acte",
    "reasons": "les motifs de refus",
    "appeal": "les voies de recours",
    "act": "le texte de l’acte",
    "decision_fields": "ce que l’agent inscrit dans l’acte",
    "texts": "les textes qui fondent la démarche",
    "nature": "ce que l’on reçoit",
    "online": "le dépôt en ligne",
    "owner": "l’administration responsable",
    "bulk": "la décision en lot",
    "applies_to_open": "le texte qui s’applique aux demandes en cours",
}
WORDING = {
    "title": "titre", "summary": "résumé", "themes": "thèmes", "life_events": "événements de vie",
    "keywords": "mots-clés", "certainty": "certitude", "source": "source", "reviewed_on": "date de relecture",
    "where": "où s’adresser", "sections": "rubriques", "faq": "questions fréquentes",
    "minutes_to_fill": "durée de saisie",
    "unknown": "points à confirmer", "prefix": "lettres des dossiers", "code": "code",
    "on_corrections_certainty": "certitude de l’effet des corrections",
}  # fmt: skip

Compare = Callable[[Definition, Definition, Words], Iterator[Effect]]


def effects(
    before: Definition, after: Definition, on: date | None = None, units: Mapping[str, str] | None = None
) -> list[Effect]:
    """What the second definition changes for people, in the order of `LAW`; nothing between two alike.

    `on` is the day from which it holds, `units` the French names of kinds of sites.
    """
    since = f"à partir du {format_date(on)}" if on else "après la publication"
    words = Words(f"pour les demandes déposées {since}", units or {})
    return [found for topic in LAW for found in _of(topic, before, after, on or date.min, words)]


def _of(topic: str, before: Definition, after: Definition, on: date, words: Words) -> list[Effect]:
    if bare(getattr(before, topic)) == bare(getattr(after, topic)):
        return []
    found = [e for e in _compared(topic, before, after, on, words) if e.sentence]
    return found or [effect(topic, f"{_changes(LAW[topic])} {words.since}")]


def _compared(topic: str, before: Definition, after: Definition, on: date, words: Words) -> Iterator[Effect]:
    if topic == "fees":
        yield from money.fees(before, after, on, words)
    elif topic in ("pages", "eligibility_pages"):
        yield from asked.questions(topic, getattr(before, topic), getattr(after, topic), words)
    elif topic == "online":
        can = "peut se faire en ligne" if after.online else "ne se fait plus en ligne"
        yield effect(topic, f"La démarche {can} {words.since}", "better" if after.online else "worse")
    elif topic in _COMPARISONS:
        yield from _COMPARISONS[topic](before, after, words)


_COMPARISONS: Mapping[str, Compare] = {
    "delay": deciding.delay,
    "silence": deciding.silence,
    "pieces": asked.pieces,
    "who": asked.who,
    "parties": asked.parties,
    "audiences": asked.audiences,
    "ineligible": asked.ineligible,
    "authority": deciding.authority,
    "circuit": deciding.circuit,
    "on_corrections": deciding.on_corrections,
    "corrections_delay": deciding.corrections_delay,
    "validity": deciding.validity,
    "reasons": deciding.reasons,
    "appeal": deciding.appeal,
    "bulk": deciding.bulk,
    "applies_to_open": deciding.applies_to_open,
}


def editorial(before: Definition, after: Definition) -> list[str]:
    """French names of what changes in its wording alone, without effect on anybody's rights."""
    found = [name for field, name in WORDING.items() if getattr(before, field) != getattr(after, field)]
    for topic, name in LAW.items():
        old, new = getattr(before, topic), getattr(after, topic)
        if old != new and bare(old) == bare(new):
            found.append(f"rédaction : {name}")
    return list(dict.fromkeys(found))


def _changes(name: str) -> str:
    verb = "changent" if name.startswith("les ") else "change"
    return f"{name[:1].upper()}{name[1:]} {verb}"
