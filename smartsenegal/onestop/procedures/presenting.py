"""Procedures as pages show them: plain lists for the components. No database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from smartsenegal.kernel.sites.api import KINDS
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import group_digits, typography
from smartsenegal.onestop.procedures.definition import Definition, Delay, Fee, Piece, Silence
from smartsenegal.onestop.procedures.measures import Measured
from smartsenegal.onestop.procedures.queries import Entry
from smartsenegal.onestop.procedures.rules import amount_on, delay_words, price
from smartsenegal.onestop.procedures.rules.catalogue import BundleStep
from smartsenegal.onestop.procedures.rules.effects import Effect, editorial, effects

FREE = "Gratuit"
TONES = {"A": "green", "B": "blue", "C": "amber", "N": "red"}
CERTAINTY_WORDS = {
    "A": "Texte officiel ou deux sources",
    "B": "Une bonne source",
    "C": "Source faible",
    "N": "Non trouvé",
}


def amount_words(least: int, most: int) -> str:
    """ "400 F CFA", "De 75 à 500 F CFA", "Jusqu’à 500 F CFA", "Gratuit"."""
    if not most:
        return FREE
    if not least:
        return f"Jusqu’à {format_fcfa(most)}"
    return format_fcfa(most) if least == most else f"De {group_digits(least)} à {format_fcfa(most)}"


def entry_rows(entries: list[Entry]) -> list[dict[str, str]]:
    """Procedures for `components/icon_list.html`, each with its price and delay."""
    return [
        {
            "icon": "file-text",
            "title": e.title,
            "detail": " · ".join(filter(None, [amount_words(e.price_least, e.price_most), e.delay])),
            "url": reverse("procedures:sheet", args=[e.code]),
        }
        for e in entries
    ]


# --- the sheet ----------------------------------------------------------------------


@dataclass(frozen=True)
class FeeRow:
    label: str
    amount: str
    note: str
    tone: str
    certainty: str


def facts(d: Definition, on: date, measured: Measured | None = None) -> list[dict[str, str]]:
    """The strip of facts: price, promised delay, measured delay when there is one, validity, for whom."""
    cost = price(d, on)
    found = [
        {"label": "Prix", "value": amount_words(cost.least, cost.most), "note": ""},
        _delay_fact("Délai promis", d.delay),
    ]
    if measured:
        found.append({"label": "Délai constaté", "value": measured.value, "note": measured.note})
    if d.validity:
        found.append(_delay_fact("Valable", d.validity))
    found.append(FOR_WHOM[frozenset(d.parties)])
    return found


# In whose name a request is filed.
FOR_WHOM: Mapping[frozenset[str], dict[str, str]] = {
    frozenset(parties): {"label": "Pour qui", "value": value, "note": note}
    for parties, value, note in (
        (("person",), "Une personne", "Pas au nom d’une entreprise ou d’une association"),
        (("organisation",), "Une organisation", "Entreprise ou association"),
        (("person", "organisation"), "Tous", "Personne, entreprise ou association"),
    )
}


def sureness(grade: str) -> dict[str, str]:
    """How sure a fact is, for a chip that its owner sees."""
    return {"certainty": CERTAINTY_WORDS[grade], "tone": TONES[grade]}


def _delay_fact(label: str, delay: Delay) -> dict[str, str]:
    words = delay_words(delay)
    if delay.amount is not None:
        return {"label": label, "value": words, "note": "" if delay.note == words else delay.note}
    # A note such as « Selon votre âge : 10 ans … » gives the value, then its detail.
    value, _, detail = words.partition("\u00a0: ")
    return {"label": label, "value": value, "note": detail}


def fee_rows(d: Definition, on: date, local: Mapping[str, int], place: str) -> list[FeeRow]:
    """The lines of the price, each with what is known of it; `local` are the amounts set for that place."""
    return [_fee_row(fee, on, local, place) for fee in d.fees]


def _fee_row(fee: Fee, on: date, local: Mapping[str, int], place: str) -> FeeRow:
    words, note = _fee_words(fee, on), fee.note
    if fee.key in local:
        words, note = format_fcfa(amount_on(fee, on, local)), f"Tarif de {place}."
    return FeeRow(fee.label, words, typography(note), TONES[fee.certainty], CERTAINTY_WORDS[fee.certainty])


def _fee_words(fee: Fee, on: date) -> str:
    amount = amount_on(fee, on)
    low = amount if fee.minimum is None else fee.minimum
    high = amount if fee.maximum is None else fee.maximum
    return amount_words(low, high)


def piece_rows(d: Definition) -> list[dict[str, str]]:
    """What one must have, for `components/icon_list.html`; last, the phone."""
    rows = [{"icon": _icon(p), "title": p.label, "detail": _detail(p)} for p in d.pieces]
    phone = (
        "Un téléphone pour payer et recevoir les messages"
        if d.fees
        else "Un téléphone pour recevoir les messages"
    )
    return [*rows, {"icon": "smartphone", "title": phone, "detail": ""}]


def _icon(piece: Piece) -> str:
    return "id-card" if piece.is_identity and not piece.procedure else "file-check"


def _detail(piece: Piece) -> str:
    parts = [
        "Facultatif." if not piece.required else "",
        "Selon votre situation." if piece.when and not piece.hint else "",
        _choice(piece),
        piece.hint,
        _age(piece),
    ]
    return typography(" ".join(filter(None, parts)))


def _age(piece: Piece) -> str:
    told = str(piece.valid_months) in piece.hint
    return f"De moins de {piece.valid_months} mois." if piece.valid_months and not told else ""


def _choice(piece: Piece) -> str:
    labels = [o.label for o in piece.one_of]
    if len(labels) < 2 or all(label.casefold() in piece.label.casefold() for label in labels):
        return ""
    return f"Au choix : {', '.join(labels[:-1])} ou {labels[-1]}."


def sources(d: Definition, owner: str) -> str:
    """Who keeps the sheet and when it was last read again."""
    kept = f"Responsable de la fiche : {owner}. " if owner else ""
    return typography(f"{kept}Revue le {format_date(d.reviewed_on)}.")


# --- for those in charge ----------------------------------------------------------------

BEARINGS = {"better": ("Plus favorable", "green"), "worse": ("Moins favorable", "amber"),
            "neutral": ("Neutre", "neutral")}  # fmt: skip
CORRECTIONS = {
    "suspend": "Une demande de corrections suspend le délai.",
    "reset": "Une demande de corrections fait repartir le délai à zéro.",
    "run": "Une demande de corrections laisse courir le délai.",
}


ASSESSED = "Montant fixé par un service pendant l’examen."


def comparison(before: Definition, after: Definition, on: date | None) -> dict[str, Any]:
    """What a revision changes, for `procedures/effects.html`."""
    rows = [_effect_row(e) for e in effects(before, after, on, dict(KINDS))]
    return {"rows": rows, "editorial": ", ".join(editorial(before, after))}


def _effect_row(effect: Effect) -> dict[str, str]:
    label, tone = BEARINGS[effect.bearing]
    return {"sentence": effect.sentence, "concerns": effect.concerns, "bearing": label, "tone": tone}


def binding_rows(d: Definition) -> list[dict[str, str]]:
    """What the definition says of silence, corrections and assessed fees, each with how sure it is."""
    corrections = CORRECTIONS[d.on_corrections]
    rows = [
        _silence_row(d.silence),
        {"label": "Corrections", "value": corrections, **sureness(d.on_corrections_certainty)},
        *({"label": f.label, "value": ASSESSED, **sureness(f.certainty)} for f in d.fees if f.assessed_at),
    ]
    if d.applies_to_open:
        rows.append({"label": "Demandes en cours", "value": f"Applicable par : {d.applies_to_open}."})
    return [row | {"value": typography(row["value"])} for row in rows]


def _silence_row(silence: Silence | None) -> dict[str, str]:
    if silence is None:
        return {"label": "Silence", "value": "La fiche n’en dit rien : la demande reste ouverte."}
    words = silence.sentence or _silence_words(silence)
    return {"label": "Silence", "value": words, **sureness(silence.certainty)}


def _silence_words(silence: Silence) -> str:
    worth = "accord" if silence.effect == "granted" else "refus"
    after = f", {delay_words(silence.notice)} après une mise en demeure" if silence.notice else ""
    return f"Le silence vaut {worth}{after}."


# --- life events ----------------------------------------------------------------------


def bundle_rows(steps: list[BundleStep]) -> list[dict[str, Any]]:
    """The steps of a life event for its page."""
    return [
        {
            "number": rank,
            "title": step.title,
            "detail": step.detail,
            "url": reverse("procedures:sheet", args=[step.code]) if step.in_catalogue else "",
            "facts": _step_facts(step),
            "why": _why(step),
        }
        for rank, step in enumerate(steps, 1)
    ]


def _step_facts(step: BundleStep) -> str:
    if not step.in_catalogue:
        return "Pas encore en ligne ici"
    return " · ".join(filter(None, [amount_words(*step.facts["price"]), step.facts["delay"]]))


def _why(step: BundleStep) -> str:
    if not step.serves:
        return ""
    needed = f"Demandé ensuite pour : {' ; '.join(step.serves)}."
    if step.valid_months:
        needed += f" Il devra alors dater de moins de {step.valid_months} mois : ne le demandez pas trop tôt."
    return typography(needed)
