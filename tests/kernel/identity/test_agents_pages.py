from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smartsenegal.kernel.identity import actions, api
from smartsenegal.kernel.identity.models import Account, RoleAssignment


def page(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def manager(make_agent: Callable[..., Any]) -> Any:
    return make_agent("administrator", "justice", name="Aminata Cissé")[0]


@pytest.fixture
def client_of_manager(manager: Any, signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(manager)


@pytest.fixture
def officer(make_account: Callable[..., Any], organisations: dict[str, Any]) -> Account:
    account = make_account(name="Fatou Sarr", email="fatou@exemple.sn")
    actions.assign_role(api.system(), account, "officer", organisations["ti-thies"])
    return account


@pytest.fixture
def outsider(make_account: Callable[..., Any], organisations: dict[str, Any]) -> Account:
    account = make_account(name="Ousmane Sow", email="ousmane@exemple.sn")
    actions.assign_role(api.system(), account, "officer", organisations["interieur"])
    return account


def test_the_list_shows_the_agents_of_ones_organisations(
    client_of_manager: Client, officer: Account, outsider: Account
) -> None:
    text = page(client_of_manager.get("/compte/agents/"))
    assert "Fatou Sarr" in text
    assert "Tribunal d’instance de Thiès" in text
    assert "Ousmane Sow" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=fatou", True), ("q=SARR", True), ("q=thies", True), ("q=mbour", False),
     ("q=Thiès", True), ("q=zz", False),
     ("role=officer", True), ("role=cashier", False), ("role=king", False)],
)  # fmt: skip
def test_the_list_is_searched(client_of_manager: Client, officer: Account, query: str, found: bool) -> None:
    text = page(client_of_manager.get(f"/compte/agents/?{query}"))
    assert ("Fatou Sarr" in text) == found


def test_the_list_asks_a_constant_number_of_queries(
    client_of_manager: Client,
    officer: Account,
    make_account: Callable[..., Any],
    organisations: dict[str, Any],
) -> None:
    client_of_manager.get("/compte/agents/")
    with CaptureQueriesContext(connection) as few:
        client_of_manager.get("/compte/agents/")
    for n in range(8):
        account = make_account(name=f"Agent {n}", email=f"agent{n}@exemple.sn")
        actions.assign_role(api.system(), account, "officer", organisations["ti-mbour"])
    with CaptureQueriesContext(connection) as many:
        client_of_manager.get("/compte/agents/")
    assert len(few) == len(many) <= 10


def test_pages_of_agents_are_refused_to_others(
    signed_in: Callable[[Any], Client], officer: Account, outsider: Account
) -> None:
    client = signed_in(officer)
    for url in (
        "/compte/agents/", "/compte/agents/nouveau/", "/compte/agents/organismes.json",
        f"/compte/agents/{outsider.pk}/", f"/compte/agents/{outsider.pk}/role/",
        f"/compte/agents/{outsider.pk}/fermer/",
    ):  # fmt: skip
        assert client.get(url).status_code == 403, url
    assert client.post(f"/compte/agents/{outsider.pk}/rouvrir/").status_code == 403


def test_agents_of_others_and_citizens_are_not_found(
    client_of_manager: Client, outsider: Account, make_account: Callable[..., Any]
) -> None:
    citizen = make_account(name="Moussa Diop", phone="+221761234567")
    Account.objects.filter(pk=citizen.pk).update(last_login=timezone.now())
    for account in (outsider, citizen):
        assert client_of_manager.get(f"/compte/agents/{account.pk}/").status_code == 404


