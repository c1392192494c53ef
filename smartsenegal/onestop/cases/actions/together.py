"""One act on several cases in one transaction: each is decided alone, all are written together."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.onestop.cases.access import titles_on_each
from smartsenegal.onestop.cases.actions.base import Decided, Make, decide, write
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, CaseAction
from smartsenegal.onestop.cases.rules import Kind


@transaction.atomic
def perform_together(
    versions: Mapping[UUID, int | None],
    by: Principal,
    kind: Kind,
    make: Make,
    *,
    request_key: str = "",
) -> dict[UUID, CaseRefused | PermissionRefused | None]:
    """Do one act on each of these cases, seen at this version; returns why each was refused, None when done.

    About twelve statements for any number of cases, and one more each. Done already under this key, a case is
    done. Raises nothing for a refusal: the others are done.
    """
    # In the order of every other act on several cases: two of them never wait for each other in a ring.
    cases = list(Case.objects.select_for_update(of=("self",)).filter(pk__in=versions).order_by("pk"))
    known, titles = CaseAction.objects.facts_with_keys(list(versions)), titles_on_each(cases, by)
    said = dict[UUID, CaseRefused | PermissionRefused | None]()
    decided = list[Decided]()
    for case in cases:
        said[case.pk] = None
        try:
            found = decide(
                case,
                known[case.pk],
                titles[case.pk],
                by,
                kind,
                make,
                version=versions[case.pk],
                key=request_key,
            )
        except (CaseRefused, PermissionRefused) as refused:
            said[case.pk] = refused
        else:
            decided += [found] if isinstance(found, Decided) else []
    if decided:
        write(decided, by, request_key)
    return said
