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
    from smartsenegal.kernel.indicators.models import MonthlyFigure
    from smartsenegal.onestop.cases import figures
    from smartsenegal.onestop.cases.models import Case

    if MonthlyFigure.objects.exists():
        return
    # Identifiers are random: the first ones are of all services and all months.
    rows = Case.objects.exclude(submitted_at=None).order_by("pk")
    for case_id in rows.values_list("pk", flat=True)[:COUNTED]:
        figures.count(case_id)
    figures.count_standing()


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
