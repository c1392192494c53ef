from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity import actions, api, queries
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import Account, RoleAssignment
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.notifications.testing import assert_templates_fit
from smartsenegal.kernel.territory.models import Territory

SYSTEM = api.system("test")


def last_entry(account: Account) -> Entry:
    return Entry.objects.filter(subject=f"account:{account.pk}").latest("id")


# --- accounts -----------------------------------------------------------------------


def test_only_administrators_open_accounts(make_agent: Callable[..., Any]) -> None:
    _, officer = make_agent("officer", "ti-thies")
    for act in (actions.create_account, actions.create_agent):
        with pytest.raises(PermissionRefused):
            act(officer, name="Moussa Diop", phone="+221761234567")


def test_an_account_needs_a_phone_or_an_email_and_a_name(db: None) -> None:
    with pytest.raises(IdentityRefused) as refused:
        actions.create_account(SYSTEM, name="Awa")
    assert refused.value.field == "phone"
    with pytest.raises(IdentityRefused) as refused:
        actions.create_account(SYSTEM, name=" ", phone="+221771234567")
    assert refused.value.field == "name"
    assert not Account.objects.exists()


def test_a_phone_or_an_email_is_one_accounts(make_account: Callable[..., Any]) -> None:
    make_account(phone="+221771234567", email="awa@exemple.sn")
    for address in ({"phone": "+221771234567"}, {"email": "AWA@exemple.sn"}):
        with pytest.raises(IdentityRefused, match="existe déjà"):
            actions.create_account(SYSTEM, name="Moussa", **address)


def test_asking_for_a_code_twice_opens_one_account(db: None) -> None:
    first = actions.account_for_phone("+221771234567")
    assert actions.account_for_phone("+221771234567") == first
    assert not first.has_usable_password()
    by_email = actions.account_for_email("Awa@Exemple.sn")
    assert actions.account_for_email("awa@exemple.sn") == by_email


def test_unused_accounts_are_forgotten_after_a_day_and_used_ones_kept(
    make_account: Callable[..., Any],
) -> None:
    kept = make_account(phone="+221771234567")
    actions.account_for_phone("+221761234567")
    actions.account_for_email("x@exemple.sn")
    recent = actions.account_for_phone("+221701234567")
    old = timezone.now() - timedelta(days=2)
    Account.objects.exclude(pk=recent.pk).update(created_at=old)
    assert actions.forget_pending() == 2
    assert set(Account.objects.all()) == {kept, recent}


def test_a_proved_phone_cannot_be_taken(make_account: Callable[..., Any]) -> None:
    make_account(phone="+221771234567")
    moussa = make_account(name="Moussa", phone="+221761234567")
    with pytest.raises(IdentityRefused, match="autre compte"):
        actions.confirm_phone(moussa, "+221771234567")


def test_expired_rows_are_forgotten(db: None) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=timezone.now() + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO shared_cache VALUES ('old', 'x', now() - interval '1 hour')")
        cursor.execute("INSERT INTO shared_cache VALUES ('new', 'x', now() + interval '1 hour')")
    assert actions.forget_expired() == 2
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


# --- assurance ------------------------------------------------------------------------


def test_a_desk_agent_confirms_an_identity(
    make_agent: Callable[..., Any], make_account: Callable[..., Any]
) -> None:
    _, adviser = make_agent("adviser", "senegal")
    moussa = make_account(name="Moussa Diop", phone="+221761234567")
    actions.assure_identity(moussa, adviser, "card")
    moussa.refresh_from_db()
    assert (moussa.assurance, moussa.assured_with) == ("desk", "card")
    assert moussa.assured_at is not None
    entry = last_entry(moussa)
    assert (entry.verb, entry.actor_id, entry.detail) == (
        "identity.assured",
        adviser.account_id,
        {"document": "card"},
    )
    assert Event.objects.filter(kind="account.assured", subject=f"account:{moussa.pk}").exists()


def test_nobody_else_does_and_not_for_oneself(
    make_agent: Callable[..., Any], make_account: Callable[..., Any]
) -> None:
    moussa = make_account(name="Moussa Diop", phone="+221761234567")
    with pytest.raises(PermissionRefused):
        actions.assure_identity(moussa, api.principal_for(moussa), "card")
    account, adviser = make_agent("adviser", "senegal")
    with pytest.raises(PermissionRefused):
        actions.assure_identity(account, adviser, "card")
    with pytest.raises(ValueError, match="unknown document"):
        actions.assure_identity(moussa, adviser, "library card")


