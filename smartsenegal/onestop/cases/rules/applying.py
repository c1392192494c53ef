"""One action after the other: what each kind of act adds to the record."""

from collections.abc import Callable
from datetime import date

from smartsenegal.onestop.cases.rules.circuit import assessed_before, steps_behind
from smartsenegal.onestop.cases.rules.clock import Suspension
from smartsenegal.onestop.cases.rules.facts import (
    SUBSTITUTION,
    Action,
    Corrections,
    Decision,
    FeeLine,
    Filing,
    IssuedAct,
    Item,
    Opinion,
    Outcome,
    PieceFile,
    Proposal,
    Refund,
    Signature,
)
from smartsenegal.onestop.cases.rules.record import Record, replace
from smartsenegal.onestop.procedures.definition import Definition

Handler = Callable[[Definition, Record, Action], Record]


def apply(definition: Definition, record: Record, action: Action) -> Record:
    """The record after one more action."""
    after = _HANDLERS[action.kind](definition, record, action)
    return replace(after, sequence=action.sequence, changed_at=action.at)


# --- what the applicant does ------------------------------------------------------


def _opened(definition: Definition, record: Record, action: Action) -> Record:
    return replace(record, opened_at=action.at, answers=dict(action.data.get("answers", {})))


def _answered(definition: Definition, record: Record, action: Action) -> Record:
    page = action.data["page"]
    of_page = {f.key for p in definition.pages if p.key == page for f in p.fields}
    kept = {key: value for key, value in record.answers.items() if key not in of_page}
    given = {key: value for key, value in action.data["answers"].items() if key in of_page}
    return _treat(replace(record, answers={**kept, **given}), "answer", page)


def _piece_added(definition: Definition, record: Record, action: Action) -> Record:
    key = action.data["piece"]
    files = (*record.pieces.get(key, ()), _piece_file(action))
    return _treat(replace(record, pieces={**record.pieces, key: files}), "piece", key)


def _piece_file(action: Action) -> PieceFile:
    data = action.data
    issued = data.get("issued_on")
    return PieceFile(
        file=str(data["file"]),
        name=data.get("name", ""),
        size=data.get("size", 0),
        media_type=data.get("media_type", ""),
        option=data.get("option", ""),
        issued_on=date.fromisoformat(issued) if issued else None,
        added_at=action.at,
    )


def _piece_removed(definition: Definition, record: Record, action: Action) -> Record:
    key = action.data["piece"]
    left = tuple(f for f in record.pieces.get(key, ()) if f.file != str(action.data["file"]))
    pieces = {k: v for k, v in {**record.pieces, key: left}.items() if v}
    return replace(record, pieces=pieces)


def _treat(record: Record, kind: str, key: str) -> Record:
    asked = record.corrections
    if asked is None:
        return record
    items = tuple(
        replace(i, treated=True) if i.kind == kind and key in (i.page, i.key) else i for i in asked.items
    )
    touched = asked.touched | {f"{kind}:{key}"}
    return replace(record, corrections=replace(asked, items=items, touched=touched))


def _submitted(definition: Definition, record: Record, action: Action) -> Record:
    data = action.data
    fees = tuple(FeeLine(**line) for line in data.get("fees", ()))
    filing = Filing(
        at=action.at,
        reference=data["reference"],
        fees=fees,
        service_id=data.get("service"),
        service_name=data.get("service_name", ""),
        territory_path=data.get("territory", ""),
        title=data.get("title", ""),
        by=action.actor_id if action.actor_kind == "person" else "",
        by_label=action.actor_label,
        mandate=data.get("mandate", ""),
    )
    return replace(record, filing=filing)


def _corrected(definition: Definition, record: Record, action: Action) -> Record:
    filing = record.filing
    if filing and (title := action.data.get("title")):  # a name written right is the name of the case
        filing = replace(filing, title=title)
    return replace(
        record,
        filing=filing,
        corrections=None,
        suspensions=_resume(record, "corrections", action),
        badges=record.badges | {"corrected"},
    )


