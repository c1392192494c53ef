"""Dashboards: the country's for everyone, a procedure's for the person in charge of it."""

from bench.instance import session_of
from bench.pages import METHOD, get, instance, measured, peers
from bench.report import Row, publish
from bench.seed import PROCEDURES

COUNTRY, PROCEDURE = "/tableau-de-bord/", "/tableau-de-bord/demarches/{code}/"
GOAL = 50.0
COUNTED = 8_000


def run() -> None:
    """Measure and publish."""
    with instance() as found:
        _counted()
        base, rows = peers(found), list[Row]()
        rows += base.rows()
        rows += measured(found, "the country, by everyone", [""] * 32, get(COUNTRY), GOAL, base)
        addresses = [PROCEDURE.format(code=code) for code in PROCEDURES]
        act = get(lambda n: addresses[n % len(addresses)])
        rows += measured(found, "a procedure", _owners(), act, GOAL, base)
    words = (
        f"A map of the régions and tables, from figures prepared of {COUNTED:,} cases of every service and month: "
        "what a page reads depends on the months and the places, not on the cases."
    )
    publish("dashboard", f"{words} {METHOD}", rows)


def _counted() -> None:
    """The seed writes cases, not figures: count some from everywhere, once, and what stands today."""
    from django.db.models import Func
    from django.utils import timezone

    from smartsenegal.kernel.indicators.models import MonthlyFigure
    from smartsenegal.onestop.cases import figures
    from smartsenegal.onestop.cases.models import Case
    from smartsenegal.web.dashboard.queries import places
    from smartsenegal.web.dashboard.rules import published_months

    period = published_months(timezone.localdate())
    if not MonthlyFigure.objects.filter(month=period.until).exists():
        # Identifiers tell when a request was begun: in the order of a hash, all services and months come first.
        filed = Case.objects.filter(submitted_at__date__gte=period.since)
        mixed = filed.order_by(Func("pk", function="uuid_hash"))
        for case_id in mixed.values_list("pk", flat=True)[:COUNTED]:
            figures.count(case_id)
        figures.count_standing()
    if not sum(place.line.filed for place in places("region", period)):
        raise RuntimeError("the dashboard would be measured empty")


def _owners() -> list[str]:
    """Cookies of people in charge of every procedure."""
    from smartsenegal.kernel.identity.api import (
        ROOT_ORGANISATION,
        assign_role,
        create_account,
        find_account,
        organisation,
        system,
    )

    root, made = organisation(ROOT_ORGANISATION), []
    assert root is not None
    for number in range(32):
        login = f"demarches{number}@bench.sn"
        account = find_account(login)
        if account is None:
            account = create_account(
                system("bench"), name=f"Responsable {number}", email=login, verified=True
            )
            assign_role(system("bench"), account, "procedure_owner", root)
        made.append(session_of(account))
    return made