def test_a_name_seen_at_a_desk_is_changed_at_a_desk(
    make_agent: Callable[..., Any], make_account: Callable[..., Any]
) -> None:
    _, adviser = make_agent("adviser", "senegal")
    moussa = make_account(name="Moussa Diop", phone="+221761234567")
    actions.assure_identity(moussa, adviser, "passport")
    with pytest.raises(IdentityRefused, match="guichet"):
        actions.rename(moussa, "Autre Nom", api.principal_for(moussa))
    actions.rename(moussa, "Moussa Diop Fall", adviser)
    assert moussa.name == "Moussa Diop Fall"


# --- numbers -----------------------------------------------------------------------------


def test_a_number_is_found_again_however_it_is_typed(make_account: Callable[..., Any]) -> None:
    awa = make_account()
    actions.add_identifier(awa, "nin", "1234567890123", api.principal_for(awa))
    assert list(queries.accounts_with_identifier("nin", "1 234 5678 90123")) == [awa]
    assert not queries.accounts_with_identifier("card", "1234567890123")


def test_the_same_number_is_kept_once(make_account: Callable[..., Any]) -> None:
    awa = make_account()
    by = api.principal_for(awa)
    first, _ = actions.add_identifier(awa, "nin", "1234567890123", by)
    again, _ = actions.add_identifier(awa, "nin", "1-234-5678-90123", by)
    assert first == again
    assert Entry.objects.filter(verb="identity.identifier_added").count() == 1


def test_two_people_may_give_the_same_number(make_account: Callable[..., Any]) -> None:
    awa, moussa = make_account(), make_account(name="Moussa", phone="+221761234567")
    for account in (awa, moussa):
        actions.add_identifier(account, "nin", "1234567890123", api.principal_for(account))
    assert set(queries.accounts_with_identifier("nin", "1234567890123")) == {awa, moussa}


def test_a_sealed_number_does_not_open_for_another_account(make_account: Callable[..., Any]) -> None:
    from smartsenegal.lib.crypto import DecryptionFailed

    awa, moussa = make_account(), make_account(name="Moussa", phone="+221761234567")
    number, _ = actions.add_identifier(awa, "nin", "1234567890123", api.principal_for(awa))
    number.account = moussa
    number.save()
    with pytest.raises(DecryptionFailed):
        queries.identifiers_of(moussa)


def test_reading_someone_elses_number_is_journalled(
    make_agent: Callable[..., Any], make_account: Callable[..., Any]
) -> None:
    awa = make_account(phone="+221761234567")
    number, _ = actions.add_identifier(awa, "nin", "1234567890123", api.principal_for(awa))
    assert queries.reveal(number, api.principal_for(awa), "") == "1234567890123"
    assert not Entry.objects.filter(verb="identity.read").exists()
    _, adviser = make_agent("adviser", "senegal")
    assert queries.reveal(number, adviser, "Contrôle de la carte") == "1234567890123"
    entry = Entry.objects.get(verb="identity.read")
    assert (entry.actor_id, entry.reason, entry.detail) == (
        adviser.account_id,
        "Contrôle de la carte",
        {"identifier": "nin"},
    )
    stranger = api.principal_for(make_account(name="Moussa", phone="+221701234567"))
    with pytest.raises(PermissionRefused):
        queries.reveal(number, stranger, "")
    with pytest.raises(PermissionRefused):
        actions.add_identifier(awa, "ien", "ABC123456", stranger)
    with pytest.raises(PermissionRefused):
        actions.remove_identifier(number, stranger)


# --- roles -------------------------------------------------------------------------------


def test_a_role_covers_the_organisation_those_below_and_the_territory(
    make_agent: Callable[..., Any], organisations: dict[str, Any]
) -> None:
    region = Territory.objects.get(code="SN-TH")
    _, officer = make_agent("officer", "justice", region)
    for court in ("ti-thies", "ti-mbour"):
        path = organisations[court].territory.path
        assert officer.may("cases.instruct", organisation_id=organisations[court].pk, territory_path=path)
    assert not officer.may("cases.instruct", organisation_id=organisations["interieur"].pk)
    assert not officer.may("cases.instruct", territory_path="SN")
    assert not officer.may("cases.sign")


