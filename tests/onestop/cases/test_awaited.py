"""What a service awaits of others, and what others await of it: the tab, and the count of the rail."""

import re

import pytest
from django.test import Client

from smartsenegal.onestop.cases import actions, queries
from smartsenegal.onestop.cases.access import scope_of
from smartsenegal.onestop.cases.models import Case
from tests.onestop.cases.browsing import text_of
from tests.onestop.cases.permit import Permit, later, make_permit
from tests.onestop.cases.world import World, fill

__all__ = ["later"]
QUEUE = "/dossiers/a-traiter/"


@pytest.fixture
def permit(world) -> Permit:
    return make_permit(world)


def client_of(world: World, who) -> Client:
    client = Client()
    client.force_login(world.account(who))
    return client


def shown(page) -> list[str]:
    return re.findall(r'ss-table__link" href="[^"]+">([^<]+)<', page.content.decode())


def counts_of(who) -> queries.Counts:
    from smartsenegal.onestop.cases import moment

    return queries.counts(scope_of(who, "cases.queue"), scope_of(who, "cases.sign"), moment.today())


def test_the_tab_holds_what_waits_for_another_service_until_it_has_answered(permit):
    case, officer = permit.filed(), client_of(permit.world, permit.world.moussa)
    page = officer.get(QUEUE, {"onglet": "reponses"})
    assert shown(page) == [case.reference]
    assert "Réponses attendues 1" in text_of(page)
    assert "Avis ou visa attendu" in text_of(page)
    assert case.reference not in shown(officer.get(QUEUE))
    actions.give_opinion(case.pk, permit.cadastre, "cadastre", "favourable")
    assert shown(officer.get(QUEUE, {"onglet": "reponses"})) == [case.reference]
    actions.give_opinion(case.pk, permit.fire, "pompiers", "favourable")
    assert case.reference not in shown(officer.get(QUEUE, {"onglet": "reponses"}))
    assert "Réponses attendues 0" in text_of(officer.get(QUEUE))


def test_the_tab_is_of_ones_own_service(permit):
    permit.filed()
    elsewhere = client_of(permit.world, permit.world.coumba).get(QUEUE, {"onglet": "reponses"})
    assert shown(elsewhere) == []
    assert "Réponses attendues 0" in text_of(elsewhere)


def test_the_act_asked_of_the_state_waits_there_too(permit, later):
    case, officer = permit.consulted(), client_of(permit.world, permit.world.moussa)
    later(29)
    actions.put_on_notice(case.pk, permit.world.awa)
    later(61)
    actions.hear_silence()
    actions.record_attestation(case.pk, "00000000-0000-0000-0000-000000000001", "AT-1")
    assert counts_of(permit.world.moussa).answers == 0
    actions.request_act(case.pk, permit.world.awa)
    assert shown(officer.get(QUEUE, {"onglet": "reponses"})) == [case.reference]


def test_the_rail_counts_what_others_await_of_the_service(permit):
    case = permit.filed()
    fire = client_of(permit.world, permit.fire)
    for url in (QUEUE, "/dossiers/avis-et-visas/"):
        assert "Avis et visas 1" in text_of(fire.get(url)), url
    assert "Avis et visas 0" in text_of(client_of(permit.world, permit.world.coumba).get(QUEUE))
    actions.give_opinion(case.pk, permit.fire, "pompiers", "favourable")
    assert "Avis et visas 0" in text_of(fire.get(QUEUE))


def test_the_count_is_that_of_the_list_wherever_the_role_ends(permit):
    """A role limited to a territory, or to procedures by a delegation, counts what its list shows."""
    from smartsenegal.onestop.cases.access import Scope

    permit.filed()
    service = permit.fire.grants[0].organisation_id
    path = Case.objects.get().territory_path
    scopes = {
        "all": Scope(((service, ""),)),
        "inside": Scope(((service, path),)),
        "above": Scope(((service, path.partition("/")[0]),)),
        "elsewhere": Scope(((service, "SN/SN-XX"),)),
        "procedure": Scope((), ((service, "", ("permis-construire",)),)),
        "another": Scope((), ((service, path, ("certificat-gratuit",)),)),
        "nowhere": Scope(()),
    }
    for name, scope in scopes.items():
        counted = queries.counts(scope, Scope(()), Case.objects.get().updated_at.date()).tasks
        assert counted == len(queries.tasks_of(scope)), name
    assert [len(queries.tasks_of(s)) for s in scopes.values()] == [1, 1, 1, 0, 1, 0, 0]


def test_the_queue_costs_no_query_more(permit, one_moment, django_assert_max_num_queries):
    officer = client_of(permit.world, permit.world.moussa)
    permit.filed()
    actions.submit(fill(permit.world, who=permit.world.modou).pk, permit.world.modou)
    officer.get(QUEUE)
    for tab in queries.TABS:
        with django_assert_max_num_queries(5):
            officer.get(QUEUE, {"onglet": tab})