def test_an_agent_is_opened_given_a_role_and_loses_it(
    client_of_manager: Client, organisations: dict[str, Any]
) -> None:
    answer = client_of_manager.post(
        "/compte/agents/nouveau/", {"name": "Ibrahima Fall", "phone": "76 123 45 67"}
    )
    agent = Account.objects.get(phone="+221761234567")
    assert answer["Location"] == f"/compte/agents/{agent.pk}/role/"
    starts = timezone.localdate() + timedelta(days=4)
    given = f"{starts.day}/{starts.month}/{starts.year}"
    form = {"role": "signatory", "organisation": "tribunal d'instance de mbour", "starts_on": given}
    answer = client_of_manager.post(answer["Location"], form)
    assert answer.status_code == 302, page(answer)
    role = RoleAssignment.objects.get(account=agent)
    assert (role.role, role.organisation.code, role.starts_on) == ("signatory", "ti-mbour", starts)
    text = page(client_of_manager.get(f"/compte/agents/{agent.pk}/"))
    assert "Signataire" in text
    assert "Hors période" in text
    url = f"/compte/agents/{agent.pk}/role/{role.pk}/fin/"
    assert "Retirer ce rôle" in page(client_of_manager.get(url))
    client_of_manager.post(url)
    assert not agent.roles.exists()


def test_an_organisation_with_several_answers_is_chosen(client_of_manager: Client, officer: Account) -> None:
    url = f"/compte/agents/{officer.pk}/role/"
    text = page(client_of_manager.post(url, {"role": "cashier", "organisation": "tribunal"}))
    assert "choisissez dans la liste" in text
    assert 'name="organisation_code"' in text
    client_of_manager.post(
        url, {"role": "cashier", "organisation": "tribunal", "organisation_code": "ti-mbour"}
    )
    assert officer.roles.filter(role="cashier", organisation__code="ti-mbour").exists()


@pytest.mark.parametrize("organisation", ["Ministère de l’Intérieur", "interieur", "nulle part"])
def test_an_organisation_of_others_is_not_known(
    client_of_manager: Client, officer: Account, organisation: str
) -> None:
    url = f"/compte/agents/{officer.pk}/role/"
    text = page(client_of_manager.post(url, {"role": "cashier", "organisation": organisation}))
    assert "Aucun organisme que vous administrez" in text
    assert officer.roles.count() == 1


def test_wrong_dates_and_territories_get_a_sentence(client_of_manager: Client, officer: Account) -> None:
    url = f"/compte/agents/{officer.pk}/role/"
    form = {"role": "cashier", "organisation": "ti-thies"}
    assert "Mbour" in page(client_of_manager.post(url, {**form, "territory": "Mbourr"}))
    text = page(client_of_manager.post(url, {**form, "territory": "SN-TH-mbour"}))
    assert "Ce territoire n’est pas dans celui de l’organisme" in text
    text = page(client_of_manager.post(url, {**form, "starts_on": "2/1/2027", "ends_on": "1/1/2027"}))
    assert "avant le premier" in text
    assert "Il y a un problème" in page(client_of_manager.post(url, {**form, "starts_on": "hier soir"}))


def test_an_account_is_closed_with_a_reason_and_reopened(client_of_manager: Client, officer: Account) -> None:
    url = f"/compte/agents/{officer.pk}/fermer/"
    assert "Indiquez le motif" in page(client_of_manager.post(url, {"reason": ""}))
    client_of_manager.post(url, {"reason": "Mutation"})
    assert not Account.objects.get(pk=officer.pk).is_active
    text = page(client_of_manager.get(f"/compte/agents/{officer.pk}/"))
    assert "Rouvrir le compte" in text
    client_of_manager.post(f"/compte/agents/{officer.pk}/rouvrir/")
    assert Account.objects.get(pk=officer.pk).is_active


def test_suggestions_of_organisations(client_of_manager: Client) -> None:
    found = client_of_manager.get("/compte/agents/organismes.json?q=tribunal").json()
    assert {o["code"] for o in found} == {"ti-thies", "ti-mbour"}
    assert client_of_manager.get("/compte/agents/organismes.json?q=").json() == []
    assert client_of_manager.get("/compte/agents/organismes.json?q=%00").json() == []
    assert client_of_manager.get("/compte/agents/?q=%00&role=%00&apres=%00").status_code == 200
