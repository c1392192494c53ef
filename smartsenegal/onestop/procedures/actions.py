"""Writes of the catalogue: drafts, publication, withdrawal, reference data."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import Organisation, PermissionRefused, Principal, system
from smartsenegal.lib.text import clean
from smartsenegal.onestop.procedures import files, queries
from smartsenegal.onestop.procedures.definition import Definition
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.models import LifeEvent, Procedure, Revision, Theme
from smartsenegal.onestop.procedures.rules import delay_words, polish, price, validate
from smartsenegal.onestop.procedures.rules.catalogue import search_texts
from smartsenegal.onestop.procedures.rules.effects import with_tariffs
from smartsenegal.onestop.procedures.yaml12 import load

DATA = Path(__file__).resolve().parent / "data"
REFERENCE = "reference"
MANAGE = "procedures.manage"


def may_manage(by: Principal, owner: str) -> bool:
    """Whether this principal manages the procedures of that organisation (its code)."""
    return owner in managed_owners(by, [owner])


def managed_owners(by: Principal, owners: Iterable[str]) -> frozenset[str]:
    """Those of these organisations (codes) whose procedures this principal manages. One query for all."""
    wanted = frozenset(owners)
    ids = dict(Organisation.objects.filter(code__in=wanted).values_list("code", "pk"))
    return frozenset(code for code in wanted if by.may(MANAGE, organisation_id=ids.get(code)))


def _require(by: Principal, owner: str) -> None:
    if not may_manage(by, owner):
        raise PermissionRefused("Seul le responsable de cette démarche peut la modifier.")


def digest_of(content: Any) -> str:
    """SHA-256, in hexadecimal, of a revision's content whatever the order of its keys."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _locked(code: str) -> Procedure:
    found = Procedure.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise ProcedureRefused(f"La démarche «\u00a0{code}\u00a0» n’existe pas.")
    return found


# --- drafts ------------------------------------------------------------------------


@transaction.atomic
def import_definition(definition: Definition, by: Principal, note: str = "", origin: str = "") -> Revision:
    """Make the definition the draft of its procedure, created if need be; returns the draft.

    Raises PermissionRefused; ProcedureRefused when its code could not be an address.
    """
    _require(by, definition.owner)
    faults = [f for f in validate(definition) if f.startswith("code")]
    if faults:
        raise ProcedureRefused(*faults)
    Procedure.objects.get_or_create(
        code=definition.code, defaults={"owner": definition.owner, "title": definition.title[:200]}
    )
    procedure = _locked(definition.code)
    _require(by, procedure.owner)
    return _write_draft(procedure, definition, by, note, origin)


def _write_draft(
    procedure: Procedure, definition: Definition, by: Principal, note: str, origin: str
) -> Revision:
    content = files.to_json(polish(definition))
    draft = _draft(procedure) or Revision(procedure=procedure, number=_next_number(procedure))
    draft.content, draft.digest, draft.origin = content, digest_of(content), origin
    draft.note = clean(note, 500)
    draft.save()
    audit.record(
        by.actor,
        "procedures.draft",
        f"procedure:{procedure.code}",
        {"number": draft.number, "digest": draft.digest},
    )
    return draft


def _draft(procedure: Procedure) -> Revision | None:
    return procedure.revisions.filter(state="draft").first()


def _next_number(procedure: Procedure) -> int:
    last = procedure.revisions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


@transaction.atomic
def new_draft(code: str, by: Principal) -> Revision:
    """The draft of a procedure: the one at work, or a copy of the current revision."""
    procedure = _locked(code)
    _require(by, procedure.owner)
    draft = _draft(procedure)
    if draft:
        return draft
    if procedure.current is None:
        raise ProcedureRefused("Cette démarche n’a pas encore de contenu. Importez son fichier.")
    return _write_draft(procedure, procedure.current.definition, by, "", "")


