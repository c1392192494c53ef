"""An accountant sees and gives back the sums of their own places; who holds the whole State, all of them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from smartsenegal.kernel.identity.api import Grant, Organisation, PermissionRefused, Principal
from smartsenegal.kernel.payments import actions, queries, rules
from smartsenegal.kernel.payments.actions.refunds import RefundRefused
from smartsenegal.kernel.payments.base import Reading
from smartsenegal.kernel.payments.models import Attempt, Gap, LedgerAccount, Reconciliation
from smartsenegal.kernel.payments.rules import Line, Place
from smartsenegal.kernel.territory.api import Territory

pytestmark = pytest.mark.django_db
READ, REFUND = "payments.read", "payments.refund"


@pytest.fixture
def root() -> Organisation:
    """Its number is none of those of the places below."""
    country, _ = Territory.objects.get_or_create(
        code="SN", defaults={"kind": "country", "name": "Sénégal", "path": "SN"}
    )
    return Organisation.objects.get_or_create(
        code="senegal", defaults={"pk": 900, "name": "Sénégal", "kind": "root", "territory": country}
    )[0]


def keeper(organisations: set[int], path: str = "", name: str = "Seynabou") -> Principal:
    grant = Grant("accountant", min(organisations), "Trésor", frozenset(organisations), path)
    return Principal(account_id=f"0190-{name}", label=name, kind="agent", grants=(grant,))


def paid(key: str, place: Place, amount: int = 2000) -> Attempt:
    payable = actions.open_payable(
        key, f"case:{key}", [Line("Timbre", amount, "tresor")], "0190-payer", "Extrait", place=place
    )
    made = Attempt.objects.create(payable=payable, provider="mobile", key=key, amount=amount)
    actions.apply_reading(made.pk, Reading(f"t/{key}", key, rules.READ_PAID, amount, rules.XOF))
    return Attempt.objects.select_related("payable").get(pk=made.pk)


THIES, MBOUR = Place(7, "SN/thies/thies-nord"), Place(8, "SN/thies/mbour")


def test_each_sees_the_sums_of_their_places(root: Organisation) -> None:
    paid("a", THIES, 2000), paid("b", MBOUR, 300), paid("c", rules.NATIONAL, 10)
    of = {
        "town": keeper({7}),
        "district": keeper({root.pk, 7, 8}, "SN/thies"),
        "elsewhere": keeper({root.pk, 7, 8}, "SN/dakar"),
        "state": keeper({root.pk, 7, 8}),
    }
    account, today = LedgerAccount.objects.get(code="tresor"), _today()
    seen = {name: queries.totals_of(account, today, queries.seen_by(by)).received for name, by in of.items()}
    assert seen == {"town": 2000, "district": 2300, "elsewhere": 0, "state": 2310}
    for by in of.values():
        assert sum(line.balance for line in queries.balances_for(by)) == 0
    assert {line.account.code for line in queries.balances_for(of["elsewhere"])} == set()


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def test_a_sum_of_another_place_cannot_be_given_back(root: Organisation) -> None:
    there = paid("b", MBOUR)
    for by in (keeper({7}), keeper({root.pk, 7, 8}, "SN/dakar")):
        assert queries.attempt_for(there.pk, by) is None
        with pytest.raises(PermissionRefused, match="autre comptable"):
            actions.ask_refund(there.pk, "tresor", 100, "motif", by)
    assert actions.ask_refund(there.pk, "tresor", 100, "motif", keeper({8})).amount == 100


def test_the_second_person_is_of_the_place_too(root: Organisation, settings: Any) -> None:
    settings.REFUND_SECOND_PERSON_ABOVE = 0
    refund = actions.ask_refund(paid("b", MBOUR).pk, "tresor", 100, "motif", keeper({8}))
    with pytest.raises(PermissionRefused, match="autre comptable"):
        actions.decide_refund(refund.pk, True, "", keeper({7}, name="Binta"))
    with pytest.raises(RefundRefused, match="Une autre personne"):
        actions.decide_refund(refund.pk, True, "", keeper({8}))
    assert queries.refund_for(refund.pk, keeper({7})) is None
    assert actions.decide_refund(refund.pk, True, "", keeper({8}, name="Binta")).state == "ready"


def test_disagreements_and_statements_of_operators(root: Organisation) -> None:
    run = Reconciliation.objects.create(provider="mobile", day=date(2026, 11, 24))
    mine = Gap.objects.create(reconciliation=run, name="a", kind="missing", attempt=paid("a", THIES))
    nobodys = Gap.objects.create(reconciliation=run, name="x", kind="unknown", said=10)
    town, state = keeper({7}), keeper({root.pk, 7, 8})
    assert [g.pk for g in queries.gap_page(town)] == [mine.pk]
    assert [g.pk for g in queries.gap_page(state)] == [nobodys.pk, mine.pk]
    assert (queries.gaps_to_treat(town), queries.gaps_to_treat(state)) == (1, 2)
    assert (list(queries.reconciliations(town)), list(queries.reconciliations(state))) == ([], [run])
    with pytest.raises(PermissionRefused, match="autre comptable"):
        actions.treat(nobodys.pk, "vérifié", town)
    assert actions.treat(mine.pk, "vérifié", town).state == "treated"


@pytest.mark.parametrize("role", ["administrator", "inspector", "cashier", "signatory"])
def test_nobody_else_gives_back(root: Organisation, role: str) -> None:
    grant = Grant(role, root.pk, "Sénégal", frozenset({root.pk, 7}), "")
    by = Principal(account_id="0190-x", label="X", kind="agent", grants=(grant,))
    with pytest.raises(PermissionRefused):
        actions.ask_refund(paid("a", THIES).pk, "tresor", 100, "motif", by)


places = st.builds(
    Place,
    st.sampled_from([None, 7, 8]),
    st.sampled_from(["SN", "SN/thies", "SN/thies/mbour", "SN/thiesville", "SN/dakar"]),
)
keepers = st.tuples(
    st.sets(st.sampled_from([7, 8, 0]), min_size=1), st.sampled_from(["", "SN", "SN/thies", "SN/dakar"])
)


@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(places, keepers)
def test_what_is_listed_is_what_may_be_touched(
    root: Organisation, place: Place, held: tuple[set[int], str]
) -> None:
    """The filter of the lists and the check of the acts say the same of any place and any role."""
    from django.db import transaction

    organisations, path = held
    # A role in the root covers the organisations below it.
    by = keeper({root.pk, 7, 8} if 0 in organisations else organisations, path)
    with transaction.atomic():
        attempt = paid("a", place)
        listed = queries.attempt_for(attempt.pk, by) is not None
        assert listed == queries.covers(by, REFUND, place) == queries.covers(by, READ, place)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _providers(settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = ["till", "mobile"]