@pytest.mark.parametrize(
    ("starts", "ends", "held"), [(1, None, False), (0, None, True), (-9, 0, True), (-9, -1, False)]
)
def test_a_role_is_held_from_its_first_to_its_last_day(
    make_account: Callable[..., Any], organisations: dict[str, Any], starts: int, ends: int | None, held: bool
) -> None:
    today = timezone.localdate()
    account = make_account()
    role = actions.assign_role(
        SYSTEM,
        account,
        "officer",
        organisations["ti-thies"],
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )
    assert api.principal_for(account).is_agent == held
    assert queries.is_held(role) == held


def test_roles_are_given_inside_what_one_administers(
    make_agent: Callable[..., Any], make_account: Callable[..., Any], organisations: dict[str, Any]
) -> None:
    _, manager = make_agent("administrator", "justice")
    moussa = make_account(name="Moussa", phone="+221761234567")
    actions.assign_role(manager, moussa, "officer", organisations["ti-mbour"])
    assert last_entry(moussa).detail["organisation"] == "ti-mbour"
    assert Event.objects.filter(kind="account.role_assigned").exists()
    for organisation in ("interieur", "senegal"):
        with pytest.raises(PermissionRefused):
            actions.assign_role(manager, moussa, "officer", organisations[organisation])


def test_an_administrator_of_a_territory_gives_roles_inside_it(
    make_agent: Callable[..., Any], make_account: Callable[..., Any], organisations: dict[str, Any]
) -> None:
    thies = Territory.objects.get(code="SN-TH-thies")
    _, manager = make_agent("administrator", "justice", thies)
    moussa = make_account(name="Moussa", phone="+221761234567")
    actions.assign_role(manager, moussa, "officer", organisations["ti-thies"])
    actions.assign_role(manager, moussa, "officer", organisations["justice"], thies)
    with pytest.raises(PermissionRefused):
        actions.assign_role(manager, moussa, "officer", organisations["ti-mbour"])
    with pytest.raises(PermissionRefused):
        actions.assign_role(manager, moussa, "officer", organisations["justice"])


def test_nobody_changes_their_own_roles(
    make_agent: Callable[..., Any], organisations: dict[str, Any]
) -> None:
    account, manager = make_agent("administrator", "senegal")
    with pytest.raises(PermissionRefused, match="autre administrateur"):
        actions.assign_role(manager, account, "signatory", organisations["ti-thies"])
    with pytest.raises(PermissionRefused):
        actions.end_role(manager, account.roles.get())
    with pytest.raises(PermissionRefused):
        actions.close_account(manager, account, "Départ")


def test_a_role_that_makes_no_sense_is_refused(
    make_account: Callable[..., Any], organisations: dict[str, Any]
) -> None:
    account, court = make_account(), organisations["ti-thies"]
    with pytest.raises(IdentityRefused, match="avant le premier"):
        actions.assign_role(
            SYSTEM, account, "officer", court, starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1)
        )
    mbour = Territory.objects.get(code="SN-TH-mbour")
    with pytest.raises(IdentityRefused, match="territoire"):
        actions.assign_role(SYSTEM, account, "officer", court, mbour)
    with pytest.raises(ValueError, match="unknown role"):
        actions.assign_role(SYSTEM, account, "king", court)
    # Networks belong to no organisation: outside of the root, a territory alone bounds who runs them.
    with pytest.raises(IdentityRefused, match="vaut partout"):
        actions.assign_role(SYSTEM, account, "network_engineer", court)
    with pytest.raises(IdentityRefused, match="République"):
        actions.assign_role(SYSTEM, account, "privacy_officer", court, court.territory)
    actions.assign_role(SYSTEM, account, "network_engineer", court, court.territory)
    assert not api.principal_for(account).may("wifi.manage", territory_path="")


def test_a_role_given_again_takes_the_new_dates(
    make_account: Callable[..., Any], organisations: dict[str, Any]
) -> None:
    account, court = make_account(), organisations["ti-thies"]
    actions.assign_role(SYSTEM, account, "officer", court, ends_on=timezone.localdate())
    actions.assign_role(SYSTEM, account, "officer", court)
    assert RoleAssignment.objects.get(account=account).ends_on is None


