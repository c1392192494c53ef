"""What an instance holds, read from its database and its disk by a process of its own; printed as JSON.

`python -m tests.faults.truth` under the environment of the instance.
"""

import json
import os
from collections import Counter
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartsenegal.settings")


def main() -> None:
    import django

    django.setup()
    print(json.dumps({"cases": cases(), "money": money(), "messages": messages(), "files": files()}))


def cases() -> dict[str, Any]:
    """Each case by its identifier: what it became, and the columns that differ from its actions refolded."""
    from smartsenegal.kernel.documents.models import IssuedAct
    from smartsenegal.onestop.cases.models import Case

    acts = Counter(IssuedAct.objects.values_list("subject", flat=True))
    return {
        str(case.pk): {
            "state": case.state,
            "reference": case.reference,
            "kinds": Counter(case.actions.values_list("kind", flat=True)),
            "acts": acts[case.subject],
            "wrong_columns": wrong_columns(case),
        }
        for case in Case.objects.all()
    }


def wrong_columns(case: Any) -> list[str]:
    from smartsenegal.onestop.cases import queries, rules

    opened = queries.for_system(case.pk)
    found = {n: (getattr(case, n), v) for n, v in rules.columns(opened.view).items()}
    wrong = [
        f"{n}: {kept!r} for {folded!r}"
        for n, (kept, folded) in found.items()
        if _plain(kept) != _plain(folded)
    ]
    if [a.sequence for a in opened.actions] != list(range(1, len(opened.actions) + 1)):
        wrong.append("the sequence of actions has a gap")
    if case.answers != opened.view.record.answers:
        wrong.append("answers")
    return wrong


def _plain(value: Any) -> Any:
    if isinstance(value, dict):  # the database keeps no order of keys
        return value
    return list(value) if isinstance(value, tuple | list | set | frozenset) else str(value)


def money() -> dict[str, Any]:
    from smartsenegal.kernel.payments.api import trial_balance
    from smartsenegal.kernel.payments.models import Attempt, Payable, Posting, Transaction

    return {
        "trial_balance": trial_balance(),
        "payables": {
            p.subject.removeprefix("case:"): {
                "amount": p.amount,
                "state": p.state,
                "lines": sum(line.amount for line in p.lines.all()),
                "attempts": Counter(a.outcome or a.state for a in p.attempts.all()),
                "bookings": Transaction.objects.filter(
                    key__in=[f"attempt:{a.key}" for a in p.attempts.all()]
                ).count(),
            }
            for p in Payable.objects.prefetch_related("lines", "attempts")
        },
        "several_payables": _several(Payable.objects.values_list("subject", flat=True)),
        "received": sum(a.received or 0 for a in Attempt.objects.filter(provider="wave", received__gt=0)),
        "booked": sum(
            Posting.objects.filter(account__code="operateur:wave", amount__gt=0).values_list(
                "amount", flat=True
            )
        ),
    }


def messages() -> dict[str, Any]:
    from smartsenegal.kernel.notifications.models import DemoDelivery, Message

    owed = list(Message.objects.exclude(event_id=None))
    return {
        "several": _several(f"{m.event_id} {m.channel} {m.template} {m.address}" for m in owed),
        "sent_twice": _several(DemoDelivery.objects.values_list("message_id", flat=True)),
        "by_case": {
            about.removeprefix("case:"): sorted(f"{m.template} {m.channel}" for m in owed if m.about == about)
            for about in {m.about for m in owed}
        },
        "undelivered": list(
            Message.objects.exclude(state__in=["delivered", "sent"]).values_list("template", "state", "error")
        ),
    }


def files() -> dict[str, Any]:
    """Rows whose content is missing, and complete files that no row names."""
    from smartsenegal.kernel.documents import storage
    from smartsenegal.kernel.documents.models import StoredFile
    from smartsenegal.lib import crypto

    rows = list(StoredFile.objects.filter(purged_at=None))
    whole = {n for n, _ in storage.older_than(float("inf"))}
    return {
        "missing": [
            f"{f.subject} {f.purpose}"
            for f in rows
            if storage.size_of(f.storage_name) != crypto.sealed_size(f.size)
        ],
        "orphans": len(whole - {f.storage_name for f in rows}),
    }


def _several(values: Any) -> list[str]:
    return [str(value) for value, count in Counter(values).items() if count > 1]


if __name__ == "__main__":
    main()
