"""The ledger: what does not add up cannot be written, and what is written stays."""

import pytest
from django.db import connection, transaction
from django.db.utils import Error, IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.kernel.audit.models import Entry as JournalEntry
from smartsenegal.kernel.identity.api import Grant, PermissionRefused, Principal, organisation, system
from smartsenegal.kernel.payments import actions, cli, queries, rules
from smartsenegal.kernel.payments.models import LedgerAccount, Posting, Transaction
from smartsenegal.kernel.payments.rules import Entry
from tests import reference

pytestmark = pytest.mark.django_db
CODES = ["operateur:wave", "tresor", "domaines", "a-rembourser", "retenu"]


@pytest.fixture(autouse=True)
def accounts(db: None) -> None:
    actions.load_reference()


def commit() -> None:
    """What the database checks when it commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


entries = st.lists(
    st.tuples(st.sampled_from(CODES), st.integers(-(10**9), 10**9).filter(bool)), min_size=1, max_size=6
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(entries, max_size=5))
def test_only_what_adds_up_is_kept(batches: list[list[tuple[str, int]]]) -> None:
    expected: dict[str, int] = dict.fromkeys(CODES, 0)
    with transaction.atomic():
        for rank, batch in enumerate(batches):
            try:
                with transaction.atomic():
                    actions.book(f"k{rank}", "essai", [Entry(*e) for e in batch])
                    commit()
            except IntegrityError:
                assert sum(amount for _, amount in batch) != 0 or len(batch) < 2
            else:
                assert sum(amount for _, amount in batch) == 0
                for code, amount in batch:
                    expected[code] += amount
        assert queries.trial_balance() == 0
        assert {code: queries.balance_of(code) for code in CODES} == expected
        transaction.set_rollback(True)


def test_the_same_key_is_booked_once() -> None:
    for _ in range(2):
        actions.book("k", "essai", rules.set_aside("operateur:wave", rules.TO_REFUND, 500))
    assert queries.balance_of("operateur:wave") == 500
    assert Transaction.objects.count() == 1


def test_an_unknown_account_is_refused() -> None:
    with pytest.raises(LookupError, match="nulle-part"):
        actions.book("k", "essai", rules.set_aside("operateur:wave", "nulle-part", 500))


def test_nothing_is_added_to_a_transaction_afterwards() -> None:
    written = actions.book("k", "essai", rules.set_aside("operateur:wave", rules.TO_REFUND, 500))
    commit()
    account = LedgerAccount.objects.get(code="tresor")
    more = [Posting(transaction=written, account=account, amount=amount) for amount in (7, -7)]

    def add() -> None:
        with transaction.atomic():
            Posting.objects.bulk_create(more)
            commit()

    with pytest.raises(IntegrityError, match="does not add up"):
        add()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_posting SET amount = amount + 1",
        "DELETE FROM payments_posting",
        "TRUNCATE payments_posting",
        "UPDATE payments_transaction SET description = 'x'",
        "DELETE FROM payments_transaction",
    ],
)
def test_what_is_written_stays(statement: str) -> None:
    actions.book("k", "essai", rules.set_aside("operateur:wave", rules.TO_REFUND, 500))
    commit()
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert queries.balance_of("operateur:wave") == 500


def test_reference_accounts_are_made_once() -> None:
    assert actions.load_reference() == 0
    assert LedgerAccount.objects.filter(kind=rules.BENEFICIARY).count() == 4


def test_money_is_collected_for_a_carrier_only_once_an_administrator_entered_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reference.load("territory", "sites")
    line = [rules.Line("Transit", 5_000, rules.carrier("senum"))]
    with pytest.raises(rules.LineRefused):
        actions.open_payable("k", "cable_invoice:1", line, "1", "Facture")
    cashier = Principal("1", "Caissière", grants=(Grant("cashier", 1, "Espace", frozenset({1}), ""),))
    senum = organisation("senum")
    assert senum is not None
    with pytest.raises(PermissionRefused):
        actions.enter_carrier(cashier, senum)
    assert cli.main(["exploitant", "senum"]) == 0
    assert "exploitant:senum" in capsys.readouterr().out
    assert cli.main(["exploitant", "personne"]) == 2
    assert actions.enter_carrier(system("test"), senum).label == senum.name
    actions.open_payable("k", "cable_invoice:1", line, "1", "Facture")
    assert [a.code for a in queries.accountants() if a.kind == rules.CARRIER] == ["exploitant:senum"]
    assert JournalEntry.objects.filter(verb="payments.carrier_entered").count() == 1
