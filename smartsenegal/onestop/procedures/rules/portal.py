"""A procedure in the shape of the national portal's own back office, and back. Pure.

The shape is that of SENUM's content management (its public front end, July 2024): titre, resume, description,
corps (HTML), cout and delai (sentences), mot_cle, teleprocedure, sous_themes, service_administratifs, textes,
observations, post_scriptum, etat, est_publie, a_la_une. What an item of its `faqs` holds was not found:
`question` and `reponse` (HTML) are ours.

What it carries both ways: title, summary, nature (`description`), who, where, pieces by their labels, ways of
appeal and further sections (`corps`, one heading each), keywords without comma, whether it is filed online,
themes, the administration in charge, texts, frequent questions, a delay in whole days, months or years, one
single price.

What it cannot carry, and stays as it is here: code and prefix, audiences, parties and life events, questions,
conditions, competence, circuit, act, reasons, silence, validity, certainties and sources, what makes pieces
and fees more than a label and a sum. Highlighting (`a_la_une`) does not exist here; `est_publie` is never
obeyed: a person publishes the draft. `observations` come in as points to settle and do not go out: they are
not public.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any

from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import NBSP, fold, slug, typography
from smartsenegal.onestop.procedures.definition import (
    Act,
    Authority,
    DatedAmount,
    Definition,
    Delay,
    Fee,
    Piece,
    Unit,
)
from smartsenegal.onestop.procedures.rules.money import price
from smartsenegal.onestop.procedures.rules.portal_body import parts_of
from smartsenegal.onestop.procedures.rules.portal_reading import LONGEST, Known, Reader, Row, same, spaced
from smartsenegal.onestop.procedures.rules.typography import polish
from smartsenegal.onestop.procedures.rules.wording import delay_words

SOURCE = "Portail national"
FREE = "Gratuit"
PIECES, POSTSCRIPT = "Pièces à fournir", "Post-scriptum"
HEADINGS = {"who": "Qui peut faire la demande", "where": "Où s’adresser", "appeal": "Recours"}
TO_SETTLE = (
    "Tarifs",
    "Questions, compétence, circuit et acte",
    "Publics concernés (particuliers, professionnels)",
    "Préfixe des références",
)
_CODE = re.compile(r"[a-z][a-z0-9-]{1,79}")
_AMOUNT = re.compile(r"(\d[\d ]{0,12}) (?:f|fcfa|f cfa|francs?|francs? cfa)")
_DELAY = re.compile(r"(\d{1,4}) (jours? ouvres?|jours? ouvrables?|jours?|mois|ans?|annees?)")


@dataclass(frozen=True)
class Merged:
    """What a row makes of a procedure: nothing when it has `faults` (field, sentence)."""

    code: str
    definition: Definition | None = None
    faults: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()


# --- out ------------------------------------------------------------------------------------------


def row_of(d: Definition, owner: str, themes: Mapping[str, str], on: date) -> dict[str, Any]:
    """A procedure on offer as the portal keeps it; `themes` gives titles by code, prices are of that day."""
    carried = _carried(d, on)
    return {
        "id": d.code,
        "slug": d.code,
        **{name: carried[name] for name in _PLAIN},
        "sous_themes": [{"id": t, "slug": t, "libelle": themes.get(t, t)} for t in d.themes],
        "service_administratifs": [{"id": d.owner, "nom": owner}],
        "textes": carried["textes"],
        "faqs": [{"question": question, "reponse": _paragraphs(answer)} for question, answer in d.faq],
        "etat": "valide",
        "est_publie": True,
        "a_la_une": False,
        "updatedAt": d.reviewed_on.isoformat(),
    }


_PLAIN = ("titre", "resume", "description", "corps", "cout", "delai", "mot_cle", "teleprocedure",
          "post_scriptum")  # fmt: skip


def _carried(d: Definition, on: date) -> dict[str, Any]:
    return {
        "titre": d.title,
        "resume": d.summary,
        "description": d.nature,
        "corps": body_of(d),
        "cout": cost_words(d, on),
        "delai": delay_words(d.delay),
        "mot_cle": ", ".join(d.keywords),
        "teleprocedure": d.online,
        "post_scriptum": "\n".join(text for title, text in d.sections if title == POSTSCRIPT),
        "textes": [{"nom": t.title, "description": t.reference, "url": t.url} for t in d.texts],
    }


def cost_words(d: Definition, on: date) -> str:
    """What it costs that day, in words."""
    cost = price(d, on)
    if cost.least == cost.most:
        return format_fcfa(cost.most) if cost.most else FREE
    return f"De {format_fcfa(cost.least)} à {format_fcfa(cost.most)}"


def body_of(d: Definition) -> str:
    """The body in HTML: a heading for each part that is told."""
    parts = [(HEADINGS[name], str(getattr(d, name))) for name in HEADINGS if getattr(d, name)]
    parts += [(title, text) for title, text in d.sections if title != POSTSCRIPT]
    blocks = [_heading(title) + _paragraphs(text) for title, text in parts]
    if d.pieces:
        items = "".join(f"<li>{html.escape(p.label)}</li>" for p in d.pieces)
        blocks.insert(1 if d.who else 0, f"{_heading(PIECES)}<ul>{items}</ul>")
    return "".join(blocks)


def _heading(title: str) -> str:
    return f"<h2>{html.escape(title)}</h2>"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())


# --- in -------------------------------------------------------------------------------------------


def code_of(row: Row) -> str:
    """The code that a row stands for: its slug when it can be an address here, or one made of its title."""
    given = str(row.get("slug") or row.get("id") or "")
    if _CODE.fullmatch(given):
        return given
    made = slug(str(row.get("titre") or ""))
    return (made if made[:1].isalpha() else f"demarche-{made}")[:80].strip("-")


def merge(row: Row, base: Definition | None, known: Known, on: date) -> Merged:
    """The definition that a row makes of `base`, or of nothing. What says the same as `base` changes nothing
    in it; what is new is marked as not confirmed."""
    reader = Reader(row)
    texts = {name: reader.text(name) for name in LONGEST}
    if not texts["titre"] and not reader.faults:
        reader.refuse("titre", "il manque le titre. Écrivez-le.")
    owner = reader.owner(known, base)
    themes = reader.themes(known, base)
    online = reader.flag("teleprocedure", default=base.online if base else False)
    laws, questions = reader.laws(), reader.questions()
    code = base.code if base else code_of(row)
    if reader.faults:
        return Merged(code, faults=tuple(reader.faults))
    start = base or _blank(code, texts["titre"], owner, on)
    made = _told(start, row, texts, on)
    if row.get("textes") is not None and laws != start.texts:
        made = replace(made, texts=laws)
    # A list of mere references says nothing of the questions: those that are here stay.
    told = row.get("faqs") is not None and (questions or not row["faqs"])
    if told and not _same_questions(questions, start.faq):
        made = replace(made, faq=questions)
    made = replace(made, owner=owner, themes=themes, online=online)
    made = replace(made, unknown=_unsettled(made, texts["observations"]))
    made, remarks = _with_cost(made, row, texts["cout"], base, on)
    return Merged(code, polish(made), remarks=(*remarks, *reader.left_out()))


def _blank(code: str, title: str, owner: str, on: date) -> Definition:
    prefix = _prefix(title)
    return Definition(
        code=code, prefix=prefix, title=title, summary="", audiences=("particuliers", "professionnels"),
        themes=(), life_events=(), keywords=(), owner=owner, certainty="C", source=SOURCE, reviewed_on=on,
        who="", nature="", delay=Delay(None, note="Le portail n’indique pas de délai", certainty="N"),
        authority=Authority("", ""), pages=(), circuit=(), act=Act(title, prefix, ()), online=False,
        unknown=TO_SETTLE,
    )  # fmt: skip


def _prefix(title: str) -> str:
    initials = "".join(word[0] for word in fold(title).split() if "a" <= word[0] <= "z")
    return (initials if len(initials) > 1 else "dem")[:4].upper()


def _told(start: Definition, row: Row, texts: Mapping[str, str], on: date) -> Definition:
    """`start` with the sentences of the row that say something else."""
    before = _carried(start, on)
    changed = [
        name
        for name in texts
        if row.get(name) is not None and not same(texts[name], str(before.get(name, "")))
    ]
    made = start
    if "titre" in changed:
        made = replace(made, title=texts["titre"])
    if "resume" in changed:
        made = replace(made, summary=texts["resume"])
    if "description" in changed:
        made = replace(made, nature=texts["description"])
    if "mot_cle" in changed:
        words = [word.strip() for word in texts["mot_cle"].split(",")]
        made = replace(made, keywords=tuple(dict.fromkeys(w for w in words if w)))
    if "delai" in changed and texts["delai"]:
        made = replace(made, delay=delay_of(texts["delai"]))
    if "corps" in changed:
        made = _with_body(made, texts["corps"])
    if "post_scriptum" in changed:
        kept = tuple(s for s in made.sections if s[0] != POSTSCRIPT)
        added = ((POSTSCRIPT, texts["post_scriptum"]),) if texts["post_scriptum"] else ()
        made = replace(made, sections=(*kept, *added))
    return made


def _same_questions(some: tuple[tuple[str, str], ...], others: tuple[tuple[str, str], ...]) -> bool:
    pairs = zip(chain(*some), chain(*others), strict=False)
    return len(some) == len(others) and all(same(one, other) for one, other in pairs)


def delay_of(words: str) -> Delay:
    """The delay that these words say, or one without length whose note is these words."""
    told = fold(words)
    if told in ("le jour meme", "jour meme", "immediat", "immediatement"):
        return Delay(0, certainty="C")
    found = _DELAY.fullmatch(told)
    if not found:
        return Delay(None, note=words, certainty="C")
    return Delay(int(found[1]), _unit(found[2]), certainty="C")


def _unit(word: str) -> Unit:
    if "ouvr" in word:
        return "working_days"
    return "calendar_days" if word.startswith("jour") else "months" if word == "mois" else "years"


def _with_body(d: Definition, body: str) -> Definition:
    """`d` with the parts of an HTML body; a piece keeps what it is here when its label is the same."""
    named = {fold(title): name for name, title in HEADINGS.items()}
    told: dict[str, str] = dict.fromkeys(HEADINGS, "")
    sections, pieces = list[tuple[str, str]](), list[str]()
    for title, lines in parts_of(body):
        if fold(title) == fold(PIECES):
            pieces += lines
        elif fold(title) in named:
            told[named[fold(title)]] = "\n".join(lines)
        else:
            sections.append((title, "\n".join(lines)))
    kept = [s for s in d.sections if s[0] == POSTSCRIPT]
    said = replace(d, who=told["who"], where=told["where"], appeal=told["appeal"])
    return replace(said, sections=(*sections, *kept), pieces=_pieces(d, pieces))


def _pieces(d: Definition, labels: list[str]) -> tuple[Piece, ...]:
    here = {spaced(piece.label): piece for piece in d.pieces}
    used = {piece.key for piece in d.pieces}
    free = (f"piece_{n}" for n in range(1, 10_000) if f"piece_{n}" not in used)
    wanted = dict.fromkeys(typography(label) for label in labels)
    return tuple(
        here.get(spaced(label)) or Piece(next(free), label, certainty="C") for label in wanted
    )  # fmt: skip


def _unsettled(d: Definition, observations: str) -> tuple[str, ...]:
    lines = [typography(line.strip()) for line in observations.split("\n") if line.strip()]
    return tuple(dict.fromkeys((*d.unknown, *lines)))


def _with_cost(
    d: Definition, row: Row, words: str, base: Definition | None, on: date
) -> tuple[Definition, tuple[str, ...]]:
    """The fees that a sentence can say; the rest is told, and is for a person to enter."""
    if not words or same(words, cost_words(d, on)):
        return d, ()
    amount = amount_of(words)
    if base is None and amount:
        note = "Comptable public à confirmer"
        fee = Fee("cout", "Coût", "tresor", "droit", (DatedAmount(on, amount),), certainty="C", source=SOURCE,
                  note=note)  # fmt: skip
        return replace(d, fees=(fee,)), (f"cout{NBSP}: {note.lower()}.",)
    unsettled = typography(f"Coût selon le portail : {words}")
    remark = f"cout{NBSP}: les tarifs ne se changent qu’ici. La phrase du portail est gardée à part."
    return replace(d, unknown=tuple(dict.fromkeys((*d.unknown, unsettled)))), (remark,)


def amount_of(words: str) -> int | None:
    """The one sum in F CFA that these words say, or None."""
    found = _AMOUNT.fullmatch(fold(words))
    return int(found[1].replace(" ", "")) if found else None
