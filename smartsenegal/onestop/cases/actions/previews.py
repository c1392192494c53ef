"""What a move of open cases would change, worked out in the background for who is in charge of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from smartsenegal.kernel.identity.api import PermissionRefused, Principal, principal_for
from smartsenegal.onestop.cases import moment, queries
from smartsenegal.onestop.cases.actions.rebase import NOT_IN_CHARGE, start_rebase, target_and_text
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, Rebase, RebasePreview

# So few cases are worked out while one waits, at some milliseconds each.
AT_ONCE = 250
# Cases worked out between two savings of how far it is.
TOGETHER = 250
# A preview counts every case that a move would take, and lists the first ones.
MOST_LISTED = 300
# What it showed is no longer true by then.
KEPT = timedelta(days=1)


def start_preview(
    by: Principal, code: str, revisions: Collection[int], legal_text: str = ""
) -> RebasePreview:
    """Ask what moving the open cases of these older revisions would change; nothing moves.

    A few cases are worked out at once, more in the background. Raises as `start_rebase`.
    """
    with transaction.atomic():
        made = _asked(by, code, revisions, legal_text)
    if made.total <= AT_ONCE:
        run_preview(made.pk)
    else:
        from smartsenegal.onestop.cases.jobs import run_preview as job

        job.configure(lock=f"preview:{made.pk}").defer(preview_id=str(made.pk))
    return made


def _asked(by: Principal, code: str, revisions: Collection[int], legal_text: str) -> RebasePreview:
    target, sources, words = target_and_text(by, code, revisions, legal_text)
    RebasePreview.objects.filter(created_at__lt=moment.now() - KEPT).delete()
    return RebasePreview.objects.create(
        procedure=code,
        revision=target,
        sources=sources,
        legal_text=words,
        account_id=str(by.account_id),
        total=len(queries.to_rebase(code, sources)),
        open=queries.open_on(code, sources),
    )


def run_preview(preview_id: UUID | str) -> None:
    """Work a preview out, saying how far it is; cut at any point, it starts again and finds the same."""
    made = RebasePreview.objects.select_related("account", "revision").get(pk=preview_id)
    if made.finished_at:
        return
    by = principal_for(made.account)
    counted = _Counted()
    plans = queries.plans_of(made.procedure, made.sources, made.revision, by, made.legal_text)
    for part in _parts(plans):
        for case, plan in part:
            counted.add(case, plan)
        made.found = counted.told()
        made.save(update_fields=["found"])
    made.finished_at = moment.now()
    made.save(update_fields=["finished_at"])


def _parts(plans: Iterable[tuple[Case, queries.Plan]]) -> Iterator[list[tuple[Case, queries.Plan]]]:
    left = iter(plans)
    while part := list(islice(left, TOGETHER)):
        yield part


class _Counted:
    """How many would move, what changes for how many, and why the others stay; the first ones one by one."""

    def __init__(self) -> None:
        self.seen = 0
        self.topics, self.reasons, self.money = (
            Counter[tuple[str, str]](),
            Counter[str](),
            Counter[str](),
        )
        self.lines: list[dict[str, Any]] = []

    def add(self, case: Case, plan: queries.Plan) -> None:
        self.seen += 1
        if plan.refused:
            self.reasons[plan.refused.partition(":")[0].strip().rstrip(".")] += 1
        else:
            changed = {(c.topic, str(c.bearing)) for c in plan.changes}
            self.topics.update(changed or {("", "")})
            self.money[plan.money] += 1
        if len(self.lines) < MOST_LISTED:
            self.lines.append(_line(case, plan))

    def told(self) -> dict[str, Any]:
        """As the preview keeps it."""
        return {
            "seen": self.seen,
            "topics": [[topic, bearing, n] for (topic, bearing), n in sorted(self.topics.items())],
            "reasons": self.reasons.most_common(),
            "money": dict(self.money),
            "lines": self.lines,
        }


def _line(case: Case, plan: queries.Plan) -> dict[str, Any]:
    return {
        "reference": case.reference or "",
        "old": plan.before.due.isoformat() if plan.before.due else "",
        "new": plan.after.due.isoformat() if plan.after.due else "",
        "told": [c.sentence for c in plan.changes],
        "paying": plan.money == "paying",
        "refused": plan.refused,
    }


def move_previewed(by: Principal, preview_id: UUID) -> Rebase:
    """Move what a preview showed, as it showed it. Raises CaseRefused when it is not, or no longer, so."""
    made = RebasePreview.objects.filter(pk=preview_id).first()
    if made is None or not queries.may_rebase(by, made.procedure):
        raise PermissionRefused(NOT_IN_CHARGE)
    if made.finished_at is None:
        raise CaseRefused("Ce qui changerait n’est pas encore connu : attendez la fin du calcul.")
    target, _sources, words = target_and_text(by, made.procedure, made.sources, made.legal_text)
    if (target.pk, words) != (made.revision_id, made.legal_text):
        raise CaseRefused("Une autre révision est en vigueur depuis : regardez de nouveau ce qui changerait.")
    return start_rebase(by, made.procedure, made.sources, made.legal_text)
