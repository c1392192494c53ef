"""What a file of the national portal holds, brought in: all of it, or nothing.

Procedures and the legal texts they cite become drafts, which a person publishes. Themes and life events have
no draft: a new one is shown once a published procedure is on it, what changes in another is seen at once; so
they are for who keeps the catalogue of the whole State, and a preview says first what would change.
Administrations and places are never made here: each must be known already.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import ROOT_ORGANISATION, Principal, organisation
from smartsenegal.lib.text import fold
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.procedures import actions, queries
from smartsenegal.onestop.procedures.actions_reviews import give_review
from smartsenegal.onestop.procedures.definition import Definition, Text
from smartsenegal.onestop.procedures.models import LifeEvent, Procedure, Theme
from smartsenegal.onestop.procedures.queries_reviews import is_review_known
from smartsenegal.onestop.procedures.rules.portal import code_of, merge
from smartsenegal.onestop.procedures.rules.portal_reading import Known, shown
from smartsenegal.onestop.procedures.rules.portal_reviews import ReviewRow, review_of
from smartsenegal.onestop.procedures.rules.portal_shelves import (
    Procedures,
    Read,
    Shelf,
    added_steps,
    event_of,
    slug_of,
    text_of,
    theme_of,
    with_text,
)
from smartsenegal.onestop.procedures.rules.typography import polish

NOTE = "Importée du portail national"
PROCEDURES, THEMES, EVENTS = "demarches", "themes", "evenements_de_vie"
SERVICES, TEXTS, PLACES = "services_administratifs", "textes", "structures"
REVIEWS = "avis"
# Themes before the procedures that are on them, procedures before what leads through them.
ORDER = (SERVICES, PLACES, THEMES, PROCEDURES, TEXTS, EVENTS, REVIEWS)


@dataclass(frozen=True)
class Line:
    """What became of one row: `state` is "created", "changed" or "unchanged"."""

    rank: int
    code: str
    state: str
    remarks: tuple[str, ...] = ()
    collection: str = PROCEDURES


@dataclass(frozen=True)
class LineFault:
    """What is wrong with one row (from 1), in which of its fields ("" for all), and how to mend it."""

    rank: int
    code: str
    field: str
    sentence: str
    collection: str = PROCEDURES


class PortalRefused(Exception):
    """Nothing was written; `faults` say why, row by row."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        super().__init__("\n".join(f.sentence for f in faults))
        self.faults = list(faults)


def import_rows(rows: Sequence[Any], by: Principal) -> list[Line]:
    """Make each row the draft of its procedure; as `import_bundle`."""
    return import_bundle({PROCEDURES: rows}, by)


@transaction.atomic
def import_bundle(given: Mapping[str, Sequence[Any]], by: Principal, *, preview: bool = False) -> list[Line]:
    """Bring in the rows of each collection of the portal, in one transaction; returns what became of each.

    With `preview` the same is told and nothing is written. Again with the same rows, nothing changes. Raises
    PortalRefused with the faults of every row; then nothing of any is written.
    """
    work = _Work({name: list(given.get(name, ())) for name in ORDER}, by)
    for name in ORDER:
        work.read(name)
    if work.faults:
        raise PortalRefused(sorted(work.faults, key=lambda f: (ORDER.index(f.collection), f.rank)))
    lines = work.write()
    if preview:
        transaction.set_rollback(True)
    return lines