def test_a_role_ends_at_once_or_after_a_day(
    make_agent: Callable[..., Any], make_account: Callable[..., Any], organisations: dict[str, Any]
) -> None:
    moussa = make_account(name="Moussa", phone="+221761234567")
    role = actions.assign_role(SYSTEM, moussa, "officer", organisations["ti-thies"])
    actions.end_role(SYSTEM, role, last_day=timezone.localdate())
    assert api.principal_for(moussa).is_agent
    _, outsider = make_agent("administrator", "interieur")
    with pytest.raises(PermissionRefused):
        actions.end_role(outsider, role)
    actions.end_role(SYSTEM, role)
    assert not api.principal_for(moussa).is_agent
    assert last_entry(moussa).verb == "identity.role_ended"


def test_an_agent_who_is_already_known_keeps_the_account_and_is_told(
    make_account: Callable[..., Any],
) -> None:
    awa = make_account(phone="+221771234567")
    assert actions.create_agent(SYSTEM, name="Awa N.", phone="+221771234567") == awa
    awa.refresh_from_db()
    assert awa.name == "Awa Ndiaye"
    assert Message.objects.get(template="identity.invited").address == "+221771234567"


def test_a_new_agents_phone_is_proved_at_the_first_sign_in(db: None) -> None:
    agent = actions.create_agent(SYSTEM, name="Moussa Diop", phone="+221761234567", email="m@exemple.sn")
    assert not agent.phone_verified
    assert queries.contact_of(agent.pk).phone == ""
    assert actions.account_for_phone("+221761234567") == agent
    actions.confirm_phone(agent, "+221761234567")
    contact = queries.contact_of(agent.pk)
    assert (contact.phone, contact.email, contact.name) == ("+221761234567", "", "Moussa Diop")


def test_an_agents_account_is_closed_and_reopened(
    make_agent: Callable[..., Any], make_account: Callable[..., Any], organisations: dict[str, Any]
) -> None:
    _, manager = make_agent("administrator", "justice")
    moussa = make_account(name="Moussa", phone="+221761234567")
    with pytest.raises(PermissionRefused, match="pas celui d’un agent"):
        actions.close_account(manager, moussa, "Départ")
    actions.assign_role(SYSTEM, moussa, "officer", organisations["ti-thies"])
    with pytest.raises(IdentityRefused, match="motif"):
        actions.close_account(manager, moussa, " ")
    actions.close_account(manager, moussa, "Départ en retraite")
    assert not Account.objects.get(pk=moussa.pk).is_active
    assert queries.contact_of(moussa.pk) is None
    assert last_entry(moussa).reason == "Départ en retraite"
    actions.reopen_account(manager, moussa)
    assert Account.objects.get(pk=moussa.pk).is_active
    actions.assign_role(SYSTEM, moussa, "officer", organisations["interieur"])
    with pytest.raises(PermissionRefused):
        actions.close_account(manager, moussa, "Départ")


def test_contacts_of_many_cost_two_queries(make_account: Callable[..., Any]) -> None:
    accounts = [make_account(phone=f"+22177100000{n}", email=f"a{n}@exemple.sn") for n in range(5)]
    with CaptureQueriesContext(connection) as asked:
        found = queries.contacts_of([a.pk for a in accounts])
    assert len(asked) == 2
    assert {c.email for c in found.values()} == {f"a{n}@exemple.sn" for n in range(5)}


def test_organisations_are_loaded_once_and_corrected(organisations: dict[str, Any]) -> None:
    rows = [api.OrganisationRow("justice", "Ministère de la Justice", "ministry", "senegal", "SN")]
    assert api.load_organisations(rows) == 0
    rows = [
        api.OrganisationRow(
            "justice", "Ministère de la Justice, garde des Sceaux", "ministry", "senegal", "SN"
        )
    ]
    assert api.load_organisations(rows) == 1
    justice = api.organisation("justice")
    assert justice.name == "Ministère de la Justice, garde des Sceaux"
    assert justice.parent == organisations["senegal"]


def test_messages_fit_in_an_sms() -> None:
    assert assert_templates_fit("identity.", segments=2) == 15
