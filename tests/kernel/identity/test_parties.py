"""Companies and associations: members, invitations, acting in their name."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smartsenegal.kernel.identity import actions, api, queries
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import Membership, Organisation


def page(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ").replace("&nbsp;", " ")


def code_to(address: str) -> tuple[str, str]:
    """Code and link of the last invitation."""
    from smartsenegal.kernel.notifications.models import Message

    sent = Message.objects.filter(address=address, template="identity.member_invited").order_by(
        "created_at", "pk"
    )
    body = sent.last().body  # type: ignore[union-attr]
    code, link = re.search(r"\b(\d{6})\b", body), re.search(r"(/compte/invitation/[^/]+/)", body)
    assert code
    assert link
    return code[1], link[1]


@pytest.fixture
def awa(make_account: Callable[..., Any], senegal: Any) -> Any:
    return make_account(name="Awa Ndiaye", phone="+221770000001")


@pytest.fixture
def by_awa(awa: Any) -> Any:
    return api.principal_for(awa)


@pytest.fixture
def modou(make_account: Callable[..., Any]) -> Any:
    return make_account(name="Modou Fall", email="modou@exemple.sn")


@pytest.fixture
def teranga(by_awa: Any, senegal: Any) -> Organisation:
    return actions.open_organisation(by_awa, kind="company", name="Teranga SARL", territory=senegal)


@pytest.fixture
def member(by_awa: Any, teranga: Organisation, modou: Any) -> Membership:
    invitation = actions.invite(by_awa, teranga, "member", email="modou@exemple.sn")
    return actions.join(api.principal_for(modou), invitation, code_to("modou@exemple.sn")[0])


def request_of(client: Client, account: Any) -> Any:
    """A request with the session that the client has."""
    request = RequestFactory().get("/")
    request.session = client.session
    request.user = account
    request.principal = api.principal_for(account)  # type: ignore[attr-defined]
    return request


def test_who_opens_an_organisation_is_responsible_for_it(by_awa: Any, teranga: Organisation) -> None:
    assert [(p.label, p.kind, p.role) for p in api.parties_of(by_awa)][1:] == [
        ("Teranga SARL", "member", "owner")
    ]
    assert api.may_act_for(by_awa, f"organisation:{teranga.pk}", "registre-commerce")
    assert not by_awa.may("identity.manage", organisation_id=teranga.pk)


def test_titles_are_those_of_one_party_alone(
    awa: Any, by_awa: Any, modou: Any, teranga: Organisation, member: Membership
) -> None:
    by_modou, company = api.principal_for(modou), f"organisation:{teranga.pk}"
    assert [(p.kind, p.role) for p in api.standings(by_modou, company)] == [("member", "member")]
    assert [p.kind for p in api.standings(by_modou, f"account:{modou.pk}")] == ["self"]
    assert api.standings(by_modou, f"account:{awa.pk}") == []
    assert api.standings(by_modou, "organisation:sept") == []
    assert api.standings(api.Principal("lien:7", "Un service", kind="agent"), company) == []
    mandate = actions.give_mandate(
        by_awa, modou, ends_on=timezone.localdate(), organisation=teranga, procedures=["ninea"]
    )
    assert [p.kind for p in api.standings(by_modou, company)] == ["member", "mandate"]
    assert api.acted_for(by_modou, company)
    assert not api.acted_for(by_modou, f"account:{awa.pk}")
    actions.withdraw_mandate(mandate, by_awa)
    assert [p.kind for p in api.standings(by_modou, company)] == ["member"]
    assert api.acted_for(by_modou, company)


def test_members_are_known_by_what_their_role_lets_them_do(
    awa: Any, by_awa: Any, modou: Any, teranga: Organisation, member: Membership
) -> None:
    assert api.members_who_may("file", teranga.pk) == [str(awa.pk), str(modou.pk)]
    actions.change_role(by_awa, member, "accountant")
    assert api.members_who_may("file", teranga.pk) == [str(awa.pk)]
    assert api.members_who_may("pay", teranga.pk) == [str(awa.pk), str(modou.pk)]


@pytest.mark.parametrize(
    ("kind", "number", "kept"),
    [("company", "", ""), ("company", "123", None), ("association", "Récépissé n° 12", "Récépissé n° 12")],
)
def test_its_number_is_checked(by_awa: Any, senegal: Any, kind: str, number: str, kept: str | None) -> None:
    def opened() -> Organisation:
        return actions.open_organisation(by_awa, kind=kind, name="X", territory=senegal, registration=number)

    if kept is None:
        with pytest.raises(IdentityRefused):
            opened()
    else:
        assert opened().registration == kept


def test_an_invitation_is_answered_with_its_code(
    by_awa: Any, teranga: Organisation, modou: Any, signed_in: Callable[[Any], Client]
) -> None:
    actions.invite(by_awa, teranga, "accountant", email="Modou@exemple.sn")
    code, link = code_to("modou@exemple.sn")
    assert Client().get(link)["Location"].startswith("/compte/connexion/")
    client = signed_in(modou)
    assert "Rejoindre Teranga SARL" in page(client.get(link))
    assert "pas le bon" in page(client.post(link, {"code": "999999" if code != "999999" else "1"}))
    assert "agir au nom de Teranga SARL" in page(client.post(link, {"code": code}, follow=True))
    assert client.get(link).status_code == 404
    party = queries.memberships_of(api.principal_for(modou))[0]
    assert (party.role, party.may("pay"), party.may("file"), party.may("manage")) == (
        "accountant", True, False, False,
    )  # fmt: skip
    assert not api.may_act_for(api.principal_for(modou), f"organisation:{teranga.pk}")


def test_an_old_invitation_is_worth_nothing(by_awa: Any, teranga: Organisation, modou: Any) -> None:
    invitation = actions.invite(by_awa, teranga, "member", email="modou@exemple.sn")
    code, _ = code_to("modou@exemple.sn")
    type(invitation).objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(IdentityRefused, match="plus valable"):
        actions.join(api.principal_for(modou), invitation, code)


def test_a_member_is_not_invited_twice_and_invites_nobody(
    by_awa: Any, teranga: Organisation, member: Membership, modou: Any
) -> None:
    with pytest.raises(IdentityRefused, match="déjà membre"):
        actions.invite(by_awa, teranga, "member", email="modou@exemple.sn")
    with pytest.raises(PermissionRefused):
        actions.invite(api.principal_for(modou), teranga, "member", phone="+221770000002")
    with pytest.raises(PermissionRefused):
        actions.change_role(api.principal_for(modou), member, "owner")


def test_the_last_responsible_stays(by_awa: Any, teranga: Organisation, member: Membership, awa: Any) -> None:
    own = Membership.objects.get(account=awa)
    with pytest.raises(IdentityRefused, match="au moins un responsable"):
        actions.remove_member(by_awa, own)
    with pytest.raises(IdentityRefused, match="au moins un responsable"):
        actions.change_role(by_awa, own, "member")
    actions.change_role(by_awa, member, "owner")
    actions.remove_member(by_awa, own)
    assert [m.account_id for m in queries.members_of(teranga)] == [member.account_id]


def test_acting_in_a_name_is_chosen_kept_in_the_session_and_lost_with_the_membership(
    by_awa: Any, teranga: Organisation, member: Membership, modou: Any, signed_in: Callable[[Any], Client]
) -> None:
    from smartsenegal.kernel.audit.models import Entry

    client = signed_in(modou)
    assert api.current_party(request_of(client, modou)).is_self
    assert "Teranga SARL" in page(client.get("/compte/agir/"))
    answer = client.post("/compte/agir/choisir/", {"party": f"member:{teranga.pk}", "next": "/espace/"})
    assert answer["Location"] == "/espace/"
    assert api.current_party(request_of(client, modou)).key == f"organisation:{teranga.pk}"
    assert "Teranga SARL" in page(client.get("/compte/"))
    assert "Vous agissez au nom de Teranga SARL" in page(client.get("/demarches/"))
    assert Entry.objects.filter(verb="identity.party_chosen", subject=f"organisation:{teranga.pk}").exists()
    actions.remove_member(by_awa, member)
    assert api.current_party(request_of(client, modou)).is_self
    assert "Vous agissez" not in page(client.get("/demarches/"))
    assert client.post("/compte/agir/choisir/", {"party": f"member:{teranga.pk}"}).status_code == 403
    assert client.get(f"/compte/agir/{teranga.pk}/").status_code == 404


def test_acting_by_mandate_is_chosen_the_same_way_and_lost_when_withdrawn(
    awa: Any, by_awa: Any, modou: Any, signed_in: Callable[[Any], Client]
) -> None:
    end = timezone.localdate() + timedelta(days=3)
    mandate = actions.give_mandate(by_awa, modou, ends_on=end, procedures=["casier"])
    client = signed_in(modou)
    client.post("/compte/agir/choisir/", {"party": f"mandate:{mandate.pk}"})
    party = api.current_party(request_of(client, modou))
    assert (party.key, party.mandate_id, party.covers("casier"), party.covers("permis")) == (
        f"account:{awa.pk}", str(mandate.pk), True, False,
    )  # fmt: skip
    api.withdraw_mandate(mandate, by_awa)
    assert api.current_party(request_of(client, modou)).is_self


def test_a_responsible_gives_a_mandate_in_the_name_of_the_organisation(
    by_awa: Any, teranga: Organisation, modou: Any, member: Membership, make_account: Callable[..., Any]
) -> None:
    end = timezone.localdate() + timedelta(days=3)
    cabinet = make_account(name="Cabinet Ba", phone="+221770000077")
    with pytest.raises(PermissionRefused):
        actions.give_mandate(api.principal_for(modou), cabinet, organisation=teranga, ends_on=end)
    actions.give_mandate(by_awa, cabinet, organisation=teranga, ends_on=end)
    assert api.may_act_for(api.principal_for(cabinet), f"organisation:{teranga.pk}")


@pytest.mark.parametrize("choice", ["member:0", "member:x", "mandate:", "mandate:x", "account:1", "'", "é:é"])
def test_a_forged_choice_is_refused(awa: Any, signed_in: Callable[[Any], Client], choice: str) -> None:
    client = signed_in(awa)
    assert client.post("/compte/agir/choisir/", {"party": choice}).status_code == 403
    away = client.post("/compte/agir/choisir/", {"party": "", "next": "https://voleur.example/"})
    assert away["Location"] == "/compte/agir/"


def test_pages_of_an_organisation(awa: Any, senegal: Any, signed_in: Callable[[Any], Client]) -> None:
    client = signed_in(awa)
    form = {"kind": "association", "name": "Les amis de Thiès", "territory": "nulle part xyz"}
    assert "inconnue" in page(client.post("/compte/agir/nouvelle/", form))
    made = client.post("/compte/agir/nouvelle/", {**form, "territory": "Mbour"})
    where = made["Location"]
    assert "Les amis de Thiès" in page(client.get(where))
    assert "pas les deux" in page(client.post(f"{where}inviter/", {"role": "member"}))
    client.post(f"{where}inviter/", {"phone": "77 123 45 67", "role": "member"})
    shown = page(client.get(where))
    assert "Invitations sans réponse" in shown
    cancel = re.search(r"(/compte/agir/\d+/invitations/[^\"]+/annuler/)", shown)
    assert cancel
    client.post(cancel[1])
    assert "Invitations sans réponse" not in page(client.get(where))


def test_the_members_page_asks_a_constant_number_of_queries(
    awa: Any, teranga: Organisation, make_account: Callable[..., Any], signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(awa)
    where = f"/compte/agir/{teranga.pk}/"
    client.get(where)
    with CaptureQueriesContext(connection) as few:
        client.get(where)
    for n in range(6):
        other = make_account(name=f"M {n}", phone=f"+22177555000{n}")
        Membership.objects.create(account=other, organisation=teranga, role="member")
    with CaptureQueriesContext(connection) as many:
        client.get(where)
    assert len(few) == len(many)


def test_who_acts_for_themselves_costs_nothing(awa: Any, signed_in: Callable[[Any], Client]) -> None:
    request = request_of(signed_in(awa), awa)
    with CaptureQueriesContext(connection) as asked:
        api.current_party(request)
    assert len(asked) <= 1  # the test's own session
