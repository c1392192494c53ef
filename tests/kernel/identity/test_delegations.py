"""Who signs for whom: given by who signs, enforced in the principal, ended at once."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.identity.rules import Delegated, Grant
from smartsenegal.kernel.identity.rules_delegations import days_fault, overlap

CODES = st.sampled_from(["permis", "permis/decision", "permis/visa", "acte", "acte/decision"])


def _terms(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "starts_on": today,
        "ends_on": today + timedelta(days=30),
        "quality": "Le premier adjoint",
        "number": "12/2026",
        "act_on": today - timedelta(days=2),
        "document": "0" * 8,
    } | changes


@pytest.fixture
def agent(make_agent: Callable[..., Any]) -> Callable[..., Any]:
    """Opens the account of one more agent: `agent(role, organisation)`."""
    numbers = count(1)

    def make(role: str, where: str) -> Any:
        number = next(numbers)
        return make_agent(role, where, name=f"Agent {number}", phone=f"+22177100{number:04}")

    return make


@pytest.fixture
def people(agent: Callable[..., Any], organisations: dict[str, Any]) -> dict[str, Any]:
    """A signatory of the court of Thiès, an officer of it, and one of another court."""
    chief, by = agent("signatory", "ti-thies")
    deputy, _ = agent("officer", "ti-thies")
    stranger, _ = agent("officer", "ti-mbour")
    return {
        "chief": chief,
        "by": by,
        "deputy": deputy,
        "stranger": stranger,
        "court": organisations["ti-thies"],
    }


def _give(people: dict[str, Any], **changes: Any) -> Any:
    from smartsenegal.kernel.identity import api

    return api.delegate(people["by"], people["deputy"], people["court"], **_terms(**changes))


def test_a_deputy_signs_that_day_and_no_more_once_it_is_ended(
    people: dict[str, Any], django_assert_num_queries: Any
) -> None:
    from smartsenegal.kernel.identity import api

    assert not api.principal_for(people["deputy"]).may("cases.sign")
    given_one = _give(people)
    with django_assert_num_queries(1):
        by = api.principal_for(people["deputy"])
    assert by.may("cases.sign", organisation_id=people["court"].pk, territory_path="x")
    assert not by.may("documents.revoke")
    grant = by.granting("cases.sign", people["court"].pk, "x")
    assert grant
    assert grant.delegated
    assert (grant.delegated.giver, grant.delegated.number) == (str(people["chief"]), "12/2026")
    api.end_delegation(people["by"], given_one)
    assert not api.principal_for(people["deputy"]).may("cases.sign")


def test_a_delegation_to_come_gives_nothing_yet(people: dict[str, Any]) -> None:
    from smartsenegal.kernel.identity import api

    _give(people, starts_on=timezone.localdate() + timedelta(days=1))
    assert not api.principal_for(people["deputy"]).may("cases.sign")


def test_it_ends_with_the_role_of_its_giver(people: dict[str, Any]) -> None:
    from smartsenegal.kernel.identity import api

    _give(people)
    people["chief"].roles.all().delete()
    assert not api.principal_for(people["deputy"]).may("cases.sign")


def test_a_role_of_ones_own_comes_before_a_delegation(people: dict[str, Any]) -> None:
    from smartsenegal.kernel.identity import api

    _give(people)
    api.assign_role(api.system("test"), people["deputy"], "signatory", people["court"])
    grant = api.principal_for(people["deputy"]).granting("cases.sign", people["court"].pk, "x")
    assert grant
    assert grant.delegated is None


def test_what_is_delegated_is_not_delegated_again(people: dict[str, Any], agent: Callable[..., Any]) -> None:
    from smartsenegal.kernel.identity import api

    _give(people)
    third, _ = agent("officer", "ti-thies")
    with pytest.raises(api.PermissionRefused, match="ne se délègue pas"):
        api.delegate(api.principal_for(people["deputy"]), third, people["court"], **_terms())


def test_an_officer_delegates_nothing(people: dict[str, Any]) -> None:
    from smartsenegal.kernel.identity import api

    with pytest.raises(api.PermissionRefused, match="Seul un signataire"):
        api.delegate(api.principal_for(people["deputy"]), people["chief"], people["court"], **_terms())


def test_clear_refusals(people: dict[str, Any], agent: Callable[..., Any]) -> None:
    from smartsenegal.kernel.identity import api

    today = timezone.localdate()
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"starts_on": today - timedelta(days=1)}, "starts_on", "déjà passé"),
        ({"ends_on": today - timedelta(days=1)}, "ends_on", "avant le premier"),
        ({"act_on": today + timedelta(days=1)}, "act_on", "dans le futur"),
        ({"number": "  "}, "number", "numéro de l’acte"),
        ({"quality": ""}, "quality", "qualité"),
    ]
    for changes, field, words in cases:
        with pytest.raises(api.IdentityRefused, match=words) as refused:
            _give(people, **changes)
        assert refused.value.field == field
    other, _ = agent("signatory", "ti-thies")
    for deputy, words in (
        (people["chief"], "autre personne que vous-même"),
        (people["stranger"], "n’est pas agent de cet organisme"),
        (other, "signe déjà"),
    ):
        with pytest.raises(api.IdentityRefused, match=words) as refused:
            api.delegate(people["by"], deputy, people["court"], **_terms())
        assert refused.value.field == "deputy"


def test_two_at_once_are_refused_until_the_first_is_ended(people: dict[str, Any]) -> None:
    from smartsenegal.kernel.identity import api

    first = _give(people, procedures=["permis/decision"])
    _give(people, procedures=["acte"])
    with pytest.raises(api.IdentityRefused, match="court déjà"):
        _give(people, procedures=["permis"])
    api.end_delegation(people["by"], first)
    _give(people, procedures=["permis"])
    with pytest.raises(api.IdentityRefused, match="déjà terminée"):
        api.end_delegation(people["by"], first)


def test_one_deputy_at_a_time(people: dict[str, Any], agent: Callable[..., Any]) -> None:
    from smartsenegal.kernel.identity import api

    _give(people, kind="deputy")
    second, _ = agent("officer", "ti-thies")
    with pytest.raises(api.IdentityRefused, match="intérim"):
        api.delegate(people["by"], second, people["court"], kind="deputy", **_terms())


def test_only_its_giver_or_an_administrator_ends_it(
    people: dict[str, Any], agent: Callable[..., Any]
) -> None:
    from smartsenegal.kernel.identity import api

    given_one = _give(people)
    with pytest.raises(api.PermissionRefused):
        api.end_delegation(api.principal_for(people["deputy"]), given_one)
    _, administrator = agent("administrator", "senegal")
    api.end_delegation(administrator, given_one)


def test_both_are_named_in_the_journal_and_the_deputy_is_told(people: dict[str, Any]) -> None:
    from smartsenegal.kernel.audit.models import Entry
    from smartsenegal.kernel.notifications.models import Message

    _give(people)
    entry = Entry.objects.get(verb="identity.delegation_given")
    assert entry.detail["giver"] == str(people["chief"].pk)
    assert entry.subject == f"account:{people['deputy'].pk}"
    assert "par délégation" in Message.objects.get(template="identity.delegation").body


# --- rules ----------------------------------------------------------------------------


@given(st.dates(), st.integers(-40, 40), st.integers(-40, 40), st.integers(-40, 40))
def test_days_are_right_or_one_of_them_is_named(today: date, start: int, end: int, act: int) -> None:
    try:
        days = [today + timedelta(days=n) for n in (start, end, act)]
    except OverflowError:
        return
    fault = days_fault(*days, today)
    assert (fault is None) == (start >= 0 and end >= start and act <= 0)
    assert fault is None or fault[0] in {"starts_on", "ends_on", "act_on"}


@given(st.lists(CODES, max_size=3), st.lists(CODES, max_size=3))
def test_overlap_goes_both_ways_and_follows_what_each_extends_to(mine: list[str], others: list[str]) -> None:
    assert overlap(mine, others) == overlap(others, mine)
    held = Delegated("1", "delegation", "2", "Maire", "Adjoint", "1", date(2026, 1, 1), tuple(mine))
    if others:
        assert overlap(mine, others) == any(held.extends_to(code) for code in others)


@given(st.lists(CODES, max_size=3), CODES)
def test_a_delegated_grant_allows_no_more_than_a_signature(covers: list[str], about: str) -> None:
    held = Delegated("1", "delegation", "2", "Maire", "Adjoint", "1", date(2026, 1, 1), tuple(covers))
    grant = Grant("signatory", 1, "Mairie", frozenset({1}), "", delegated=held)
    for permission in ("cases.instruct", "documents.revoke", "identity.manage"):
        assert not grant.allows(permission, 1, "SN", about)
    assert grant.allows("cases.sign", 1, "SN", about) == held.extends_to(about)