def _withdrawn(definition: Definition, record: Record, action: Action) -> Record:
    return _end(record, action, "withdrawn")


def _end(record: Record, action: Action, how: str) -> Record:
    return replace(
        record,
        ended=how,
        ended_at=action.at,
        corrections=None,
        suspensions=_resume(record, "corrections", action),
        badges=record.badges - {"corrected", "returned"},
    )


def _resume(record: Record, cause: str, action: Action) -> tuple[Suspension, ...]:
    return tuple(
        replace(s, until=action.at) if s.cause == cause and s.until is None else s for s in record.suspensions
    )


# --- money ------------------------------------------------------------------------


def _payment_settled(definition: Definition, record: Record, action: Action) -> Record:
    step = action.data.get("step") or _first_payment(definition)
    received = record.received + sum(line.amount for line in owed_at(definition, record, step))
    paid = replace(record, paid_at=record.paid_at or action.at, received=received)
    if record.ended:
        return _money_badges(replace(paid, badges=record.badges | {"refund_due"}))
    paid = _money_badges(replace(paid, suspensions=_resume(paid, "payment", action)))
    done = {**record.done, step: action.at} if step else record.done
    return _concluded(replace(paid, done=done), action)


def _first_payment(definition: Definition) -> str:
    return next((s.key for s in definition.circuit if s.kind == "payment"), "")


def owed_at(definition: Definition, record: Record, payment: str) -> tuple[FeeLine, ...]:
    """What a step of payment collects: what was owed at filing, or what services assessed since."""
    assessments = assessed_before(definition.circuit, payment)
    if assessments:
        return tuple(line for key in assessments for line in record.assessed.get(key, ()))
    return record.filing.fees if record.filing else ()


def _refunded(definition: Definition, record: Record, action: Action) -> Record:
    data = action.data
    given = Refund(data["refund"], data["amount"], action.at, data.get("reason", ""), bool(data.get("extra")))
    return _money_badges(replace(record, refunds=(*record.refunds, given)))


def _money_badges(record: Record) -> Record:
    """Fees given back whole are said, and due no more; in whatever order the case hears of money."""
    back = sum(r.amount for r in record.refunds if not r.extra)
    if not record.received or back < record.received:
        return record
    return replace(record, badges=record.badges - {"refund_due"} | {"refunded"})


def _assessed(definition: Definition, record: Record, action: Action) -> Record:
    step = action.data["step"]
    lines = tuple(FeeLine(**line) for line in action.data["fees"])
    after = replace(record, assessed={**record.assessed, step: lines}, done={**record.done, step: action.at})
    if not any(line.amount for line in lines):
        return after
    # No text says what an unpaid tax does to the delay; days that wait for the applicant are not counted.
    return replace(after, suspensions=(*record.suspensions, Suspension("payment", action.at)))


# --- what agents do -----------------------------------------------------------------


def _assigned(definition: Definition, record: Record, action: Action) -> Record:
    return replace(record, assigned_to=str(action.data["to"]), assigned_label=action.data.get("label", ""))


def _taken(definition: Definition, record: Record, action: Action) -> Record:
    # An agent of another system has no account here: only their name is kept.
    to = "" if action.actor_kind == "client" else action.actor_id
    return replace(record, assigned_to=to, assigned_label=action.actor_label)


def _corrections_requested(definition: Definition, record: Record, action: Action) -> Record:
    items = tuple(
        Item(i["kind"], i["key"], i.get("page", ""), i.get("label", ""), i["fault"], i.get("sentence", ""))
        for i in action.data["items"]
    )
    asked = Corrections(action.at, date.fromisoformat(action.data["due_on"]), items)
    return replace(
        record,
        corrections=asked,
        rounds=record.rounds + 1,
        suspensions=(
            *record.suspensions,
            Suspension("corrections", action.at, effect=definition.on_corrections),
        ),
        badges=record.badges - {"corrected"},
    )


def _reminded(definition: Definition, record: Record, action: Action) -> Record:
    asked = record.corrections
    return replace(record, corrections=asked and replace(asked, reminded=True))


