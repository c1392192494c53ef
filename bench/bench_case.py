"""The case page: that of the instructing officer and that of the applicant."""

from bench.pages import METHOD, get, instance, measured, peers
from bench.report import Row, publish

GOAL = 60.0
LONG = 200


def run() -> None:
    """Measure and publish."""
    with instance() as found:
        base = peers(found)
        ids = some_cases(found.known["service"], 240)
        act = get(lambda n: f"/dossiers/{ids[n % len(ids)]}/instruction/")
        rows: list[Row] = base.rows()
        rows += measured(found, "case page of an officer", found.officers, act, GOAL, base)
        long = get(f"/dossiers/{_long_case(found.known['service'])}/instruction/")
        rows += measured(found, f"case of {LONG} actions", found.officers, long, GOAL, base)
    publish(
        "case",
        f"A case of the heavy service, another one each time; its reading is journalled. {METHOD}",
        rows,
    )


def some_cases(service: int, count: int) -> list[str]:
    """Cases of this service to instruct, spread over its latest ones."""
    from smartsenegal.onestop.cases.models import Case

    rows = Case.objects.filter(service_id=service, state="in_review").order_by("-submitted_at")
    return [str(key) for key in rows.values_list("pk", flat=True)[: count * 10 : 10]]


def _long_case(service: int) -> str:
    """One that has been much written about: the platform's own action adds what is missing, once."""
    from smartsenegal.kernel.identity.api import find_account, principal_for
    from smartsenegal.onestop.cases import actions
    from smartsenegal.onestop.cases.models import Case

    officer = find_account("agent0@bench.sn")
    assert officer is not None
    by = principal_for(officer)
    case = Case.objects.filter(service_id=service, state="in_review").order_by("submitted_at").first()
    assert case is not None
    for number in range(case.actions.count(), LONG):
        actions.note(case.pk, by, f"Point {number} de l’instruction\u00a0: le demandeur a été rappelé.")
    return str(case.pk)
