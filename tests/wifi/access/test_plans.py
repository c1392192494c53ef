from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, system
from smartsenegal.wifi.access import actions, queries
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import Group, Plan, PlanRule
from smartsenegal.wifi.access.rules import Where
from smartsenegal.wifi.network.models import Hotspot

SYSTEM = system("test")
BASE = "/wifi/acces/"


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.fixture
def plan(country: None) -> Plan:
    return actions.add_plan(SYSTEM, name="Public", daily_seconds=10_800, daily_octets=300_000_000)


@pytest.mark.django_db
def test_a_plan_is_added_and_changed_and_journalled(country: None) -> None:
    plan = actions.add_plan(SYSTEM, name="Étudiants", daily_seconds=7200, session_seconds=3600)
    assert plan.code == "etudiants"
    actions.change_plan(SYSTEM, plan, name="Étudiants", daily_seconds=3600)
    assert Plan.objects.get().daily_seconds == 3600
    verbs = [e.verb for e in audit.of_subject("wifi_policies:all").order_by("id")]
    assert verbs == ["wifi.plan_added", "wifi.plan_changed"]
    with pytest.raises(AccessRefused, match="déjà pris"):
        actions.add_plan(SYSTEM, name="Étudiants")
    with pytest.raises(AccessRefused, match="temps du jour"):
        actions.change_plan(SYSTEM, plan, session_seconds=7200, daily_seconds=3600)


@pytest.mark.django_db
def test_a_rule_that_has_not_begun_ends_for_good(plan: Plan) -> None:
    soon = timezone.now() + timedelta(days=2)
    rule = actions.add_rule(SYSTEM, plan=plan, starts_at=soon)
    actions.end_rule(SYSTEM, rule)
    assert queries.rules(timezone.now()) == []
    assert queries.rules(soon + timedelta(days=1)) == []
    assert PlanRule.objects.count() == 1


@pytest.mark.django_db
def test_rules_of_the_country_are_set_by_who_manages_all_of_it(
    plan: Plan, hotspot: Hotspot, engineer: Callable[..., Any]
) -> None:
    local = engineer(territory="SN-TH")
    actions.add_rule(local, plan=plan, hotspot=hotspot)
    for act in (
        lambda: actions.add_rule(local, plan=plan),
        lambda: actions.add_plan(local, name="Autre"),
        lambda: actions.add_group(local, "Autre"),
        lambda: actions.add_rule(engineer(territory="SN-DK"), plan=plan, hotspot=hotspot),
    ):
        with pytest.raises(PermissionRefused):
            act()


@pytest.mark.django_db
def test_what_is_asked_wrong_is_refused_beside_its_field(plan: Plan, hotspot: Hotspot) -> None:
    now = timezone.now()
    for values, field in (
        ({"starts_at": now, "ends_at": now}, "ends_on"),
        ({"ends_at": now - timedelta(days=1)}, "ends_on"),
        ({"hours": {"lundi": [["08:00", "09:00"]]}}, "days"),
    ):
        with pytest.raises(AccessRefused) as refused:
            actions.add_rule(SYSTEM, plan=plan, **values)  # type: ignore[arg-type]
        assert refused.value.field == field


@pytest.mark.django_db(transaction=True)
def test_processes_that_keep_a_copy_are_told_of_a_change(plan: Plan) -> None:
    from smartsenegal.wifi.radius.loading import connect

    with connect("default") as listener:
        listener.execute("LISTEN wifi")
        actions.add_rule(SYSTEM, plan=plan)
        assert [n.channel for n in listener.notifies(timeout=5, stop_after=1)] == ["wifi"]
    connection.close()


@pytest.mark.django_db
def test_the_preview_is_what_decides(plan: Plan, hotspot: Hotspot) -> None:
    rescue = actions.add_plan(SYSTEM, name="Secours", priority=2)
    group = actions.add_group(SYSTEM, "Pompiers")
    actions.add_rule(SYSTEM, plan=plan)
    actions.add_rule(SYSTEM, plan=rescue, group=group)
    night = actions.add_rule(SYSTEM, plan=plan, hotspot=hotspot, closed=True)
    now = timezone.now()
    here = {t.group: t.rule for t in queries.preview(queries.rules(now), Where(hotspot.pk), now)}
    assert here == {None: night, group: night}
    away = {t.group: t.rule.plan for t in queries.preview(queries.rules(now), Where(), now) if t.rule}
    assert away == {None: plan, group: rescue}


