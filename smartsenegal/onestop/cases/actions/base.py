"""How every act on a case is done: lock, decide, append, refold, journal, tell; one commit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import Party, PermissionRefused, Principal
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases import moment, rules, sealing
from smartsenegal.onestop.cases.access import facts_for, in_name_of, not_theirs, titles_on
from smartsenegal.onestop.cases.actions.tasks import keep_tasks
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.errors import CaseRefused, StaleCase
from smartsenegal.onestop.cases.models import Case, CaseAction
from smartsenegal.onestop.cases.rules import Action, CaseView, Facts, Kind
from smartsenegal.onestop.procedures.api import definition_of


@dataclass(frozen=True)
class Content:
    """What an action keeps: `plain` holds keys, dates and amounts, `sealed` what a person said or is."""

    plain: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """The case after an act. `replayed` when this same request had been done already."""

    case: Case
    view: CaseView
    action: Action
    replayed: bool = False


Make = Callable[[Case, CaseView], Content]


@transaction.atomic
def perform(
    case_id: UUID | str,
    by: Principal,
    kind: Kind,
    make: Make | Content = Content(),
    *,
    target: Mapping[str, Any] | None = None,
    version: int | None = None,
    request_key: str = "",
    reason: str = "",
) -> Done:
    """Do one act; `make` computes its content once the case is locked and the act is known to be possible.

    `target` is what the rules look at (page, piece, step …); `version` the one the page was made from (None
    for those who saw no page); `request_key` makes a second sending return the first outcome.
    Raises Case.DoesNotExist, PermissionRefused, StaleCase, CaseRefused.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    known, titles = CaseAction.objects.facts(case.pk), titles_on(case, by)
    found = decide(case, known, titles, by, kind, make, target=target, version=version, key=request_key)
    return found if isinstance(found, Done) else write([found], by, request_key, reason)[0]


@dataclass(frozen=True)
class Decided:
    """An act found possible on a locked case, not written yet. `after` is the case once it is done."""

    case: Case
    action: Action
    content: Content
    after: CaseView


def decide(
    case: Case,
    known: list[tuple[Action, str]],
    titles: Sequence[Party],
    by: Principal,
    kind: Kind,
    make: Make | Content,
    *,
    target: Mapping[str, Any] | None = None,
    version: int | None = None,
    key: str = "",
) -> Decided | Done:
    """What this act would do to a locked case whose actions are `known`, or what it did already under `key`.

    Nothing is written. Raises PermissionRefused, StaleCase, CaseRefused.
    """
    actions = [action for action, _key in known]
    view = rules.fold(definition_of(case.revision_id), actions, country_calendar())
    facts = facts_for(case, by, titles)
    if refused := rules.permitted(kind, facts):
        raise PermissionRefused(not_theirs(case, by) if refused == rules.NOT_YOURS else _(refused))
    if replayed := _replay(known, kind, key, view):
        return Done(case, view, replayed, replayed=True)
    _check(view, actions, kind, facts, target or {}, version)
    content = make if isinstance(make, Content) else make(case, view)
    if facts.owns:
        content = replace(content, plain={**in_name_of(titles), **content.plain})
    action = _action(view, kind, content, by, owns=facts.owns)
    record = rules.apply(view.definition, view.record, action)
    return Decided(case, action, content, rules.conclude(view.definition, record, country_calendar()))


def _replay(known: list[tuple[Action, str]], kind: Kind, request_key: str, view: CaseView) -> Action | None:
    found = next((action for action, key in known if request_key and key == request_key), None)
    if found and found.kind != kind:
        raise CaseRefused("Cette clé a déjà servi à un autre acte sur ce dossier.", view)
    return found


def _check(
    view: CaseView,
    actions: list[Action],
    kind: Kind,
    facts: Facts,
    target: Mapping[str, Any],
    version: int | None,
) -> None:
    since = actions[version:] if version is not None else []
    if clash := rules.conflict(since, kind, facts.actor_id, target):
        raise StaleCase(_what_happened(view, clash, facts), view)
    if refused := rules.allowed(view, kind, facts, target):
        raise CaseRefused(refused, view)


