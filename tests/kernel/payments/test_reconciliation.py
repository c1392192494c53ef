"""Statements against the ledger: every kind of disagreement is noted once, and treated by somebody."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.payments import actions, cli, queries, rules
from smartsenegal.kernel.payments.actions import attempts
from smartsenegal.kernel.payments.actions import reconciliation as acts
from smartsenegal.kernel.payments.actions.reconciliation import TreatmentRefused
from smartsenegal.kernel.payments.base import StatementLine
from smartsenegal.kernel.payments.models import Attempt, Gap, Payable, Reconciliation
from smartsenegal.kernel.payments.rules import matching
from smartsenegal.kernel.payments.rules.matching import Movement
from tests.jobs import drain
from tests.kernel.payments.operator import Operator
from tests.kernel.payments.people import ACCOUNTANT, PAYER
from tests.kernel.payments.test_refunds import ADAMA, paid

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = NOON.date()


def line(ref: str, amount: int, key: str = "", fee: int | None = 0) -> StatementLine:
    return StatementLine(ref, "", amount, fee, key, NOON)


def kinds(matched: matching.Matched) -> list[str]:
    return [f.kind for f in matched.findings]


# --- pure ------------------------------------------------------------------------------------


def test_a_line_is_matched_by_the_statements_reference_then_by_ours() -> None:
    ours = [Movement("a", "T1", "k1", 100), Movement("b", "", "k2", 50)]
    done = matching.match([line("T1", 100), line("T2", 50, "k2")], ours)
    assert (done.pairs, done.findings) == ([("a", "T1"), ("b", "T2")], [])


def test_a_refund_under_the_key_of_its_payment_is_told_by_the_way_it_goes() -> None:
    ours = [Movement("paid", "T1", "k", 100), Movement("back", "", "k", -100)]
    done = matching.match([line("T1", 100, "k"), line("R1", -100, "k")], ours)
    assert done.pairs == [("paid", "T1"), ("back", "R1")]
    assert kinds(done) == []


def test_two_refunds_under_one_reference_are_two_lines() -> None:
    ours = [Movement("a", "", "k", -100), Movement("b", "", "k", -100)]
    done = matching.match([line("R1", -100, "k"), line("R2", -100, "k"), line("R3", -100, "k")], ours)
    assert done.pairs == [("a", "R1"), ("b", "R2")]
    assert kinds(done) == [matching.DOUBLED]


@pytest.mark.parametrize(
    ("lines", "ours", "due", "expected"),
    [
        ([line("X", 5)], [], [], [matching.UNKNOWN]),
        ([line("X", 5)] * 2, [], [], [matching.UNKNOWN, matching.DOUBLED]),
        ([line("T", 5)] * 2, [Movement("a", "T", "", 5)], [], [matching.DOUBLED]),
        ([line("U", 5, "k")], [Movement("a", "T", "k", 5, seen="T")], [], [matching.DOUBLED]),
        ([line("T", 6)], [Movement("a", "T", "", 5)], [], [matching.AMOUNT]),
        ([line("T", 5)], [Movement("a", "T", "", 5, booked=False)], [], [matching.UNBOOKED]),
        ([], [], [Movement("a", "T", "", 5)], [matching.MISSING]),
        ([line("T", 5)], [Movement("a", "T", "", 5)], [Movement("a", "T", "", 5)], []),
        ([line("T", 5)], [Movement("a", "T", "", 5, seen="T")], [], []),
    ],
)
def test_each_disagreement_has_its_name(
    lines: list[StatementLine], ours: list[Movement], due: list[Movement], expected: list[str]
) -> None:
    assert kinds(matching.match(lines, ours, due)) == expected


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(1, 3)), max_size=12))
def test_every_line_is_matched_or_noted(said: list[tuple[str, int]]) -> None:
    ours = [Movement(ref.lower(), ref, "", 2) for ref in "ABC"]
    done = matching.match([line(ref, amount) for ref, amount in said], ours)
    told = [f for f in done.findings if f.kind != matching.AMOUNT]
    assert len(done.pairs) + len(told) == len(said)
    assert len({movement for movement, _ in done.pairs}) == len(done.pairs)
    assert len({f.name for f in done.findings}) <= len(done.findings)


def test_fees_are_known_only_when_all_are_told() -> None:
    assert matching.fees([line("A", 1, fee=2), line("B", 1, fee=3)]) == 5
    assert matching.fees([line("A", 1, fee=2), line("B", 1, fee=None)]) is None


def test_what_is_booked_at_midnight_is_looked_for_the_day_after() -> None:
    first, last = matching.due_window(DAY)
    assert (first.hour, first.minute, last.hour, last.minute) == (23, 45, 23, 45)
    assert last - first == timedelta(days=1)


# --- with the operators ------------------------------------------------------------------------

with_database = pytest.mark.django_db


def today() -> date:
    return timezone.now().date()


@with_database
@pytest.mark.parametrize("way", ["wave", "mobile"])
def test_a_day_that_agrees(
    make_payable: Callable[..., Payable], operator: Operator, mobile: Operator, way: str
) -> None:
    far = operator if way == "wave" else mobile
    for key in "abc":
        paid(make_payable(key), way, far)
    run = actions.reconcile(way, today())
    assert (run.lines, run.matched, run.received, run.given_back) == (3, 3, 6000, 0)
    assert run.fees == (0 if way == "wave" else None)
    assert not Gap.objects.exists()
    assert actions.reconcile(way, today()).pk == run.pk
    assert Reconciliation.objects.count() == 1


@with_database
def test_refunds_stand_in_the_statement_too(
    make_payable: Callable[..., Payable], operator: Operator, mobile: Operator
) -> None:
    attempt = paid(make_payable("a"), "mobile", mobile)
    actions.ask_refund(attempt.pk, "tresor", 500, "Erreur", ADAMA)
    whole = paid(make_payable("b"), "wave", operator)
    Attempt.objects.filter(pk=whole.pk).update(outcome=rules.BOOKED_DUPLICATE)
    whole.refresh_from_db()
    actions.give_back(whole)
    drain("payments.refund")
    for way, back in (("mobile", 500), ("wave", 2000)):
        run = actions.reconcile(way, today())
        assert (run.lines, run.matched, run.given_back) == (2, 2, back)
    assert not Gap.objects.exists()


@with_database
def test_a_double_under_one_reference_and_its_refund_are_both_found(
    payable: Payable, operator: Operator
) -> None:
    import json
    import urllib.request

    attempt = actions.start(payable, "wave", PAYER)
    asked = {
        "amount": "2000", "currency": "XOF", "client_reference": attempt.key,
        "success_url": "http://x/", "error_url": "http://x/",
    }  # fmt: skip
    request = urllib.request.Request(
        operator.url + "/v1/checkout/sessions",
        data=json.dumps(asked).encode(),
        headers={"Authorization": "Bearer cle-de-test"},
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        other = json.loads(answer.read())["id"]
    operator.choose(attempt.provider_ref, "payer")
    operator.choose(other, "payer")
    attempts.read_back(attempt.pk, ref=other)
    drain("payments.refund")
    run = actions.reconcile("wave", today())
    assert (run.lines, run.matched, run.received, run.given_back) == (3, 3, 4000, 2000)
    assert not Gap.objects.exists()
    assert len(operator.debits) == 1


@with_database
def test_a_payment_whose_news_were_all_lost_is_booked_by_the_statement(
    payable: Payable, mobile: Operator
) -> None:
    mobile.faults(callbacks="lose")
    attempt = actions.start(payable, "mobile", PAYER, number="77 123 45 67")
    mobile.choose(attempt.provider_ref, "payer")
    # Only our own reference links the statement to it: read it back once, as after a lost answer.
    Attempt.objects.update(transaction_ref=mobile.sessions[0]["transaction_ref"])
    run = actions.reconcile("mobile", today())
    payable.refresh_from_db()
    assert payable.state == rules.SETTLED
    assert (run.lines, run.matched) == (1, 1)
    assert not Gap.objects.exists()


@with_database
def test_what_is_missing_is_noted_once_then_found(
    payable: Payable, mobile: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = paid(payable, "mobile", mobile)
    noon = datetime.combine(today(), datetime.min.time(), UTC) + timedelta(hours=12)
    Attempt.objects.update(succeeded_at=noon)
    empty = type("Empty", (), {"reconcile": lambda self, day: []})()
    real = acts.provider_named
    monkeypatch.setattr(acts, "provider_named", lambda name: empty)
    for _ in range(2):
        actions.reconcile("mobile", today())
    gap = Gap.objects.get()
    assert (gap.kind, gap.attempt_id, gap.ours, gap.said) == (matching.MISSING, attempt.pk, 2000, None)
    monkeypatch.setattr(acts, "provider_named", real)
    actions.reconcile("mobile", today())
    gap.refresh_from_db()
    assert gap.state == matching.TREATED
    assert gap.reason.startswith("Retrouvé au relevé du")
    assert queries.gaps_to_treat(ACCOUNTANT) == 0


@with_database
def test_somebody_treats_a_gap_and_says_how(
    payable: Payable, mobile: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = type("Strange", (), {"reconcile": lambda self, day: [line("MPX", 700)]})()
    monkeypatch.setattr(acts, "provider_named", lambda name: strange)
    actions.reconcile("mobile", DAY)
    gap = Gap.objects.get()
    assert (gap.kind, gap.said, gap.payable) == (matching.UNKNOWN, 700, None)
    with pytest.raises(PermissionRefused):
        actions.treat(gap.pk, "Vu", PAYER)
    with pytest.raises(TreatmentRefused, match="Dites"):
        actions.treat(gap.pk, " ", ADAMA)
    assert actions.treat(gap.pk, "Virement d’essai de l’opérateur", ADAMA).state == matching.TREATED
    with pytest.raises(TreatmentRefused, match="déjà"):
        actions.treat(gap.pk, "Encore", ADAMA)
    actions.reconcile("mobile", DAY)
    gap.refresh_from_db()
    assert gap.reason == "Virement d’essai de l’opérateur", "reading again changes nothing treated"


@with_database
def test_the_night_asks_each_operator(
    payable: Payable, operator: Operator, mobile: Operator, settings: Any
) -> None:
    from smartsenegal.kernel.payments import jobs

    jobs.reconcile_yesterday(0)
    assert drain("payments.reconcile") == ["payments.reconcile"] * 2
    yesterday = timezone.localdate() - timedelta(days=1)
    assert set(Reconciliation.objects.values_list("provider", "day")) == {
        ("wave", yesterday),
        ("mobile", yesterday),
    }


@with_database
def test_the_command(payable: Payable, mobile: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    paid(payable, "mobile", mobile)
    assert cli.main(["reconcile", today().isoformat(), "mobile"]) == 0
    assert "1 ligne(s), 1 retrouvée(s), 0 écart(s)" in capsys.readouterr().out
    mobile.faults(api="503")
    assert cli.main(["reconcile", today().isoformat(), "mobile"]) == 1
    assert cli.main(["reconcile", "hier"]) == 2
    assert cli.main(["reconcile", "2026-11-24", "troc"]) == 2
    assert cli.main([]) == 2
