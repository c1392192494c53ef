"""The accountants' pages: states of the day, refunds, reconciliation; their numbers are the ledger's."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from smartsenegal.kernel.identity.api import Account, Organisation, RoleAssignment
from smartsenegal.kernel.payments import actions, queries, rules
from smartsenegal.kernel.payments.base import StatementLine
from smartsenegal.kernel.payments.models import Attempt, Gap, LedgerAccount, Payable, Refund, Transaction
from smartsenegal.kernel.payments.rules import Entry, matching, refunds
from smartsenegal.kernel.territory.api import Territory
from tests.jobs import drain
from tests.kernel.payments.operator import Operator
from tests.kernel.payments.test_refunds import ADAMA, paid

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.AGENT_TOTP_REQUIRED = False


def agent(role: str, phone: str) -> Client:
    account = Account.objects.create_user(phone=phone, name="Adama Fall")
    country, _ = Territory.objects.get_or_create(
        code="SN", defaults={"kind": "country", "name": "Sénégal", "path": "SN"}
    )
    place, _ = Organisation.objects.get_or_create(
        code="tresor", defaults={"name": "Trésor", "kind": "ess", "territory": country}
    )
    RoleAssignment.objects.create(account=account, role=role, organisation=place, starts_on=date(2020, 1, 1))
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def holder() -> Client:
    return agent("accountant", "+221765554433")


@pytest.fixture
def second() -> Client:
    return agent("accountant", "+221765554434")


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def movement(key: str, amount: int, at: datetime, code: str = "tresor") -> None:
    """A transaction of the ledger at a moment of our choice: in when positive, given back when negative."""
    made = Transaction(key=key, description=f"Essai {key}", entries=2, at=at)
    made.save()
    from smartsenegal.kernel.payments.models import Posting

    accounts = {a.code: a for a in LedgerAccount.objects.filter(code__in=[code, "operateur:wave"])}
    for entry in (Entry("operateur:wave", amount), Entry(code, -amount)):
        Posting.objects.create(transaction=made, account=accounts[entry.account], amount=entry.amount)


def moment(day: int, hour: int) -> datetime:
    return datetime(2026, 11, 23 + day, hour, tzinfo=UTC)


amounts = st.integers(-3000, 5000).filter(bool)


@examples(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(amounts, st.integers(0, 2), st.integers(0, 23)), max_size=12))
def test_the_numbers_of_a_day_are_the_ledgers(moves: list[tuple[int, int, int]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        actions.load_reference()
        for rank, (amount, day, hour) in enumerate(moves):
            movement(f"essai:{rank}", amount, moment(day, hour))
        account = LedgerAccount.objects.get(code="tresor")
        for day in range(3):
            on = DAY + timedelta(days=day - 1)
            totals, lines = queries.totals_of(account, on), list(queries.lines_of(account, on))
            assert totals.received == sum(line.received for line in lines)
            assert totals.given_back == sum(line.given_back for line in lines)
            assert totals.lines == len(lines)
            assert totals.opening == sum(a for a, d, _ in moves if d < day)
            assert sum(r - g for _, r, g in queries.by_way(account, on)) == totals.closing - totals.opening
            row = next(d for d in queries.days_of_accounts(on) if d.account == account)
            assert row.totals == totals
        assert queries.totals_of(account, DAY + timedelta(days=1)).closing == -queries.balance_of("tresor")
        transaction.set_rollback(True)


def test_lines_are_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    from smartsenegal.kernel.payments.queries import statements

    actions.load_reference()
    monkeypatch.setattr(statements, "_CHUNK", 3)
    for rank in range(10):
        movement(f"essai:{rank}", rank + 1, moment(1, rank // 4))
    account = LedgerAccount.objects.get(code="tresor")
    assert [line.amount for line in queries.lines_of(account, DAY)] == list(range(1, 11))
    assert [line.amount for line in queries.lines_of(account, DAY, 5)] == list(range(1, 6))


def test_the_day_on_a_page_as_csv_and_as_pdf(
    make_payable: Callable[..., Payable], mobile: Operator, holder: Client
) -> None:
    attempt = paid(make_payable("a"), "mobile", mobile)
    actions.ask_refund(attempt.pk, "tresor", 200, "Erreur", ADAMA)
    drain("payments.refund")
    account = LedgerAccount.objects.get(code="tresor")
    today = timezone.localdate().isoformat()
    index = text(holder, f"/paiements/etats/?jour={today}")
    assert "Trésor public" in index
    page = text(holder, f"/paiements/etats/{account.pk}/?jour={today}")
    for expected in ("1\u202f700", "200\u00a0F", "1\u202f500", attempt.payable.spoken_reference, "inconnues"):
        assert expected in page
    assert "provisoire" in page, "the day is not over"
    assert "Régularisation" not in page, "nothing was"
    answer = holder.get(f"/paiements/etats/{account.pk}/csv/?jour={today}")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(r["reference"], r["encaisse"], r["rembourse"]) for r in rows] == [
        (attempt.payable.spoken_reference, "1700", "0"),
        (attempt.payable.spoken_reference, "0", "200"),
    ]
    pdf = holder.get(f"/paiements/etats/{account.pk}/pdf/?jour={today}")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"].endswith(f'etat-tresor-{today}.pdf"')


def test_a_sign_without_a_typeface_does_not_stop_the_paper() -> None:
    from smartsenegal.kernel.payments.views.common import printed
    from smartsenegal.kernel.payments.views.statements import TEMPLATE, _paper

    actions.load_reference()
    account = LedgerAccount.objects.get(code="tresor")
    account.label = "Trésor \U00012000 public"
    assert printed(TEMPLATE, _paper(account, DAY, Q()), "État").startswith(b"%PDF")


def test_only_accountants_of_the_public_have_a_state(holder: Client) -> None:
    actions.load_reference()
    wave = LedgerAccount.objects.get(code="operateur:wave")
    assert holder.get(f"/paiements/etats/{wave.pk}/").status_code == 404


def test_a_formula_is_no_formula_in_the_file(make_payable: Callable[..., Payable], holder: Client) -> None:
    from smartsenegal.kernel.payments.views.statements import _cell

    assert _cell("=1+1") == "'=1+1"
    assert _cell("Extrait") == "Extrait"


def test_queries_of_the_pages_do_not_grow(holder: Client) -> None:
    actions.load_reference()
    account = LedgerAccount.objects.get(code="tresor")
    payable = actions.open_payable("k", "case:1", [rules.Line("A", 500, "tresor")], "x", "Extrait")
    run = None
    counts: list[list[int]] = []
    from smartsenegal.kernel.payments.models import Reconciliation

    run = Reconciliation.objects.create(provider="wave", day=DAY)
    for size in (1, 12):
        for rank in range(size):
            key = f"{size}{rank}".rjust(32, "0")
            movement(f"attempt:{key}", 500, moment(1, 9))
            attempt = Attempt.objects.create(
                payable=payable, provider="wave", key=key, amount=500, received=500, state=rules.SUCCEEDED,
                outcome=rules.BOOKED_HELD, succeeded_at=timezone.now(),
            )  # fmt: skip
            Refund.objects.create(attempt=attempt, source=account, amount=1, reason="x", requested_by="y")
            Gap.objects.create(reconciliation=run, name=key, kind=matching.AMOUNT, attempt=attempt)
        counts.append([
            queries_of(holder, url)
            for url in (
                "/paiements/remboursements/",
                "/paiements/rapprochement/",
                f"/paiements/etats/?jour={DAY}",
                f"/paiements/etats/{account.pk}/?jour={DAY}",
            )
        ])  # fmt: skip
    assert counts[0] == counts[1]


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        text(client, url)
    return len(captured)


# --- refunds on pages ----------------------------------------------------------------------


def test_two_people_give_back_what_is_above_the_sum(
    make_payable: Callable[..., Payable], mobile: Operator, holder: Client, second: Client, settings: Any
) -> None:
    settings.REFUND_SECOND_PERSON_ABOVE = 100
    attempt = paid(make_payable("a"), "mobile", mobile)
    reference = attempt.payable.spoken_reference
    page = text(holder, f"/paiements/remboursements/?reference={reference}")
    new = f"/paiements/remboursements/nouveau/{attempt.pk}/"
    assert f'href="{new}"' in page
    assert "jusqu’à 1\u202f700" in text(holder, new)
    wrong = holder.post(new, {"source": "tresor", "amount": "9 000", "reason": ""})
    assert wrong.status_code == 422
    assert "au plus" in wrong.content.decode()
    assert "Dites pourquoi" in wrong.content.decode()
    assert "9 000" in wrong.content.decode(), "nothing typed is lost"
    asked = holder.post(new, {"source": "tresor", "amount": "200", "reason": "Erreur"}, follow=True)
    assert "Une autre personne doit l’accorder" in asked.content.decode()
    refund = Refund.objects.get()
    one = f"/paiements/remboursements/{refund.pk}/"
    assert "Enregistrer la décision" not in text(holder, one)
    own = holder.post(one, {"decision": "accorder"})
    assert own.status_code == 422
    assert "Une autre personne" in own.content.decode()
    assert "Enregistrer la décision" in text(second, one)
    assert "accordé" in second.post(one, {"decision": "accorder"}, follow=True).content.decode()
    drain("payments.refund")
    refund.refresh_from_db()
    assert refund.state == refunds.DONE
    assert "Rendu" in text(holder, "/paiements/remboursements/?etat=done")


def test_an_unknown_reference_is_a_sentence(holder: Client) -> None:
    assert "Vérifiez les huit signes" in text(holder, "/paiements/remboursements/?reference=ZZZZ-ZZZZ")


# --- reconciliation on pages ------------------------------------------------------------------


def test_a_gap_is_listed_filtered_and_treated(
    holder: Client, mobile: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartsenegal.kernel.payments.actions import reconciliation

    line = StatementLine("MPX", "", 700, None, "", datetime(2026, 11, 24, tzinfo=UTC))
    strange = type("Strange", (), {"reconcile": lambda self, day: [line]})()
    monkeypatch.setattr(reconciliation, "provider_named", lambda name: strange)
    actions.reconcile("mobile", DAY)
    gap = Gap.objects.get()
    page = text(holder, "/paiements/rapprochement/")
    assert "Un écart reste à traiter" in page
    assert "MPX" in page
    assert "MPX" not in text(holder, "/paiements/rapprochement/?nature=missing")
    one = f"/paiements/rapprochement/{gap.pk}/"
    assert holder.post(one, {"reason": ""}).status_code == 422
    done = holder.post(one, {"reason": "Essai de l’opérateur"}, follow=True).content.decode()
    assert "disent la même chose" in done
    assert "Essai de l’opérateur" in text(holder, one)
    again = holder.post(one, {"reason": "Encore"})
    assert again.status_code == 422
    inspector = agent("inspector", "+221765554435")
    assert inspector.post(one, {"reason": "x"}).status_code == 403
    assert "Traité" in text(inspector, one)
