"""Sums opened without a place, or for "the commune": each is given its own, and the ledger adds up."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from smartsenegal.kernel.identity.api import Grant, Organisation, Principal
from smartsenegal.kernel.payments import actions, queries, registry, rules
from smartsenegal.kernel.payments.actions import refunds as acts
from smartsenegal.kernel.payments.base import Reading
from smartsenegal.kernel.payments.models import Attempt, LedgerAccount, Payable, PayableLine, Refund
from smartsenegal.kernel.payments.rules import COMMUNE, NATIONAL, Line, Place
from smartsenegal.kernel.territory.api import Territory
from tests.kernel.payments.people import ACCOUNTANT

pytestmark = pytest.mark.django_db
NORD, MBOUR = Place(7, "SN/thies/nord"), Place(8, "SN/thies/mbour")
REGION = Place(9, "SN/thies")


@pytest.fixture
def country(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PAYMENT_PROVIDERS, settings.REFUND_SECOND_PERSON_ABOVE = ["till", "mobile"], 10**9
    monkeypatch.setattr(acts, "provider_named", lambda name: FarAway())
    monkeypatch.setattr(acts.queries, "covers", lambda by, permission, place: True)
    for code, kind, path in (
        ("SN", "country", "SN"),
        ("thies", "region", "SN/thies"),
        ("nord", "commune", NORD.territory),
        ("mbour", "commune", MBOUR.territory),
    ):
        Territory.objects.create(code=code, kind=kind, name=code.title(), label=code.title(), path=path)
    state = Territory.objects.get(code="SN")
    Organisation.objects.create(pk=900, code="senegal", name="Sénégal", kind="root", territory=state)
    # "essai:7/3" is asked by the service 7; "autre:…" by nobody that is known.
    known = {str(p.organisation_id): p for p in (NORD, MBOUR, REGION)}

    def place(subject: str) -> Place:
        return known.get(subject.partition(":")[2].partition("/")[0], NATIONAL)

    monkeypatch.setitem(registry._subjects, "essai", registry.Subjects(lambda by, s: True, place=place))


class FarAway:
    name, label, needs_number, can_close, refunds_parts = "mobile", "Essai", True, False, True

    def refund(self, ref: str, key: str, amount: int, whole: bool) -> Reading:
        return Reading("", key, rules.READ_PAID, amount, rules.XOF)


def old(key: str, subject: str, commune: int, treasury: int, place: Place = NATIONAL) -> Payable:
    """A payable as an older version wrote it: owed to "the commune", often without a place."""
    lines = [Line("Vignette", commune, COMMUNE), Line("Timbre", treasury, "tresor")]
    payable = actions.open_payable(key, subject, lines, "0190-payer", "Extrait")
    shared = LedgerAccount.objects.get_or_create(code=COMMUNE, defaults={"kind": rules.BENEFICIARY})[0]
    PayableLine.objects.filter(payable=payable, position=1).update(beneficiary=shared)
    Payable.objects.filter(pk=payable.pk).update(
        organisation_id=place.organisation_id, territory=place.territory
    )
    payable.refresh_from_db()
    return payable


def pay(payable: Payable) -> Attempt:
    made = Attempt.objects.create(
        payable=payable, provider="mobile", key=payable.pk.hex, amount=payable.amount
    )
    reading = Reading(f"t/{made.key}", made.key, rules.READ_PAID, payable.amount, rules.XOF)
    return actions.apply_reading(made.pk, reading)


def give_back(attempt: Attempt, amount: int, done: bool = True) -> Refund:
    source = next(s.code for s in queries.sources_of(attempt) if s.code.startswith(COMMUNE))
    refund = actions.ask_refund(attempt.pk, source, amount, "motif", ACCOUNTANT)
    return actions.carry_out(refund.pk) if done else refund


def communes() -> dict[str, int]:
    """What is owed to each commune, by account: those of nothing left out."""
    codes = LedgerAccount.objects.filter(code__startswith=COMMUNE).values_list("code", flat=True)
    return {code: -queries.balance_of(code) for code in codes if queries.balance_of(code)}


sums = st.tuples(
    st.sampled_from(["essai:7", "essai:8", "essai:9", "essai:0", "autre:7"]),
    st.sampled_from([NATIONAL, NORD, REGION]),
    st.integers(1, 500),
    st.integers(1, 500),
    st.sampled_from(["open", "paid", "part given back", "part asked", "given back"]),
)
COMMUNE_OF = {"essai:7": "commune:nord", "essai:8": "commune:mbour"}


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(sums, max_size=4))
def test_each_commune_has_its_own_and_the_ledger_adds_up(
    country: None, given_sums: list[tuple[str, Place, int, int, str]]
) -> None:
    with transaction.atomic():
        expected: dict[str, int] = {}
        waiting = []
        for rank, (subject, place, commune, treasury, story) in enumerate(given_sums):
            payable = old(f"k{rank}", f"{subject}/{rank}", commune, treasury, place)
            own = "commune:nord" if place == NORD else COMMUNE
            account = COMMUNE_OF.get(subject, COMMUNE) if place == NATIONAL else own
            if story == "open":
                continue
            attempt, part = pay(payable), commune // 2
            if story == "given back":
                part = commune
            if story != "paid" and part:
                refund = give_back(attempt, part, done=story != "part asked")
                waiting += [refund] if story == "part asked" else []
                commune -= part
            expected[account] = expected.get(account, 0) + commune
        before, treasury_before = sum(communes().values()), queries.balance_of("tresor")
        assert queries.trial_balance() == 0
        actions.name_places()
        assert queries.trial_balance() == 0
        assert sum(communes().values()) == before
        assert queries.balance_of("tresor") == treasury_before
        assert actions.name_places() == 0, "run again, it changes nothing"
        for refund in waiting:  # asked before, carried out after: the commune that owes it now gives it back
            actions.carry_out(refund.pk)
        assert communes() == {code: francs for code, francs in expected.items() if francs}
        assert queries.trial_balance() == 0
        transaction.set_rollback(True)


def test_nothing_is_given_back_twice_across_the_move(country: None) -> None:
    attempt = pay(old("a", "essai:7/1", 300, 200))
    give_back(attempt, 100)
    actions.name_places()
    left = {source.code: source.left for source in queries.sources_of(attempt)}
    assert left == {"commune:nord": 200, "tresor": 200}


def test_a_new_sum_is_owed_to_the_commune_of_its_place(country: None) -> None:
    lines = [Line("Vignette", 300, COMMUNE), Line("Timbre", 200, "tresor")]
    for place, label in ((NORD, "Commune (Nord)"), (REGION, "Commune non précisée")):
        payable = actions.open_payable(f"k{place.territory}", "essai:1", lines, "p", "Extrait", place=place)
        assert [label for label, _ in queries.shares(payable)] == [label, "Trésor public"]
        again = actions.open_payable(payable.key, "essai:1", lines, "p", "Extrait", place=place)
        assert again == payable
    assert actions.name_places() == 0


def test_the_accountants_day_shows_the_move_and_what_stays_unnamed(country: None) -> None:
    named, unnamed = pay(old("a", "essai:7/1", 300, 200)), pay(old("b", "essai:9/1", 50, 200))
    actions.name_places()
    today = timezone.localdate()
    nord, shared = (LedgerAccount.objects.get(code=code) for code in ("commune:nord", COMMUNE))
    actions.load_reference()
    shared.refresh_from_db()
    assert (nord.label, shared.label) == ("Commune (Nord)", "Commune non précisée")
    assert queries.by_way(nord, today) == [("Régularisation", 300, 0)]
    assert queries.totals_of(shared, today).closing == 50
    told = [(line.reference, line.way, line.amount) for line in queries.lines_of(nord, today)]
    assert told == [(named.payable.spoken_reference, "Régularisation", 300)]
    assert unnamed.payable.spoken_reference in [line.reference for line in queries.lines_of(shared, today)]
    of_nord = queries.days_of_accounts(today, queries.within(_town(), "transaction__"))
    assert {row.account.code: row.totals.closing for row in of_nord} == {COMMUNE: -300, "commune:nord": 300}


def _town() -> Principal:
    grant = Grant("accountant", 7, "Mairie", frozenset({7}), "")
    return Principal(account_id="0190-town", label="Adama", kind="agent", grants=(grant,))


@pytest.mark.parametrize("subject", ["essai:0/1", "autre:7"])
def test_what_nothing_places_stays_the_states(country: None, subject: str) -> None:
    payable = old("a", subject, 300, 200)
    pay(payable)
    assert actions.name_places() == 0
    payable.refresh_from_db()
    assert payable.place == NATIONAL
    assert communes() == {COMMUNE: 300}


@given(st.sampled_from(list(rules.PUBLIC_ACCOUNTANTS)), st.text(max_size=60))
def test_only_what_is_the_communes_is_named(accountant: str, commune: str) -> None:
    code = rules.of_commune(accountant, commune)
    assert code in (accountant, f"commune:{commune}")
    assert (code == accountant) or accountant == COMMUNE
    assert rules.total([Line("x", 1, code)]) == 1, "it may always be collected"
