"""Moving an open case to a newer revision: what changes for the person, and what forbids it.

The position of somebody who has filed is not worsened by a text that came later, unless that text says that
it applies to pending requests (no retroactive effect of administrative acts, a general principle). No text of
Senegal was found that rules it case by case: the reference of the text is asked of who worsens anything.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from smartsenegal.lib.dates import format_date
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.rules.deciding import correctable
from smartsenegal.onestop.cases.rules.facts import OPEN, FeeLine
from smartsenegal.onestop.cases.rules.view import CaseView
from smartsenegal.onestop.procedures.definition import Definition
from smartsenegal.onestop.procedures.rules import FeeLine as Owed
from smartsenegal.onestop.procedures.rules import required_pieces
from smartsenegal.onestop.procedures.rules.effects import LAW, Bearing, bare, effects

_SILENCE = {"refused": "vaut refus", "": "ne vaut ni accord ni refus", "granted": "vaut accord"}
_RANK = {"refused": 0, "": 1, "granted": 2}
# What counts for a pending case whatever its answers, compared between the two revisions.
_TERMS = ("on_corrections", "corrections_delay", "reasons", "validity")


@dataclass(frozen=True)
class Change:
    """One thing that changes for the person, and whether they gain by it."""

    topic: str
    sentence: str
    bearing: Bearing = "neutral"


def changes(before: CaseView, after: CaseView, terms: Iterable[Change] | None = None) -> list[Change]:
    """What moving a case to another revision changes for its applicant; nothing between two alike.

    `terms` when what `terms_of` says of the two revisions is known already.
    """
    if terms is None:
        terms = terms_of(before.definition, after.definition)
    found = [
        *_due(before, after),
        *_silence(before, after),
        *_fees(before, after),
        *_pieces(before, after),
        *_service(before, after),
    ]
    found += [*_circuit(before, after), *terms]
    return [Change(c.topic, _(c.sentence), c.bearing) for c in found]


def worsened(found: Iterable[Change]) -> list[str]:
    """The changes that a person may not be made to bear without a text that says so."""
    return [c.sentence for c in found if c.bearing == "worse"]


def unprotected(found: Iterable[Change], legal_text: str) -> str | None:
    """Why these changes may not be applied to a pending case, or None: the protection of who has filed."""
    worse = worsened(found)
    if not worse or legal_text.strip():
        return None
    return _(f"Ce serait moins favorable au demandeur, et aucun texte n’est cité : {worse[0]}")


def lowered(owed: Iterable[FeeLine], fees: Collection[Owed]) -> list[FeeLine] | None:
    """What is owed of the new revision when that is less, all told, than what the deposit fixed; else None.

    Nobody who has filed ever owes more than that: sums are compared, since lines may be named anew.
    """
    if sum(f.amount for f in fees) >= sum(line.amount for line in owed):
        return None
    return [FeeLine(f.key, f.label, f.amount, f.beneficiary, f.nature) for f in fees]


def blocked(before: CaseView, after: CaseView, today: date, answers_fit: bool) -> str | None:
    """Why a filed case cannot be moved at all, or None."""
    if before.state not in OPEN:
        return "Ce dossier est décidé ou clos."
    proposal = before.record.proposal
    if before.record.signatures or (proposal and proposal.step in before.record.done):
        return "Une décision est déjà proposée ou signée."
    if gone := _gone(before, after):
        return _(f"L’étape « {gone} », où il en est, n’existe plus.")
    if not answers_fit:
        return "Les réponses données ne conviennent pas au nouveau formulaire."
    if before.record.corrections and not _still_correctable(before, after):
        return "Des corrections sont attendues sur une question ou une pièce qui disparaît."
    if not after.open_steps and not after.record.corrections:
        return "Le nouveau circuit ne lui laisserait aucune étape."
    return _past(before, after, today)


def _gone(before: CaseView, after: CaseView) -> str:
    known = {(s.key, s.kind) for s in after.definition.circuit}
    return next((s.step.label for s in before.open_steps if (s.key, s.kind) not in known), "")


def _still_correctable(before: CaseView, after: CaseView) -> bool:
    questions, pieces = correctable(after)
    asked = before.record.corrections
    return asked is None or all(i.key in (questions if i.kind == "answer" else pieces) for i in asked.items)


def _past(before: CaseView, after: CaseView, today: date) -> str | None:
    for old, new in ((before.due, after.due), (before.silent_on, after.silent_on)):
        if new and new < today and not (old and old < today):
            return _(f"La nouvelle échéance, le {format_date(new)}, est déjà passée.")
    return None


# --- what changes ---------------------------------------------------------------------


def _due(before: CaseView, after: CaseView) -> Iterator[Change]:
    old, new = before.due, after.due
    if old == new:
        yield from _term("delay", before.definition, after.definition) if old is None else ()
    elif old and new:
        sentence = f"La date limite passe du {format_date(old)} au {format_date(new)}."
        yield Change("delay", sentence, "worse" if new > old else "better")
    elif old:
        yield Change("delay", f"La date limite du {format_date(old)} disparaît.", "worse")
    elif new:
        yield Change("delay", f"Une date limite est fixée au {format_date(new)}.", "better")


def _silence(before: CaseView, after: CaseView) -> Iterator[Change]:
    old, new = _effect(before), _effect(after)
    if old != new:
        bearing: Bearing = "better" if _RANK[new] > _RANK[old] else "worse"
        yield Change(
            "silence",
            f"Le silence de l’administration {_SILENCE[new]} ; avant, il {_without(_SILENCE[old])}.",
            bearing,
        )
    elif old and before.silent_on != after.silent_on:
        yield Change("silence", *_silent_day(before, after))


def _effect(view: CaseView) -> str:
    rule = view.definition.silence
    return rule.effect if rule else ""


def _without(words: str) -> str:
    return words.replace("vaut", "valait")


def _silent_day(before: CaseView, after: CaseView) -> tuple[str, Bearing]:
    """When silence decides moves: later is worse where it grants, earlier is worse where it refuses."""
    old, new = before.silent_on, after.silent_on
    told = format_date(new) if new else "une date qui n’est pas encore connue"
    later = new is None or (old is not None and new > old)
    bad = later if _effect(after) == "granted" else not later
    return f"Sans décision, le silence décide après : {told}.", "worse" if bad else "better"


def _fees(before: CaseView, after: CaseView) -> Iterator[Change]:
    old, new = before.total, after.total
    if old != new:
        told = f"passe de {format_fcfa(old)} à {format_fcfa(new)}" if new else "n’est plus due"
        yield Change("fees", f"La somme à payer {told}.", "better" if new < old else "worse")


def _pieces(before: CaseView, after: CaseView) -> Iterator[Change]:
    old = {p.key: p.label for p in required_pieces(before.definition, before.record.answers)}
    new = {p.key: p.label for p in required_pieces(after.definition, after.record.answers)}
    given = before.record.pieces
    for key in new.keys() - old.keys():
        if key not in given:
            yield Change("pieces", f"Une pièce devient obligatoire : {new[key]}.", "worse")
    for key in old.keys() - new.keys():
        yield Change("pieces", f"Une pièce n’est plus demandée : {old[key]}.", "better")


def _service(before: CaseView, after: CaseView) -> Iterator[Change]:
    old, new = before.record.filing, after.record.filing
    if old and new and old.service_id != new.service_id:
        yield Change("authority", f"La demande est désormais examinée par : {new.service_name}.")


def _circuit(before: CaseView, after: CaseView) -> Iterator[Change]:
    old, new = _ahead(before), _ahead(after)
    added, dropped = [new[k] for k in new if k not in old], [old[k] for k in old if k not in new]
    if added:
        yield Change("circuit", f"Une étape s’ajoute : {', '.join(added)}.")
    if dropped:
        yield Change("circuit", f"Une étape disparaît : {', '.join(dropped)}.")


def _ahead(view: CaseView) -> dict[str, str]:
    return {s.key: s.label for s in view.circuit if s.key not in view.record.done}


def terms_of(before: Definition, after: Definition) -> list[Change]:
    """What a revision changes for every pending case, whatever was answered."""
    return [change for topic in _TERMS for change in _term(topic, before, after)]


def same_questions(before: Definition, after: Definition) -> bool:
    """Whether both revisions ask the same, wording apart: what answered one suits the other."""
    return bool(bare(before.pages) == bare(after.pages))


def _term(topic: str, before: Definition, after: Definition) -> Iterator[Change]:
    if getattr(before, topic) == getattr(after, topic):
        return
    found = [e.bearing for e in effects(before, after) if e.topic == topic]
    if not found:
        return
    name = LAW[topic]
    verb = "changent" if name.startswith("les ") else "change"
    bearing: Bearing = "worse" if "worse" in found else "better" if "better" in found else "neutral"
    yield Change(topic, f"{name[:1].upper()}{name[1:]} {verb}.", bearing)
