"""Several copies of one act at the same moment: real transactions in real threads."""

from uuid import uuid4

import pytest

from smartsenegal.kernel.payments import actions, queries, rules
from smartsenegal.kernel.payments.actions.attempts import NotPayable
from smartsenegal.kernel.payments.base import Reading
from smartsenegal.kernel.payments.models import Attempt, Payable
from tests.at_once import at_once
from tests.kernel.payments.operator import Operator
from tests.kernel.payments.people import CASHIER, LINES, PAYER

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owed(transactional_db: None) -> Payable:
    actions.load_reference()
    return actions.open_payable(f"case:{uuid4()}", "case:1", LINES, PAYER.account_id or "", "Extrait")


def test_one_key_asked_eight_times_is_one_payable(transactional_db: None) -> None:
    def ask() -> Payable:
        return actions.open_payable("case:1:fees", "case:1", LINES, "payeur", "Extrait")

    assert len({p.pk for p in at_once(*[ask] * 8)}) == 1
    assert Payable.objects.count() == 1


def test_a_success_read_eight_times_is_booked_once(owed: Payable) -> None:
    attempt = Attempt.objects.create(payable=owed, provider="wave", key=uuid4().hex, amount=owed.amount)
    paid = Reading("cos-1", attempt.key, rules.READ_PAID, owed.amount, rules.XOF)
    outcomes = at_once(*[lambda: actions.apply_reading(attempt.pk, paid)] * 8)
    assert all(isinstance(o, Attempt) for o in outcomes), outcomes
    assert queries.balance_of("operateur:wave") == owed.amount
    assert queries.trial_balance() == 0


def test_two_successes_at_once_settle_once_and_owe_the_other_back(owed: Payable) -> None:
    tried = [
        Attempt.objects.create(payable=owed, provider="wave", key=uuid4().hex, amount=owed.amount)
        for _ in range(4)
    ]
    acts = [
        lambda a=a: actions.apply_reading(
            a.pk, Reading(f"cos-{a.key}", a.key, rules.READ_PAID, owed.amount, rules.XOF)
        )
        for a in tried
    ]
    outcomes = sorted(o.outcome for o in at_once(*acts))
    assert outcomes == [rules.BOOKED_DUPLICATE] * 3 + [rules.BOOKED_SETTLED]
    assert queries.balance_of(rules.TO_REFUND) == -3 * owed.amount
    assert queries.trial_balance() == 0


def test_a_button_pressed_eight_times_opens_one_session(owed: Payable, operator: Operator) -> None:
    outcomes = at_once(*[lambda: actions.start(owed, "wave", PAYER)] * 8)
    assert len({o.pk for o in outcomes}) == 1, outcomes
    assert len(operator.sessions) == 1


def test_one_sum_taken_twice_at_the_till_is_taken_once(owed: Payable) -> None:
    session = actions.open_till(CASHIER, 0)
    outcomes = at_once(*[lambda: actions.take_cash(session.pk, owed, owed.amount, CASHIER)] * 4)
    assert sum(isinstance(o, NotPayable) for o in outcomes) == 3, outcomes
    assert queries.cash_taken(session) == owed.amount
    assert queries.trial_balance() == 0