def _what_happened(view: CaseView, clash: Action, facts: Facts) -> str:
    tell = rules.for_person if facts.owns else rules.for_agent
    told = tell(view.definition, [clash])
    event = told[0].text if told else "vos réponses ont été modifiées"
    moment = format_datetime(clash.at)
    return _(
        f"Ce dossier a changé depuis que vous l’avez ouvert : {event[0].lower()}{event[1:]}, le {moment}. "
        "Rien de ce que vous avez saisi n’est perdu : vérifiez l’état du dossier, puis recommencez si besoin."
    )


def _action(view: CaseView, kind: Kind, content: Content, by: Principal, *, owns: bool) -> Action:
    return Action(
        sequence=view.version + 1,
        kind=kind,
        at=max(moment.now(), view.record.changed_at or moment.now()),  # clocks of two machines may differ
        actor_kind="person" if owns else by.actor.kind,
        actor_id=by.actor.id,
        actor_label=by.actor.label,
        data={**content.plain, **content.sealed},
    )


def write(decided: Sequence[Decided], by: Principal, request_key: str = "", reason: str = "") -> list[Done]:
    """Append these acts of one kind, refresh their cases, journal and tell, in the caller's transaction."""
    CaseAction.objects.bulk_create(_row(d.case, d.action, d.content, request_key) for d in decided)
    for d in decided:
        refresh(d.case, d.after)
    noted = [(d.case.subject, {"sequence": d.action.sequence, **d.content.plain}) for d in decided]
    audit.record_all(by.actor, f"cases.{decided[0].action.kind}", noted, reason)
    events.emit_all([news(d.case, d.after, d.action) for d in decided])
    return [Done(d.case, d.after, d.action) for d in decided]


def append(case: Case, action: Action, content: Content, request_key: str = "") -> CaseAction:
    """Write one action of a locked case."""
    row = _row(case, action, content, request_key)
    row.save(force_insert=True)
    return row


def _row(case: Case, action: Action, content: Content, request_key: str) -> CaseAction:
    return CaseAction(
        case=case,
        sequence=action.sequence,
        kind=action.kind,
        actor_kind=action.actor_kind,
        actor_id=action.actor_id,
        actor_label=action.actor_label[:200],
        at=action.at,
        payload=dict(content.plain),
        sealed=sealing.seal_json(content.sealed, sealing.place_of_action(case.pk, action.sequence)),
        request_key=request_key[:100] or None,
    )


def refresh(case: Case, view: CaseView) -> None:
    """Write what was folded into the cached columns."""
    found = rules.columns(view)
    for name, value in found.items():
        setattr(case, name, value)
    case.sealed_answers = sealing.seal_json(view.record.answers, case.subject)
    case.save(update_fields=[*found, "sealed_answers"])
    keep_tasks(case, view)


def tell(case: Case, view: CaseView, action: Action) -> None:
    """Emit the event of an act, and tell the live pages."""
    events.emit_all([news(case, view, action)])


def news(case: Case, view: CaseView, action: Action) -> events.News:
    """The event of an act, for its listeners and for the live pages of its service."""
    payload = {
        "case": str(case.pk),
        "sequence": action.sequence,
        "procedure": case.procedure,
        "reference": case.reference or "",
        "state": view.state,
        "service": case.service_id,
    }
    topics = [f"queue:{case.service_id}"] if case.service_id else []
    return events.News(event_kind(view, action), case.subject, payload, topics)


def event_kind(view: CaseView, action: Action) -> str:
    """`case.submitted`, …; what concludes the circuit is `case.granted` or `case.refused`."""
    decision = view.record.decision
    if action.kind == "substituted":
        return "case.granted"
    concluded = action.kind == "signed" or action.data.get("final")
    return f"case.{decision.outcome}" if concluded and decision else f"case.{action.kind}"
