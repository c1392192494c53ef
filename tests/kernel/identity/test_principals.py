"""What a principal may do is what its roles say at that moment."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from smartsenegal.kernel.identity import api
from smartsenegal.kernel.identity.models import RoleAssignment
from smartsenegal.kernel.territory.models import Territory


def test_one_query_tells_roles_and_what_they_cover(
    make_agent: Callable[..., Any], organisations: dict[str, Any], django_assert_num_queries: Any
) -> None:
    account, _ = make_agent("officer", "justice")
    api.assign_role(api.system("test"), account, "signatory", organisations["ti-mbour"])
    with django_assert_num_queries(1):
        officer, signatory = api.principal_for(account).grants
    assert (officer.role, officer.organisation_id) == ("officer", organisations["justice"].pk)
    assert officer.organisation_name == "Ministère de la Justice"
    under = {organisations[code].pk for code in ("justice", "ti-thies", "ti-mbour")}
    assert officer.organisation_ids == under
    assert signatory.organisation_ids == {organisations["ti-mbour"].pk}
    assert officer.territory_path == signatory.territory_path == ""


def test_a_person_without_a_role_costs_one_query(
    make_account: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    awa = make_account()
    with django_assert_num_queries(1):
        assert not api.principal_for(awa).is_agent


def test_a_role_for_a_territory_says_its_path(make_agent: Callable[..., Any], senegal: Any) -> None:
    mbour = Territory.objects.get(code="SN-TH-mbour")
    _, by = make_agent("officer", "justice", mbour)
    assert [grant.territory_path for grant in by.grants] == [mbour.path]


def test_a_role_taken_away_is_gone_on_the_next_page(make_agent: Callable[..., Any], client: Client) -> None:
    account, _ = make_agent("officer", "ti-thies")
    client.force_login(account)
    assert client.get("/dossiers/a-traiter/").status_code == 200
    RoleAssignment.objects.filter(account=account).delete()
    assert client.get("/dossiers/a-traiter/").status_code == 403