class _Work:
    """What the rows make of what is here: read collection after collection, then written together."""

    def __init__(self, rows: Mapping[str, list[Any]], by: Principal) -> None:
        self.rows, self.by = rows, by
        self.faults, self.lines = list[LineFault](), list[Line]()
        self.codes = [code_of(row) if isinstance(row, dict) else "" for row in rows[PROCEDURES]]
        self.here = self._locked()
        self.wanted = dict(self.here)
        self.shelves = {THEMES: _shelves(Theme), EVENTS: _shelves(LifeEvent)}
        self.to_keep = dict[str, list[Shelf]]({THEMES: [], EVENTS: []})
        self.known = Known(*queries.portal_names())
        owners = {d.owner for d in self.here.values()} | set(self.known.owners.values())
        self.mine = actions.managed_owners(by, owners)
        self.keeps_all = _keeps_the_catalogue(by)
        self.offered = queries.offered_codes() if rows[EVENTS] else frozenset()
        self.reviews = list[ReviewRow]()
        self.reviewed = queries.owners_of(_ids(rows[REVIEWS], "demarche"))
        self.mine |= actions.managed_owners(by, self.reviewed.values())
        self.places = queries.known_places(_ids(rows[PLACES]))

    def _locked(self) -> dict[str, Definition]:
        """What is at work of the procedures that the file may change, held until the end: nobody edits a
        draft between what is read here and what is written."""
        found = Procedure.objects.select_for_update().order_by("code")
        if not (self.rows[TEXTS] or self.rows[EVENTS]):
            found = found.filter(code__in=self.codes)
        return queries.working_definitions([p.code for p in found])

    def read(self, collection: str) -> None:
        """Read the rows of one collection: what they make, or their faults."""
        reading = {
            SERVICES: self._service,
            PLACES: self._place,
            THEMES: self._theme,
            PROCEDURES: self._procedure,
            TEXTS: self._text,
            EVENTS: self._event,
            REVIEWS: self._review,
        }[collection]
        for rank, row in enumerate(self.rows[collection], 1):
            if isinstance(row, dict):
                reading(rank, row)
            else:
                told = "Ce n’est pas un élément du portail : donnez un objet avec ses champs."
                self._refuse(collection, rank, "", "", told)
        self._refuse_twice(collection)

    def _refuse(self, collection: str, rank: int, code: str, field: str, sentence: str) -> None:
        self.faults.append(LineFault(rank, code, field, _(sentence), collection))

    def _say(self, collection: str, rank: int, code: str, state: str, *remarks: str) -> None:
        self.lines.append(Line(rank, code, state, tuple(_(r) for r in remarks), collection))

    def _refuse_twice(self, collection: str) -> None:
        if collection not in (PROCEDURES, THEMES, EVENTS):
            return
        first: dict[str, int] = {}
        lines = [(line.rank, line.code) for line in self.lines if line.collection == collection]
        codes = list(enumerate(self.codes, 1)) if collection == PROCEDURES else lines
        for rank, code in codes:
            if code and first.setdefault(code, rank) != rank:
                what = "Cette démarche" if collection == PROCEDURES else "Ce code"
                told = f"{what} est déjà à la ligne {first[code]}. Gardez-en une seule."
                self._refuse(collection, rank, code, "slug", told)

    # --- what must be known already

    def _service(self, rank: int, row: dict[str, Any]) -> None:
        names = (fold(str(row.get(name) or "")) for name in ("id", "nom"))
        code = next((self.known.owners[name] for name in names if name in self.known.owners), "")
        if code:
            self._say(SERVICES, rank, code, "unchanged")
        else:
            self._unknown(SERVICES, rank, row, ("nom", "id"), "un service connu ici")

    def _place(self, rank: int, row: dict[str, Any]) -> None:
        code = str(row.get("id") or "")
        if code not in self.places:
            self._unknown(PLACES, rank, row, ("libelle", "id"), "un lieu connu ici")
            return
        same = _(str(row.get("libelle") or "")) in ("", _(self.places[code]))
        kept = [] if same else [f"le nom reste « {self.places[code]} » : un lieu se change à sa page."]
        self._say(PLACES, rank, code, "unchanged", *kept)

    def _unknown(
        self, collection: str, rank: int, row: dict[str, Any], names: tuple[str, ...], what: str
    ) -> None:
        told = f"« {shown(row, names)} » n’est pas {what}, et un import n’en crée pas."
        mend = "Ajoutez-le d’abord, ou retirez cette ligne."
        self._refuse(collection, rank, "", "id", f"{told} {mend}")

    # --- themes and life events

    def _theme(self, rank: int, row: dict[str, Any]) -> None:
        code = slug_of(row, self.shelves[THEMES])
        if code not in self.shelves[THEMES]:
            code = self.known.themes.get(fold(str(row.get("libelle") or "")), code)
        base = self.shelves[THEMES].get(code)
        self._shelf(THEMES, rank, code, base, theme_of(row, code, base, rank - 1))
        names = {fold(word): code for word in (code, str(row.get("libelle") or "")) if word}
        self.known = Known(self.known.owners, {**self.known.themes, **names})

    def _event(self, rank: int, row: dict[str, Any]) -> None:
        code = slug_of(row, self.shelves[EVENTS])
        base, procedures = self.shelves[EVENTS].get(code), Procedures(self.wanted.keys(), self.offered)
        made = event_of(row, code, base, len(self.shelves[EVENTS]) + rank - 1, procedures)
        self._shelf(EVENTS, rank, code, base, made)
        for step in added_steps(base, made.shelf) if made.shelf else ():
            d = self.wanted[step]
            self.wanted[step] = replace(d, life_events=tuple(dict.fromkeys((*d.life_events, code))))

    def _shelf(self, collection: str, rank: int, code: str, base: Shelf | None, made: Read) -> None:
        for field, sentence in made.faults:
            self._refuse(collection, rank, code, field, sentence)
        if made.shelf is None:
            return
        if base == made.shelf:
            self._say(collection, rank, code, "unchanged")
            return
        if not self.keeps_all:
            told = "Cela vaut pour tout le pays : seul qui tient les démarches de l’État le change."
            self._refuse(collection, rank, code, "", f"{told} Retirez cette ligne, ou demandez ce droit.")
            return
        self.to_keep[collection].append(made.shelf)
        self._say(collection, rank, code, "changed" if base else "created")

    # --- procedures and the texts they cite

    def _procedure(self, rank: int, row: dict[str, Any]) -> None:
        code = self.codes[rank - 1]
        base = self.here.get(code)
        merged = merge(row, base, self.known, timezone.localdate())
        for field, sentence in merged.faults:
            self.faults.append(LineFault(rank, code, field, sentence))
        made = merged.definition
        if made is None:
            return
        if not {made.owner, base.owner if base else made.owner} <= self.mine:
            told = "Vous n’êtes pas responsable de cette démarche. Retirez-la, ou demandez ce droit."
            self._refuse(PROCEDURES, rank, code, "service_administratifs", told)
            return
        self.wanted[code] = made
        self.lines.append(Line(rank, code, "", merged.remarks))

    def _text(self, rank: int, row: dict[str, Any]) -> None:
        text, faults = text_of(row)
        for field, sentence in faults:
            self._refuse(TEXTS, rank, "", field, sentence)
        if faults:
            return
        same_name = self._same_name[fold(text.title)]
        citing = {code: self.wanted[code] for code in self._citing.get(fold(text.title), ())}
        made = {code: with_text(d, text, same_name) for code, d in citing.items()}
        changed = [code for code, d in made.items() if polish(d) != polish(citing[code])]
        if changed and not self._may_change(rank, changed, same_name):
            return
        self.wanted |= {code: made[code] for code in changed if made[code].owner in self.mine}
        remarks = [] if citing else ["aucune démarche ne cite ce texte : il n’est pas repris."]
        self._say(TEXTS, rank, "", "changed" if changed else "unchanged", *remarks, *self._told(changed))

    @cached_property
    def _same_name(self) -> dict[str, list[Text]]:
        """The texts of the file by folded name, once each."""
        found: dict[str, list[Text]] = {}
        for row in self.rows[TEXTS]:
            text, faults = text_of(row) if isinstance(row, dict) else (None, ())
            if text and not faults and text not in found.setdefault(fold(text.title), []):
                found[fold(text.title)].append(text)
        return found

    @cached_property
    def _citing(self) -> dict[str, list[str]]:
        """The procedures that cite a text, by its folded name."""
        found: dict[str, list[str]] = {}
        for code, d in self.wanted.items():
            for name in dict.fromkeys(fold(t.title) for t in d.texts):
                found.setdefault(name, []).append(code)
        return found

    def _may_change(self, rank: int, changed: list[str], same_name: list[Text]) -> bool:
        """Whether these procedures may be made to cite the text: what is said of it must be said once."""
        if len(same_name) > 1:
            told = "Plusieurs textes du fichier portent ce nom, et"
            self._refuse(TEXTS, rank, "", "nom", f"{told} {changed[0]} en cite un autre. Gardez-en un seul.")
            return False
        ruled = [c for c in changed if c in self.codes and self._row_of(c).get("textes") is not None]
        if ruled:
            told = f"Ce texte est donné autrement à la démarche {ruled[0]}."
            self._refuse(TEXTS, rank, "", "nom", f"{told} Écrivez la même chose aux deux endroits.")
        return not ruled

    def _row_of(self, code: str) -> dict[str, Any]:
        row = self.rows[PROCEDURES][self.codes.index(code)]
        return row if isinstance(row, dict) else {}

    def _told(self, changed: list[str]) -> list[str]:
        mine = sorted(c for c in changed if self.wanted[c].owner in self.mine)
        others = sorted(c for c in changed if c not in mine)
        told = [f"brouillon : {', '.join(mine)}."] if mine else []
        return told + ([f"sans droit de les changer : {', '.join(others)}."] if others else [])

    # --- reviews

    def _review(self, rank: int, row: dict[str, Any]) -> None:
        review, faults = review_of(row)
        for field, sentence in faults:
            self._refuse(REVIEWS, rank, "", field, sentence)
        if review is None:
            return
        owner = self.reviewed.get(review.procedure)
        if owner is None:
            told = f"« {review.procedure} » n’est pas une démarche connue ici. Importez-la d’abord."
            self._refuse(REVIEWS, rank, review.procedure, "demarche", told)
        elif owner not in self.mine:
            told = "Vous n’êtes pas responsable de cette démarche. Retirez cet avis, ou demandez ce droit."
            self._refuse(REVIEWS, rank, review.procedure, "demarche", told)
        else:
            known = is_review_known(_about(review))
            self._say(REVIEWS, rank, review.procedure, "unchanged" if known else "created")
            self.reviews += [] if known else [review]

    # --- writing

    def write(self) -> list[Line]:
        """Write what differs from what is here; returns what became of each row, in the order of `ORDER`."""
        for theme in self.to_keep[THEMES]:
            _keep(Theme, theme, self.by, "procedures.theme", short=theme.short or theme.title[:40])
        for event in self.to_keep[EVENTS]:
            _keep(LifeEvent, event, self.by, "procedures.life_event", steps=[dict(s) for s in event.steps])
        states = {code: self._draft(code) for code in self.wanted}
        for r in self.reviews:
            give_review(r.procedure, _about(r), r.mark, r.comment, self.by, r.given_on)
        told = {PROCEDURES: states}
        return [replace(line, state=told.get(line.collection, {}).get(line.code, line.state))
                for line in self.lines]  # fmt: skip

    def _draft(self, code: str) -> str:
        base, made = self.here.get(code), polish(self.wanted[code])
        if base and polish(base) == made:
            return "unchanged"
        actions.import_definition(made, self.by, NOTE)
        return "changed" if base else "created"


