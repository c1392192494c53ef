"""Compare an operator's statement of a day with the ledger, and keep what they disagree on."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from smartsenegal.kernel.audit.api import SYSTEM, record
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.payments import queries
from smartsenegal.kernel.payments.actions.attempts import check
from smartsenegal.kernel.payments.actions.refunds import carry_out
from smartsenegal.kernel.payments.base import StatementLine
from smartsenegal.kernel.payments.models import Attempt, Gap, Reconciliation, Refund
from smartsenegal.kernel.payments.registry import provider_named
from smartsenegal.kernel.payments.rules import matching
from smartsenegal.kernel.payments.rules.matching import Finding, Matched
from smartsenegal.lib.dates import format_date

FOUND_LATER = "Retrouvé au relevé du {day}."
GONE = "N’apparaît plus à la relecture du relevé."


class TreatmentRefused(Exception):
    """This cannot be marked as treated; the message is a French sentence."""


def reconcile(provider: str, day: date) -> Reconciliation:
    """Read a day's statement and note what it and the ledger disagree on; returns the day's row.

    Again, it reads the day anew: nothing is noted twice, and what has been put right is marked so. Raises
    Unreachable, Unknown or Refused when the operator does not give its statement; UnknownProvider.
    """
    lines = provider_named(provider).reconcile(day)
    _read_back(provider, lines)
    return _write(provider, day, lines)


def _read_back(provider: str, lines: Sequence[StatementLine]) -> None:
    """What the statement holds and we have not booked is first read back: a callback may have been lost."""
    movements = queries.movements_for(provider, lines)
    for movement_id, _ in matching.match(lines, [m for m in movements if not m.booked]).pairs:
        kind, _, pk = movement_id.partition(":")
        if kind == "attempt":
            check(pk)
        else:
            carry_out(pk)


@transaction.atomic
def _write(provider: str, day: date, lines: Sequence[StatementLine]) -> Reconciliation:
    Reconciliation.objects.get_or_create(provider=provider, day=day)
    run = Reconciliation.objects.select_for_update().get(provider=provider, day=day)
    matched = matching.match(
        lines, queries.movements_for(provider, lines), queries.due_movements(provider, day)
    )
    _mark(matched, day)
    for finding in matched.findings:
        _note(run, finding)
    names = [f.name for f in matched.findings]
    _treat_by_itself(run.gaps.exclude(name__in=names), GONE)
    run.ran_at, run.lines, run.matched = timezone.now(), len(lines), len(matched.pairs)
    run.received = sum(line.amount for line in lines if line.amount > 0)
    run.given_back = -sum(line.amount for line in lines if line.amount < 0)
    run.fees = matching.fees(lines)
    run.save()
    detail = {"lines": run.lines, "matched": run.matched, "gaps": len(matched.findings)}
    record(SYSTEM, "payments.reconciled", f"provider:{provider}", {"day": day.isoformat(), **detail})
    return run


def _mark(matched: Matched, day: date) -> None:
    """Write on each movement the line it was matched with; what was missing before is found."""
    refs = dict(matched.pairs)
    attempts = _ids(refs, "attempt")
    given = _ids(refs, "refund")
    for attempt in Attempt.objects.filter(pk__in=attempts, statement_ref=""):
        Attempt.objects.filter(pk=attempt.pk).update(statement_ref=refs[f"attempt:{attempt.pk}"])
    for refund in Refund.objects.filter(pk__in=given, statement_ref=""):
        Refund.objects.filter(pk=refund.pk).update(statement_ref=refs[f"refund:{refund.pk}"])
    missing = Gap.objects.filter(Q(attempt__in=attempts) | Q(refund__in=given), kind=matching.MISSING)
    _treat_by_itself(missing, FOUND_LATER.format(day=format_date(day)))


def _ids(refs: Mapping[str, str], kind: str) -> list[UUID]:
    return [UUID(name.partition(":")[2]) for name in refs if name.startswith(kind)]


def _note(run: Reconciliation, finding: Finding) -> None:
    kind, _, pk = finding.movement.partition(":")
    Gap.objects.get_or_create(
        reconciliation=run,
        name=finding.name,
        defaults={
            "kind": finding.kind,
            "transaction_ref": finding.ref,
            "said": finding.said,
            "ours": finding.ours,
            "attempt_id": pk if kind == "attempt" else None,
            "refund_id": pk if kind == "refund" else None,
        },
    )


def _treat_by_itself(gaps: QuerySet[Gap], reason: str) -> None:
    gaps.filter(state=matching.TO_TREAT).update(
        state=matching.TREATED, reason=reason, treated_label=SYSTEM.label, treated_at=timezone.now()
    )


@transaction.atomic
def treat(gap_id: int, reason: str, by: Principal) -> Gap:
    """Mark a disagreement as treated, with what was done about it; returns it.

    Raises TreatmentRefused without a reason or when it is treated already, PermissionRefused.
    """
    if by.account_id is None or not by.may("payments.reconcile"):
        raise PermissionRefused("Il faut tenir le rapprochement pour traiter un écart.")
    gap = Gap.objects.select_for_update().get(pk=gap_id)
    if not queries.covers(by, "payments.reconcile", queries.place_of(gap)):
        raise PermissionRefused("Cet écart relève d’un autre comptable.")
    if gap.state == matching.TREATED:
        raise TreatmentRefused("Cet écart est déjà traité.")
    if not reason.strip():
        raise TreatmentRefused("Dites ce qui a été vérifié et fait.")
    gap.state, gap.reason, gap.treated_at = matching.TREATED, reason[:500], timezone.now()
    gap.treated_by, gap.treated_label = by.account_id, by.label[:200]
    gap.save(update_fields=["state", "reason", "treated_at", "treated_by", "treated_label"])
    detail = {"gap": gap.pk, "kind": gap.kind, "reference": gap.transaction_ref}
    record(by.actor, "payments.gap_treated", f"gap:{gap.pk}", detail, reason)
    return gap