@transaction.atomic
def edit_draft(code: str, text: str, by: Principal, note: str = "", *, seen: str = "") -> Revision:
    """Replace the draft by what a YAML text says; returns it. `seen` is the digest of what it was made from.

    Raises FileRefused (the text is no procedure), ProcedureRefused (it is another one's, or somebody else
    saved the draft meanwhile), PermissionRefused.
    """
    procedure = _locked(code)
    _require(by, procedure.owner)
    if seen and seen != _digest(procedure):
        raise ProcedureRefused(SAVED_MEANWHILE)
    definition = files.from_yaml(text)
    if definition.code != code:
        wish = f"remettez «\u00a0{code}\u00a0», le code d’une démarche ne change pas."
        raise ProcedureRefused(f"code\u00a0: {wish}")
    if definition.owner != procedure.owner:
        _require(by, definition.owner)
    return _write_draft(procedure, definition, by, note, "")


SAVED_MEANWHILE = (
    "Quelqu’un d’autre a enregistré ce brouillon depuis que vous l’avez ouvert. Ouvrez-le dans un autre "
    "onglet pour comparer\u00a0; enregistrez de nouveau pour le remplacer par le vôtre."
)
READ_MEANWHILE = "Le brouillon a changé depuis que vous l’avez relu. Relisez ce qu’il change, puis publiez."


def _digest(procedure: Procedure) -> str:
    """Of what one edits: the draft, else the revision in force."""
    found = _draft(procedure) or procedure.current
    return found.digest if found else ""


@transaction.atomic
def drop_draft(code: str, by: Principal) -> None:
    """Throw the draft away."""
    procedure = _locked(code)
    _require(by, procedure.owner)
    draft = _draft(procedure)
    if draft:
        audit.record(by.actor, "procedures.drop_draft", f"procedure:{code}", {"number": draft.number})
        draft.delete()


# --- publication ---------------------------------------------------------------------


@transaction.atomic
def publish(
    code: str,
    by: Principal,
    *,
    effective_from: date | None = None,
    note: str = "",
    tariffs: Mapping[str, date] | None = None,
    seen: str = "",
) -> Revision:
    """Freeze the draft and put it in force on a day (today by default); returns the revision.

    `tariffs` says from which day each new amount holds (by fee key); the old ones hold until then. `seen` is
    the digest of the draft whose effects were read: another one is not published.
    Raises ProcedureRefused with every fault of the draft, PermissionRefused.
    """
    procedure = _locked(code)
    _require(by, procedure.owner)
    draft = _draft(procedure)
    if draft is None:
        raise ProcedureRefused("Il n’y a pas de brouillon à publier.")
    if seen and seen != draft.digest:
        raise ProcedureRefused(READ_MEANWHILE)
    today = timezone.localdate()
    starts = effective_from or today
    faults = [*_past(starts, today), *_too_early(tariffs or {}, starts)]
    _date_tariffs(procedure, draft, tariffs or {})
    faults = [*queries.faults_of(draft.definition), *faults]
    if faults:
        raise ProcedureRefused(*faults)
    _freeze(draft, by, starts, note)
    if starts <= today:
        _put_in_force(procedure, draft, today)
    _tell(procedure, draft, by)
    return draft


def _freeze(draft: Revision, by: Principal, starts: date, note: str) -> None:
    draft.state, draft.effective_from, draft.published_at = "published", starts, timezone.now()
    draft.published_by = by.label[:200]
    draft.note = clean(note, 500) or draft.note
    draft.save()


def _tell(procedure: Procedure, revision: Revision, by: Principal) -> None:
    subject = f"procedure:{procedure.code}"
    told = {
        "code": procedure.code,
        "revision": revision.pk,
        "number": revision.number,
        "effective_from": str(revision.effective_from),
    }
    audit.record(by.actor, "procedures.publish", subject, told | {"digest": revision.digest}, revision.note)
    events.emit("procedure.published", subject, told)


TOO_EARLY = "Ce tarif ne peut pas commencer avant l’entrée en vigueur. Choisissez ce jour ou un jour suivant."


def _date_tariffs(procedure: Procedure, draft: Revision, tariffs: Mapping[str, date]) -> None:
    replaced = procedure.revisions.exclude(state="draft").order_by("-number").first()
    if replaced and tariffs:
        dated = with_tariffs(replaced.definition, draft.definition, tariffs)
        draft.content = files.to_json(polish(dated))
        draft.digest = digest_of(draft.content)


def _too_early(tariffs: Mapping[str, date], starts: date) -> list[str]:
    if any(day < starts for day in tariffs.values()):
        return [TOO_EARLY]
    return []