def _lapsed(definition: Definition, record: Record, action: Action) -> Record:
    return _end(record, action, "lapsed")


def _opinion_given(definition: Definition, record: Record, action: Action) -> Record:
    done = {**record.done, action.data["step"]: action.at}
    return replace(record, opinions=(*record.opinions, _opinion(definition, action)), done=done)


def _opinion(definition: Definition, action: Action) -> Opinion:
    data = action.data
    label = next((s.label for s in definition.circuit if s.key == data["step"]), data["step"])
    return Opinion(
        step=data["step"],
        favourable=bool(data["favourable"]),
        text=data.get("text", ""),
        by_label=data.get("by", "") or action.actor_label,
        at=action.at,
        reserved=bool(data.get("reserved")),
        silent=bool(data.get("silent")),
        label=label,
    )


def _visa_given(definition: Definition, record: Record, action: Action) -> Record:
    return _concluded(_opinion_given(definition, record, action), action)


def _visa_refused(definition: Definition, record: Record, action: Action) -> Record:
    refused = replace(record, opinions=(*record.opinions, _opinion(definition, action)))
    after = _send_back(definition, refused, action, action.data.get("text", ""))
    return replace(after, badges=after.badges | {"visa_refused"})


def _reviewed(definition: Definition, record: Record, action: Action) -> Record:
    return replace(
        record,
        done={**record.done, action.data["step"]: action.at},
        badges=record.badges - {"corrected", "returned"},
    )


def _proposed(definition: Definition, record: Record, action: Action) -> Record:
    data = action.data
    proposal = Proposal(
        outcome=data["outcome"],
        by=action.actor_id,
        by_label=action.actor_label,
        at=action.at,
        step=data["step"],
        reasons=tuple(data.get("reasons", ())),
        text=data.get("text", ""),
        fields=data.get("fields", {}),
    )
    done = {**record.done, data["step"]: action.at}
    badges = record.badges - {"corrected", "returned", "visa_refused"}
    return replace(record, proposal=proposal, done=done, note="", badges=badges)


def _returned(definition: Definition, record: Record, action: Action) -> Record:
    return _send_back(definition, record, action, action.data.get("note", ""))


def _send_back(definition: Definition, record: Record, action: Action, note: str) -> Record:
    back = action.data["to"]
    undone = {back} | steps_behind(definition.circuit, back)
    done = {step: at for step, at in record.done.items() if step not in undone}
    return replace(
        record,
        done=done,
        reopened={**record.reopened, back: action.at},
        signatures=tuple(s for s in record.signatures if s.step not in undone),
        note=note,
        badges=record.badges | {"returned"},
    )


def _signed(definition: Definition, record: Record, action: Action) -> Record:
    data = action.data
    signed = Signature(
        data["step"],
        data["outcome"],
        action.actor_id,
        action.actor_label,
        action.at,
        delegation=data.get("delegation"),
    )
    after = replace(
        record,
        done={**record.done, data["step"]: action.at},
        signatures=(*record.signatures, signed),
    )
    return after if not data.get("final", True) else _decided(after, action)


def _concluded(record: Record, action: Action) -> Record:
    """The decision that was signed takes effect once nothing behind it is awaited any more."""
    return _decided(record, action) if action.data.get("final") else record


def _decided(record: Record, action: Action) -> Record:
    if not record.signatures:
        return record
    last = record.signatures[-1]
    decision = Decision(last.outcome, last.by, last.by_label, action.at, delegation=last.delegation)
    return replace(record, decision=decision, badges=record.badges - {"corrected", "returned"})


# --- silence ------------------------------------------------------------------------


def _put_on_notice(definition: Definition, record: Record, action: Action) -> Record:
    return replace(record, notice_at=action.at, badges=record.badges | {"on_notice"})


def _deemed(outcome: Outcome) -> Handler:
    def deemed(definition: Definition, record: Record, action: Action) -> Record:
        return replace(
            record,
            decision=Decision(outcome, action.actor_id, action.actor_label, action.at, tacit=True),
            corrections=None,
            suspensions=_resume(_stopped(record, "payment", action), "corrections", action),
            badges=record.badges - {"corrected", "returned"} | {"tacit"},
        )

    return deemed


