import pytest

from smartsenegal.kernel.audit.api import of_subject
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.payments import actions, queries, rules
from smartsenegal.kernel.payments.actions.attempts import NotPayable
from smartsenegal.kernel.payments.actions.till import TillRefused
from smartsenegal.kernel.payments.models import Attempt, Payable, TillSession
from tests.kernel.payments.operator import Operator
from tests.kernel.payments.people import CASHIER, PAYER

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(db: None) -> TillSession:
    return actions.open_till(CASHIER, 10_000)


def test_cash_settles_and_gives_a_receipt(payable: Payable, session: TillSession) -> None:
    attempt = actions.take_cash(session.pk, payable, 5000, CASHIER)
    payable.refresh_from_db()
    assert payable.state == rules.SETTLED
    assert attempt.provider_ref == f"{session.code}-0001"
    assert rules.change_due(attempt.amount, attempt.tendered or 0) == 3000
    assert queries.balance_of("caisse:7") == 2000
    assert queries.balance_of("tresor") == -1700
    assert queries.trial_balance() == 0
    assert [e.verb for e in of_subject(f"payable:{payable.pk}")] == ["payments.settled"]
    assert of_subject(f"payable:{payable.pk}")[0].actor_label == "Fatou Sow"


def test_the_same_sum_is_not_taken_twice(payable: Payable, session: TillSession) -> None:
    actions.take_cash(session.pk, payable, 2000, CASHIER)
    with pytest.raises(NotPayable):
        actions.take_cash(session.pk, payable, 2000, CASHIER)
    assert queries.cash_taken(session) == 2000


def test_not_enough_cash(payable: Payable, session: TillSession) -> None:
    with pytest.raises(TillRefused, match="Il manque"):
        actions.take_cash(session.pk, payable, 1999, CASHIER)
    assert queries.balance_of("caisse:7") == 0
    session.refresh_from_db()
    assert session.receipts == 0


@pytest.mark.parametrize(("counted", "difference"), [(12_000, 0), (12_500, 500), (11_000, -1000)])
def test_closing_counts_and_books_the_difference(
    payable: Payable, session: TillSession, counted: int, difference: int
) -> None:
    actions.take_cash(session.pk, payable, 2000, CASHIER)
    closed = actions.close_till(session.pk, counted, CASHIER)
    assert (closed.expected, closed.difference) == (12_000, difference)
    assert queries.balance_of("caisse:7") == 2000 + difference
    assert queries.balance_of(rules.TILL_DIFFERENCE) == -difference
    assert queries.trial_balance() == 0
    with pytest.raises(TillRefused):
        actions.close_till(session.pk, counted, CASHIER)
    assert of_subject(f"till:{session.pk}")[0].detail["difference"] == difference


def test_a_closed_drawer_takes_nothing(payable: Payable, session: TillSession) -> None:
    actions.close_till(session.pk, 10_000, CASHIER)
    with pytest.raises(TillRefused):
        actions.take_cash(session.pk, payable, 2000, CASHIER)


def test_one_open_drawer_a_cashier(session: TillSession) -> None:
    with pytest.raises(TillRefused, match="déjà ouverte"):
        actions.open_till(CASHIER, 0)
    actions.close_till(session.pk, 10_000, CASHIER)
    assert actions.open_till(CASHIER, 0).pk != session.pk


def test_only_a_cashier(payable: Payable, session: TillSession) -> None:
    for act in (
        lambda: actions.open_till(PAYER, 0),
        lambda: actions.take_cash(session.pk, payable, 2000, PAYER),
        lambda: actions.close_till(session.pk, 0, PAYER),
    ):
        with pytest.raises(PermissionRefused):
            act()


def test_cash_closes_a_payment_under_way_at_the_operator(
    payable: Payable, session: TillSession, operator: Operator
) -> None:
    actions.start(payable, "wave", PAYER)
    actions.take_cash(session.pk, payable, 2000, CASHIER)
    assert operator.sessions[0]["checkout_status"] == "expired"
    assert Attempt.objects.get(provider="wave").state == rules.EXPIRED
    assert queries.balance_of("caisse:7") == 2000


def test_cash_is_refused_when_the_operator_was_just_paid(
    payable: Payable, session: TillSession, operator: Operator
) -> None:
    attempt = actions.start(payable, "wave", PAYER)
    operator.choose(attempt.provider_ref, "payer")
    with pytest.raises(TillRefused, match="vient d’être payée par Wave"):
        actions.take_cash(session.pk, payable, 2000, CASHIER)
    assert queries.balance_of("caisse:7") == 0
    assert queries.balance_of("operateur:wave") == 2000


def test_an_operator_that_is_down_does_not_stop_the_counter(
    payable: Payable, session: TillSession, operator: Operator
) -> None:
    attempt = actions.start(payable, "wave", PAYER)
    operator.choose(attempt.provider_ref, "payer")
    operator.faults(api="503")
    actions.take_cash(session.pk, payable, 2000, CASHIER)
    operator.faults(api="normal")
    assert actions.check(attempt.pk).outcome == rules.BOOKED_DUPLICATE
    assert queries.balance_of("caisse:7") == 2000
    assert queries.balance_of(rules.TO_REFUND) == -2000
    assert queries.trial_balance() == 0