PAST = "La date d’entrée en vigueur est passée. Choisissez aujourd’hui ou une date à venir."


def _past(starts: date, today: date) -> list[str]:
    if starts < today:
        return [PAST]
    return []


def _put_in_force(procedure: Procedure, revision: Revision, today: date) -> None:
    procedure.revisions.filter(state="published", number__lt=revision.number).update(state="retired")
    procedure.current, procedure.published = revision, True
    _repeat(procedure, revision.definition, today)


def _repeat(procedure: Procedure, d: Definition, today: date) -> None:
    texts, cost = search_texts(d), price(d, today)
    procedure.owner, procedure.title, procedure.summary = d.owner, d.title[:200], d.summary[:500]
    procedure.audiences, procedure.themes = list(d.audiences), list(d.themes)
    procedure.life_events, procedure.online = list(d.life_events), d.online
    procedure.price_least, procedure.price_most = cost.least, cost.most
    procedure.delay, procedure.certainty = delay_words(d.delay)[:200], d.certainty
    procedure.reviewed_on = d.reviewed_on
    procedure.names, procedure.about = texts.names, texts.about
    procedure.sounds = list(texts.sounds)
    procedure.save()


@transaction.atomic
def withdraw(code: str, by: Principal, reason: str) -> None:
    """Take a procedure off the catalogue; open cases go on. Raises ProcedureRefused without a reason."""
    procedure = _locked(code)
    _require(by, procedure.owner)
    words = clean(reason, 500)
    if not words:
        raise ProcedureRefused("Écrivez pourquoi la démarche est retirée.")
    procedure.published = False
    procedure.save(update_fields=["published"])
    audit.record(by.actor, "procedures.withdraw", f"procedure:{code}", reason=words)
    events.emit("procedure.withdrawn", f"procedure:{code}", {"code": code})


def bring_up_to_date(today: date | None = None) -> int:
    """Put in force what starts by that day, and repeat the prices of that day; returns how many changed.

    Run each night: a tariff or a revision published ahead takes effect by itself.
    """
    day = today or timezone.localdate()
    codes = Procedure.objects.filter(revisions__state="published").order_by("code").distinct()
    return sum(_bring_up(code, day) for code in codes.values_list("code", flat=True))


@transaction.atomic
def _bring_up(code: str, day: date) -> int:
    procedure = _locked(code)
    due = procedure.revisions.filter(state="published", effective_from__lte=day).order_by("-number").first()
    if due is None:
        return 0
    if procedure.current_id != due.pk:
        _put_in_force(procedure, due, day)
        return 1
    cost = price(due.definition, day)
    if (procedure.price_least, procedure.price_most) == (cost.least, cost.most):
        return 0
    _repeat(procedure, due.definition, day)
    return 1


# --- reference data --------------------------------------------------------------------


def load_reference() -> int:
    """Load themes, life events and procedures that come with the software; returns how many were published.

    May be run again: a revision is published only when its file has changed, and never over one that an
    administration has published itself (the file then waits as a draft).
    """
    _load_shelves()
    paths = sorted(DATA.glob("*.yaml"))
    return sum(_load(files.from_yaml(path.read_text("utf-8"))) for path in paths)


def _load_shelves() -> None:
    for rank, row in enumerate(load((DATA / "catalogue" / "themes.yaml").read_text("utf-8"))):
        values = {"short": row["title"], **row, "rank": rank}
        Theme.objects.update_or_create(slug=values.pop("slug"), defaults=values)
    for rank, row in enumerate(load((DATA / "catalogue" / "life_events.yaml").read_text("utf-8"))):
        values = {**row, "rank": rank}
        LifeEvent.objects.update_or_create(slug=values.pop("slug"), defaults=values)


@transaction.atomic
def _load(definition: Definition) -> int:
    digest = digest_of(files.to_json(polish(definition)))
    known = Revision.objects.filter(procedure__code=definition.code)
    if known.filter(origin=REFERENCE, digest=digest).exists():
        return 0
    changed_here = known.exclude(origin=REFERENCE).exists()
    if changed_here and known.filter(state="draft").exists():
        return 0
    by = system("données de référence")
    import_definition(definition, by, "Version livrée avec le logiciel", REFERENCE)
    if changed_here:
        return 0
    publish(definition.code, by)
    return 1