def _stopped(record: Record, cause: str, action: Action) -> Record:
    return replace(record, suspensions=_resume(record, cause, action))


def _attested(definition: Definition, record: Record, action: Action) -> Record:
    made = IssuedAct(str(action.data["act"]), action.data["number"], action.at)
    return replace(record, attestation=made)


def _act_requested(definition: Definition, record: Record, action: Action) -> Record:
    return replace(record, requested_at=action.at)


def _substituted(definition: Definition, record: Record, action: Action) -> Record:
    service = action.data.get("service")
    signed = Signature(
        SUBSTITUTION,
        "granted",
        action.actor_id,
        action.actor_label,
        action.at,
        service,
        action.data.get("delegation"),
    )
    return replace(record, signatures=(*record.signatures, signed))


def _transferred(definition: Definition, record: Record, action: Action) -> Record:
    data = action.data
    moved = record.filing and replace(
        record.filing, service_id=data["service"], service_name=data["service_name"]
    )
    return replace(record, filing=moved, assigned_to="", assigned_label="")


def _rebased(definition: Definition, record: Record, action: Action) -> Record:
    """The facts stay what they are; the service may be another one, and what was still owed less."""
    told = replace(record, rebased=tuple(action.data.get("changes", ())))
    if record.filing and "fees" in action.data:
        told = replace(told, filing=_lowered(record.filing, action))
    return _transferred(definition, told, action) if action.data.get("service") else told


def _lowered(filing: Filing, action: Action) -> Filing:
    fees = tuple(FeeLine(**line) for line in action.data["fees"])
    freed = None if sum(line.amount for line in fees) else action.at
    return replace(filing, fees=fees, lowered=action.sequence, freed_at=freed)


def _act_issued(definition: Definition, record: Record, action: Action) -> Record:
    return replace(record, act=IssuedAct(str(action.data["act"]), action.data["number"], action.at))


def _act_revoked(definition: Definition, record: Record, action: Action) -> Record:
    act, attested = record.act, record.attestation
    if attested and attested.id == str(action.data.get("act", "")):
        # The act of the State's representative takes its place, or it was wrong: the act decides of the sign.
        return replace(record, attestation=replace(attested, revoked_at=action.at))
    refusal = record.refusal
    if refusal and refusal.id == str(action.data.get("act", "")):
        return replace(record, refusal=replace(refusal, revoked_at=action.at))
    return replace(record, act=act and replace(act, revoked_at=action.at), badges=record.badges | {"revoked"})


def _refusal_issued(definition: Definition, record: Record, action: Action) -> Record:
    made = IssuedAct(str(action.data["act"]), action.data["number"], action.at)
    return replace(record, refusal=made)


def _noted(definition: Definition, record: Record, action: Action) -> Record:
    return record


_HANDLERS: dict[str, Handler] = {
    "opened": _opened,
    "answered": _answered,
    "piece_added": _piece_added,
    "piece_removed": _piece_removed,
    "submitted": _submitted,
    "payment_settled": _payment_settled,
    "assigned": _assigned,
    "taken": _taken,
    "corrections_requested": _corrections_requested,
    "corrected": _corrected,
    "opinion_given": _opinion_given,
    "visa_given": _visa_given,
    "visa_refused": _visa_refused,
    "reviewed": _reviewed,
    "assessed": _assessed,
    "put_on_notice": _put_on_notice,
    "deemed_granted": _deemed("granted"),
    "deemed_refused": _deemed("refused"),
    "attested": _attested,
    "act_requested": _act_requested,
    "substituted": _substituted,
    "transferred": _transferred,
    "rebased": _rebased,
    "refunded": _refunded,
    "refusal_issued": _refusal_issued,
    "proposed": _proposed,
    "returned": _returned,
    "signed": _signed,
    "act_issued": _act_issued,
    "act_revoked": _act_revoked,
    "withdrawn": _withdrawn,
    "lapsed": _lapsed,
    "reminded": _reminded,
    "noted": _noted,
}
