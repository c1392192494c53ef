"""What a revision changes of how one decides: delay, silence, authority, circuit, corrections, reasons."""

from collections.abc import Iterator

from smartsenegal.onestop.procedures.definition import Authority, Definition, Silence, Step
from smartsenegal.onestop.procedures.rules.effects.base import (
    SERVICES,
    Bearing,
    Effect,
    Words,
    bare,
    effect,
    longer,
    passes,
    quoted,
    said,
    whom,
)

_EFFECTS = {"granted": "accord", "refused": "refus"}
_CORRECTIONS = {
    "suspend": "suspend le délai",
    "reset": "fait repartir le délai à zéro",
    "run": "laisse courir le délai",
}
# From the worst to the best for the applicant.
_ORDER = ("reset", "suspend", "run")


def delay(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """The delay to decide."""
    bearing = longer(before.delay, after.delay, is_good=False)
    yield effect("delay", f"Le délai {passes(before.delay, after.delay)} {words.since}", bearing)


def validity(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """How long the act is good for."""
    bearing = longer(before.validity, after.validity, is_good=True)
    yield effect(
        "validity", f"La validité de l’acte {passes(before.validity, after.validity)} {words.since}", bearing
    )


def corrections_delay(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """The time to send corrections."""
    old, new = before.corrections_delay, after.corrections_delay
    sentence = f"Le temps laissé pour corriger {passes(old, new)} {words.since}"
    yield effect("corrections_delay", sentence, longer(old, new, is_good=True))


def on_corrections(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """What asking for corrections does to the delay."""
    better = _ORDER.index(after.on_corrections) > _ORDER.index(before.on_corrections)
    sentence = f"Une demande de corrections {_CORRECTIONS[after.on_corrections]} {words.since}"
    yield effect("on_corrections", sentence, "better" if better else "worse")


# --- silence ------------------------------------------------------------------------------


def silence(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """What no decision at the end of the delay leads to."""
    old, new = before.silence, after.silence
    if old is None or new is None or old.effect != new.effect:
        worth = f"{_worth(new, 'vaut')}, alors qu’il {_worth(old, 'valait')},"
        sentence = f"Le silence de l’administration {worth} {words.since}"
        yield effect("silence", sentence, _worth_bearing(old, new))
    if old and new:
        yield from _terms(old, new, words)


def _worth(rule: Silence | None, verb: str) -> str:
    return f"{verb} {_EFFECTS[rule.effect]}" if rule else f"ne {verb} ni accord ni refus"


def _worth_bearing(old: Silence | None, new: Silence | None) -> Bearing:
    rank = {"refused": 0, "": 1, "granted": 2}
    was, becomes = rank[old.effect if old else ""], rank[new.effect if new else ""]
    return "better" if becomes > was else "worse"


def _terms(old: Silence, new: Silence, words: Words) -> Iterator[Effect]:
    if bare(old.notice) != bare(new.notice):
        sentence = f"Le délai qui suit la mise en demeure {passes(old.notice, new.notice)} {words.since}"
        yield effect("silence", sentence, longer(old.notice, new.notice, is_good=new.effect == "refused"))
    if bare(old.substitute) != bare(new.substitute):
        sentence = (
            f"Le délai pour délivrer l’acte à la place de l’autorité {passes(old.substitute, new.substitute)}"
        )
        bearing = longer(old.substitute, new.substitute, is_good=False)
        yield effect("silence", f"{sentence} {words.since}", bearing)
    if old.substitute_unit != new.substitute_unit:
        who = words.unit(new.substitute_unit) if new.substitute_unit else "personne"
        yield effect("silence", f"L’acte est délivré à la place de l’autorité par {who} {words.since}")


# --- who decides ----------------------------------------------------------------------------


def authority(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """Which service is competent, and by which commune."""
    old, new = before.authority, after.authority
    if old.unit != new.unit:
        sentence = (
            f"La demande relève de {words.unit(new.unit)} au lieu de {words.unit(old.unit)} {words.since}"
        )
        yield effect("authority", sentence)
    if old.commune != new.commune:
        by = f"par la réponse {quoted(new.commune)}"
        yield effect("authority", f"Le service compétent se choisit {by} {words.since}")
    if bare(old.otherwise) != bare(new.otherwise):
        yield from _otherwise(new, words)


def _otherwise(new: Authority, words: Words) -> Iterator[Effect]:
    units = " ; ".join(words.unit(o.unit) for o in new.otherwise) or "aucun"
    sentence = f"Les services compétents dans des cas particuliers changent {words.since} : {units}"
    yield effect("authority", sentence, "neutral", whom(True))


def circuit(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """Steps added, dropped, and those that are not taken as they were."""
    old, new = {s.key: s for s in before.circuit}, {s.key: s for s in after.circuit}
    for key in old.keys() - new.keys():
        sentence = f"L’étape {quoted(old[key].label)} disparaît du circuit {words.since}"
        yield effect("circuit", sentence, "neutral", whom(old[key].when))
    for step in after.circuit:
        if step.key not in old:
            sentence = f"L’étape {quoted(step.label)} s’ajoute au circuit {words.since}"
            yield effect("circuit", sentence, "neutral", whom(step.when))
        elif bare(old[step.key]) != bare(step):
            yield from _step(old[step.key], step, words)


def _step(old: Step, new: Step, words: Words) -> Iterator[Effect]:
    for sentence, bearing in _step_changes(old, new, words):
        text = f"L’étape {quoted(new.label)} {sentence} {words.since}"
        yield effect("circuit", text, bearing, whom(new.when))


def _step_changes(old: Step, new: Step, words: Words) -> Iterator[tuple[str, Bearing]]:
    if bare(old.delay) != bare(new.delay):
        bearing = longer(old.delay, new.delay, is_good=False)
        yield f"a pour délai {quoted(said(new.delay))} au lieu de {quoted(said(old.delay))}", bearing
    if old.silence != new.silence:
        yield from _opinion_silence(new)
    if old.unit != new.unit:
        yield f"revient à {words.unit(new.unit)} au lieu de {words.unit(old.unit)}", "neutral"
    if old.role != new.role:
        yield "revient à un agent d’un autre rôle", "neutral"
    if old.kind != new.kind:
        yield "change de nature", "neutral"
    if set(old.after) != set(new.after) or old.after != new.after:
        yield "n’attend plus les mêmes étapes", "neutral"
    if bare(old.when) != bare(new.when):
        yield "ne concerne plus les mêmes demandes", "neutral"


def _opinion_silence(new: Step) -> Iterator[tuple[str, Bearing]]:
    if new.silence:
        yield "vaut avis favorable si le service ne répond pas à temps", "better"
    else:
        yield "attend la réponse du service, même tardive", "worse"


def bulk(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """Whether several requests may be decided together."""
    may = "peuvent être décidées ensemble" if after.bulk else "se décident une par une"
    yield effect("bulk", f"Les demandes {may} {words.since}", "neutral", SERVICES)


def applies_to_open(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """Whether requests already filed may be moved to the revision against their interest."""
    said = "Les demandes déjà déposées peuvent passer à cette révision, même si elle leur est moins favorable"
    if after.applies_to_open:
        yield effect("applies_to_open", f"{said} : {after.applies_to_open}")
    else:
        kept = "Les demandes déjà déposées gardent ce qui leur est plus favorable"
        yield effect("applies_to_open", kept, "better")


# --- refusal ----------------------------------------------------------------------------------


def reasons(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """Grounds of refusal added, dropped, and said otherwise."""
    old, new = {r.key: r for r in before.reasons}, {r.key: r for r in after.reasons}
    for key in old.keys() - new.keys():
        yield effect("reasons", f"« {old[key].label} » n’est plus un motif de refus {words.since}", "better")
    for reason in after.reasons:
        if reason.key not in old:
            yield effect("reasons", f"« {reason.label} » devient un motif de refus {words.since}", "worse")
        elif bare(old[reason.key]) != bare(reason):
            yield effect("reasons", f"Le motif de refus « {reason.label} » est écrit autrement {words.since}")


def appeal(before: Definition, after: Definition, words: Words) -> Iterator[Effect]:
    """Ways of appeal."""
    yield effect(
        "appeal", f"Les voies de recours deviennent : {quoted(after.appeal or 'aucune')}, {words.since}"
    )
