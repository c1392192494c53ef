"""A procedure in the shape of the national portal's own back office, and back. Pure.

The shape is that of SENUM's content management (its public front end, July 2024): titre, resume, description,
corps (HTML), cout and delai (sentences), mot_cle, teleprocedure, sous_themes, service_administratifs, textes,
observations, post_scriptum, etat, est_publie, a_la_une.

What it carries both ways: title, summary, nature (`description`), who, where, pieces by their labels, ways of
appeal and further sections (`corps`, one heading each), keywords without comma, whether it is filed online,
themes, the administration in charge, texts, a delay in whole days, months or years, one single price.

What it cannot carry, and stays as it is here: code and prefix, audiences and life events, questions,
conditions, competence, circuit, act, reasons, silence, validity, certainties and sources, what makes pieces
and fees more than a label and a sum. Highlighting (`a_la_une`) does not exist here; `est_publie` is never
obeyed: a person publishes the draft. `observations` come in as points to settle and do not go out: they are
not public.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import NBSP, NNBSP, TextRefused, clean, fold, slug, typography
from smartsenegal.onestop.procedures.definition import (
    Act,
    Authority,
    DatedAmount,
    Definition,
    Delay,
    Fee,
    Piece,
    Text,
    Unit,
)
from smartsenegal.onestop.procedures.rules.money import price
from smartsenegal.onestop.procedures.rules.portal_body import parts_of
from smartsenegal.onestop.procedures.rules.typography import polish
from smartsenegal.onestop.procedures.rules.wording import delay_words

Row = Mapping[str, Any]
SOURCE = "Portail national"
FREE = "Gratuit"
PIECES, POSTSCRIPT = "Pièces à fournir", "Post-scriptum"
HEADINGS = {"who": "Qui peut faire la demande", "where": "Où s’adresser", "appeal": "Recours"}
# What the portal links a procedure to and that has no place here.
LEFT_OUT = ("formulaires", "modele_lettres", "faqs", "lien_utiles", "descripteurs", "demarches", "hub", "url")
LONGEST = {"titre": 200, "resume": 500, "description": 2_000, "corps": 100_000, "mot_cle": 2_000,
           "cout": 300, "delai": 300, "observations": 5_000, "post_scriptum": 10_000}  # fmt: skip
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
class Known:
    """What this installation knows, by folded code and by folded name: the code of each."""

    owners: Mapping[str, str]
    themes: Mapping[str, str]


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
    reader = _Reader(row)
    texts = {name: reader.text(name) for name in LONGEST}
    if not texts["titre"] and not reader.faults:
        reader.refuse("titre", "il manque le titre. Écrivez-le.")
    owner = reader.owner(known, base)
    themes = reader.themes(known, base)
    online = reader.flag("teleprocedure", default=base.online if base else False)
    laws = reader.laws()
    code = base.code if base else code_of(row)
    if reader.faults:
        return Merged(code, faults=tuple(reader.faults))
    start = base or _blank(code, texts["titre"], owner, on)
    made = _told(start, row, texts, on)
    if row.get("textes") is not None and laws != start.texts:
        made = replace(made, texts=laws)
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
        if row.get(name) is not None and not _same(texts[name], str(before.get(name, "")))
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


def _same(one: str, other: str) -> bool:
    return _spaced(typography(one)) == _spaced(typography(other))


def _spaced(text: str) -> str:
    return " ".join(text.replace(NBSP, " ").replace(NNBSP, " ").split())


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
    here = {_spaced(piece.label): piece for piece in d.pieces}
    used = {piece.key for piece in d.pieces}
    free = (f"piece_{n}" for n in range(1, 10_000) if f"piece_{n}" not in used)
    wanted = dict.fromkeys(typography(label) for label in labels)
    return tuple(
        here.get(_spaced(label)) or Piece(next(free), label, certainty="C") for label in wanted
    )  # fmt: skip


def _unsettled(d: Definition, observations: str) -> tuple[str, ...]:
    lines = [typography(line.strip()) for line in observations.split("\n") if line.strip()]
    return tuple(dict.fromkeys((*d.unknown, *lines)))


def _with_cost(
    d: Definition, row: Row, words: str, base: Definition | None, on: date
) -> tuple[Definition, tuple[str, ...]]:
    """The fees that a sentence can say; the rest is told, and is for a person to enter."""
    if not words or _same(words, cost_words(d, on)):
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


class _Reader:
    """Reads the values of a row; keeps every fault with its field."""

    def __init__(self, row: Row) -> None:
        self.row, self.faults = row, list[tuple[str, str]]()

    def refuse(self, field: str, sentence: str) -> None:
        self.faults.append((field, sentence))

    def text(self, name: str) -> str:
        value = self.row.get(name)
        if value is None or isinstance(value, bool):
            return ""
        if not isinstance(value, str | int):
            self.refuse(name, "attend un texte.")
            return ""
        return self._clean(name, str(value), LONGEST[name])

    def _clean(self, name: str, value: str, most: int) -> str:
        try:
            return clean(value, most, multiline=name in ("corps", "observations", "post_scriptum"))
        except TextRefused as refused:
            self.refuse(name, str(refused))
            return ""

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.row.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        told = fold(value) if isinstance(value, str) else ""
        if told not in ("oui", "non", "true", "false", "1", "0"):
            self.refuse(name, "attend oui ou non.")
        return told in ("oui", "true", "1")

    def _items(self, name: str) -> list[Mapping[str, Any]]:
        value = self.row.get(name) or []
        if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            return value
        self.refuse(name, "attend une liste, avec un « nom » ou un « libelle » pour chaque élément.")
        return []

    def _found(self, item: Mapping[str, Any], known: Mapping[str, str]) -> str:
        names = (str(item.get(name) or "") for name in ("slug", "id", "nom", "libelle"))
        return next((known[fold(name)] for name in names if fold(name) in known), "")

    def owner(self, known: Known, base: Definition | None) -> str:
        items = self._items("service_administratifs")
        found = next((code for item in items if (code := self._found(item, known.owners))), "")
        if not found and (items or base is None):
            wish = "Écrivez le nom ou le code d’un organisme connu ici."
            told = "aucun de ces services n’est connu ici." if items else "il manque le service responsable."
            self.refuse("service_administratifs", f"{told} {wish}")
        return found or (base.owner if base else "")

    def themes(self, known: Known, base: Definition | None) -> tuple[str, ...]:
        items = self._items("sous_themes")
        found = [self._found(item, known.themes) for item in items]
        if "" in found:
            choices = ", ".join(sorted(set(known.themes.values())))
            wrong = found.index("") + 1
            self.refuse("sous_themes", f"le thème n° {wrong} est inconnu ici. Choisissez parmi {choices}.")
        return tuple(dict.fromkeys(found)) or (base.themes if base else ())

    def laws(self) -> tuple[Text, ...]:
        return tuple(self._laws())

    def _laws(self) -> Iterator[Text]:
        for item in self._items("textes"):
            title, reference, url = (
                self._clean("textes", str(item.get(name) or ""), 500)
                for name in ("nom", "description", "url")
            )
            if not title:
                self.refuse("textes", "un texte n’a pas de nom. Écrivez-le.")
            if url and not re.match(r"https?://\S+$", url):
                self.refuse("textes", "l’adresse d’un texte doit commencer par https:// ou http://.")
            yield Text(title, reference, url)

    def left_out(self) -> list[str]:
        return [
            f"{name}{NBSP}: cela n’a pas de place ici et n’est pas repris."
            for name in LEFT_OUT
            if self.row.get(name)
        ]