def _ids(rows: Iterable[Any], name: str = "id") -> list[str]:
    return [str(row.get(name) or "").replace("\x00", "") for row in rows if isinstance(row, dict)]


def _about(review: ReviewRow) -> str:
    """A review of the portal is known by its number there."""
    return f"portal:{review.id}"


def _keeps_the_catalogue(by: Principal) -> bool:
    """Whether this principal manages the procedures of the whole State."""
    root = organisation(ROOT_ORGANISATION)
    return by.is_system or (root is not None and by.may(actions.MANAGE, organisation_id=root.pk))


def _shelves(model: type[Theme] | type[LifeEvent]) -> dict[str, Shelf]:
    return {
        row.slug: Shelf(row.slug, row.title, getattr(row, "short", ""), row.summary, row.icon, row.rank,
                        tuple(getattr(row, "steps", ())))
        for row in model.objects.all()
    }  # fmt: skip


def _keep(model: type[Theme] | type[LifeEvent], shelf: Shelf, by: Principal, verb: str, **more: Any) -> None:
    values = {"title": shelf.title, "summary": shelf.summary, "icon": shelf.icon, "rank": shelf.rank, **more}
    model.objects.update_or_create(slug=shelf.slug, defaults=values)
    audit.record(by.actor, verb, f"{verb.partition('.')[2]}:{shelf.slug}", {"title": shelf.title})