def test_an_empty_desk_names_the_next_step(network: Client) -> None:
    text = page(network.get(BASE))
    assert "Sans règle, personne n’entre." in text
    assert "Ajouter un forfait" in text
    assert "Aucun groupe" in page(network.get(BASE + "groupes/"))


def test_a_plan_a_group_and_a_rule_are_made_on_pages(network: Client, hotspot: Hotspot) -> None:
    sent = {
        "name": "Public",
        "daily_minutes": "180",
        "daily_megabytes": "300",
        "devices": "2",
        "priority": "0",
    }
    assert network.post(BASE + "forfaits/nouveau/", sent).status_code == 302
    assert network.post(BASE + "groupes/nouveau/", {"name": "Étudiants"}).status_code == 302
    plan, group = Plan.objects.get(), Group.objects.get()
    assert (plan.daily_seconds, plan.daily_octets, plan.session_seconds) == (10_800, 300_000_000, None)
    sent = {"plan": plan.pk, "group": group.pk, "place": f"site:{hotspot.pk}", "days": ["mon", "tue"],
            "opens": "8 h", "closes": "18:00", "ends_on": "31 décembre 2099"}  # fmt: skip
    assert network.post(BASE + "regles/nouvelle/", sent).status_code == 302
    rule = PlanRule.objects.get()
    assert rule.hours == {"mon": [["08:00", "18:00"]], "tue": [["08:00", "18:00"]]}
    assert (rule.hotspot, rule.group) == (hotspot, group)
    text = page(network.get(BASE))
    for words in ("Étudiants", "Place du Marché", "lun. à mar. 8 h – 18 h", "3 h par jour", "300 Mo"):
        assert words in text
    text = page(
        network.get(BASE + "apercu/", {"place": f"site:{hotspot.pk}", "on": "4 janvier 2027", "at": "09:00"})
    )
    assert "Aucun forfait" in text
    assert "Étudiants, Place du Marché" in text
    assert network.post(BASE + f"regles/{rule.pk}/terminer/").status_code == 302
    assert "Sans règle, personne n’entre." in page(network.get(BASE))
    assert "Terminée" in page(network.get(BASE + f"regles/{rule.pk}/"))


def test_a_rule_sent_as_the_form_stands_is_asked_for_its_plan(network: Client, plan: Plan) -> None:
    page_of = page(network.get(BASE + "regles/nouvelle/"))
    assert '<option value="" selected>Choisissez</option>' in page_of
    assert "Choisissez un forfait." in page(network.post(BASE + "regles/nouvelle/", {"plan": ""}))
    assert not PlanRule.objects.exists()


def test_pages_say_what_was_typed_wrong(network: Client, hotspot: Hotspot, plan: Plan) -> None:
    for sent, words in (
        ({"opens": "8h75"}, "Écrivez l’heure comme 8 h 30."),
        ({"opens": "08:00"}, "Donnez les deux heures"),
        ({"starts_time": "08:00"}, "Donnez le jour avec l’heure"),
        ({"ends_on": "1 janvier 2020"}, "déjà passée"),
    ):
        text = page(network.post(BASE + "regles/nouvelle/", {"plan": plan.pk, **sent}))
        assert words in text, sent
    assert "déjà pris" in page(
        network.post(BASE + "forfaits/nouveau/", {"name": "Public", "devices": "1", "priority": "0"})
    )
    assert network.get(BASE + "regles/999999/").status_code == 404
    assert "aussitôt" in page(
        network.get(BASE + f"regles/{actions.add_rule(SYSTEM, plan=plan).pk}/terminer/")
    )


def test_rules_without_effect_are_told(network: Client, plan: Plan, hotspot: Hotspot) -> None:
    other = actions.add_plan(SYSTEM, name="Autre")
    actions.add_rule(SYSTEM, plan=plan)
    actions.add_rule(SYSTEM, plan=other)
    actions.add_rule(SYSTEM, plan=plan, hotspot=hotspot, hours={"mon": [["08:00", "12:00"]]})
    actions.add_rule(SYSTEM, plan=other, hotspot=hotspot, hours={"mon": [["11:00", "13:00"]]})
    text = page(network.get(BASE))
    assert "ne s’applique jamais" in text
    assert "Sans effet" in text
    assert "a des moments en commun" in text
