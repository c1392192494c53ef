"""Kept plans: as they were told, changed, copied, compared, and only in one's own territory."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.wifi.planner.conftest import END, START
from tests.wifi.planner.test_pages import text

pytestmark = pytest.mark.django_db
PLANS = "/wifi/planification/plans/"
EVENT = {
    "name": "Magal de la place", "starts_on": "20/11/2026", "starts_time": "18 h", "ends_on": "20/11/2026",
    "ends_time": "21:00",
}  # fmt: skip


def test_a_plan_is_kept_from_the_page_with_its_result_and_its_rules(
    network: Client, hotspot: Any, answers: dict[str, Any]
) -> None:
    from smartsenegal.kernel.audit.models import Entry
    from smartsenegal.wifi.planner import rules
    from smartsenegal.wifi.planner.forms import PlanForm
    from smartsenegal.wifi.planner.models import Plan

    answer = network.post(f"{PLANS}nouveau/", {**answers, **EVENT, "hotspots": [hotspot.pk]})
    plan = Plan.objects.get()
    assert answer.headers["Location"] == f"{PLANS}{plan.pk}/"
    assert (plan.starts_at, plan.ends_at, plan.rules_version) == (START, END, rules.VERSION)
    form = PlanForm(answers)
    assert form.is_valid()
    assert rules.thawed(plan.result) == form.results()
    assert Entry.objects.filter(verb="wifi.plan_kept", subject=f"wifi_plan_kept:{plan.pk}").exists()
    assert "Magal de la place" in text(network.get(PLANS))


def test_the_planner_hands_its_answers_to_the_form(network: Client, hotspot: Any, answers: Any) -> None:
    page = network.get("/wifi/planification/", {**answers, "people": "777"})
    assert "plans/nouveau/?" in page.content.decode()
    assert 'value="777"' in text(network.get(f"{PLANS}nouveau/", {**answers, "people": "777"}))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("ends_time", "17:00", "La fin vient après le début"),
        ("hotspots", [], "Cochez au moins un point Wi-Fi."),
        ("name", "", "Indiquez le nom du plan."),
        ("starts_time", "midi", "Écrivez l’heure comme 8 h 30."),
    ],
)
def test_a_fault_is_told_and_nothing_is_kept(
    network: Client, hotspot: Any, answers: dict[str, Any], field: str, value: Any, sentence: str
) -> None:
    from smartsenegal.wifi.planner.models import Plan

    sent = {**answers, **EVENT, "hotspots": [hotspot.pk], "people": 12345, field: value}
    answer = network.post(f"{PLANS}nouveau/", sent)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert 'value="12345"' in text(answer)
    assert not Plan.objects.exists()


def test_a_kept_result_stays_as_told_until_the_plan_is_changed(
    network: Client, hotspot: Any, kept: Any, answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartsenegal.wifi.planner import rules

    before = kept.result
    monkeypatch.setattr(rules, "VERSION", "next")
    page = text(network.get(f"{PLANS}{kept.pk}/"))
    assert f"Version {kept.rules_version}" in page
    assert page.index("Personnes présentes au plus fort") < page.index("Durée d’un bail DHCP")
    sent = {**answers, **EVENT, "hotspots": [hotspot.pk], "people": 200}
    assert network.post(f"{PLANS}{kept.pk}/modifier/", sent).status_code == 302
    kept.refresh_from_db()
    assert kept.rules_version == "next"
    assert kept.result["need"]["at_once"]["likely"] == 2 * before["need"]["at_once"]["likely"]


def test_a_copy_is_compared_with_its_model(network: Client, kept: Any, hotspot: Any, answers: Any) -> None:
    from smartsenegal.wifi.planner.models import Plan

    answer = network.post(f"{PLANS}{kept.pk}/dupliquer/")
    copy = Plan.objects.exclude(pk=kept.pk).get()
    assert answer.headers["Location"] == f"{PLANS}{copy.pk}/modifier/"
    assert list(copy.hotspots.all()) == [hotspot]
    page = f"{PLANS}comparer/"
    first = text(network.get(page))
    assert "de plus" not in first
    assert {f'value="{plan.pk}" selected' in first for plan in (kept, copy)} == {True}
    network.post(answer.headers["Location"], {**answers, **EVENT, "hotspots": [hotspot.pk], "people": 200})
    said = text(network.get(page, {"a": kept.pk, "b": copy.pk}))
    assert "38 à 49, 44 probable" in said
    assert "76 à 98, 88 probable" in said
    assert re.search(r"44 de (plus|moins) \(soit (100|50)\s%\)", said)


def test_a_plan_elsewhere_is_neither_seen_nor_changed(
    engineer: Callable[..., Any], client: Client, kept: Any, answers: dict[str, Any], hotspot: Any
) -> None:
    from smartsenegal.kernel.identity import api as identity
    from smartsenegal.kernel.identity.api import PermissionRefused
    from smartsenegal.wifi.planner import actions

    stranger = engineer(territory="SN-DK")
    client.force_login(
        identity.Account.objects.get(pk=stranger.account_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert "Gamou" not in text(client.get(PLANS))
    for page in ("", "modifier/", "bilan.pdf"):
        assert client.get(f"{PLANS}{kept.pk}/{page}").status_code == 404
    values = {name: getattr(kept, name) for name in ("name", "starts_at", "ends_at", "answers", "result")}
    for act in (
        lambda: actions.keep(stranger, hotspots=[hotspot], **values),
        lambda: actions.change(stranger, kept, hotspots=[], **values),
        lambda: actions.copy(stranger, kept),
    ):
        with pytest.raises(PermissionRefused):
            act()
