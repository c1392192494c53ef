from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.sites import actions, api
from smartsenegal.kernel.sites.models import Dependency, Site
from smartsenegal.kernel.territory.models import Territory

pytestmark = pytest.mark.usefixtures("country")
SYSTEM = identity.system("test")


def site(code: str) -> Site:
    return Site.objects.select_related("territory", "organisation").get(code=code)


@pytest.fixture
def administrator(country: None) -> Callable[[str], Any]:
    """Principal of an administrator of an organisation."""

    def make(where: str, territory: str = "") -> Any:
        account = identity.create_account(SYSTEM, name="Aminata Cissé", phone="+221771000001", verified=True)
        organisation = identity.organisation(where)
        place = Territory.objects.get(code=territory) if territory else None
        identity.assign_role(SYSTEM, account, "administrator", organisation, place)
        return identity.principal_for(account)

    return make


def test_a_suspended_site_sends_to_its_replacement_until_it_opens() -> None:
    mbour, thies = site("espace-sn-th-mbour"), site("espace-sn-th-thies")
    commune = "SN-TH-mbour-mbour"
    reopening = timezone.localdate() + timedelta(days=90)
    actions.suspend_site(SYSTEM, mbour, reason="Sinistre", replacement=thies, expected_reopening=reopening)
    found = api.competence("espace", commune)
    assert (found.site, found.asked, found.reason) == (thies, mbour, "")
    entry = Entry.objects.filter(subject=f"site:{mbour.pk}").latest("id")
    assert (entry.verb, entry.reason) == ("site.state_changed", "Sinistre")
    event = Event.objects.get(kind="site.state_changed")
    assert event.payload == {"code": mbour.code, "state": "suspended", "replacement": thies.code}
    opened = actions.open_site(SYSTEM, mbour)
    assert (opened.state, opened.replacement, opened.state_reason, opened.expected_reopening) == (
        "open",
        None,
        "",
        None,
    )
    assert api.competent_site("espace", commune) == mbour


def test_without_a_replacement_there_is_a_reason() -> None:
    actions.close_site(SYSTEM, site("espace-sn-th-mbour"), reason="Fermeture")
    found = api.competence("espace", "SN-TH-mbour-mbour")
    assert found.site is None
    assert "ce service est fermé" in found.reason
    assert api.competent_site("espace", "SN-TH-mbour-mbour") is None


def test_unknown_places_and_kinds_get_a_reason() -> None:
    assert "inconnu" in api.competence("espace", "nowhere").reason
    assert "Aucun service" in api.competence("consulate", "SN-TH-mbour-mbour").reason


def test_a_state_that_makes_no_sense_is_refused() -> None:
    mbour = site("espace-sn-th-mbour")
    yesterday = timezone.localdate() - timedelta(days=1)
    refusals = [
        ({"reason": "  "}, "reason"),
        ({"reason": "Travaux", "expected_reopening": yesterday}, "expected_reopening"),
        ({"reason": "Travaux", "replacement": site("police-sn-th-mbour")}, "replacement"),
        ({"reason": "Travaux", "replacement": mbour}, "replacement"),
    ]
    for arguments, field in refusals:
        with pytest.raises(api.SiteRefused) as refused:
            actions.suspend_site(SYSTEM, mbour, **arguments)
        assert refused.value.field == field
    mbour.refresh_from_db()
    assert mbour.state == "open"


def test_replacements_never_close_a_circle() -> None:
    a, b, c = (site(f"espace-sn-th-{n}") for n in ("mbour", "thies", "tivaouane"))
    actions.suspend_site(SYSTEM, a, reason="Travaux", replacement=b)
    actions.suspend_site(SYSTEM, b, reason="Travaux", replacement=c)
    with pytest.raises(api.SiteRefused, match="déjà remplacé"):
        actions.suspend_site(SYSTEM, c, reason="Travaux", replacement=a)
    assert api.competent_site("espace", "SN-TH-mbour-mbour") == c


def test_a_circle_written_by_hand_does_no_harm() -> None:
    a, b = site("espace-sn-th-mbour"), site("espace-sn-th-thies")
    Site.objects.filter(pk=a.pk).update(state="closed", replacement=b)
    Site.objects.filter(pk=b.pk).update(state="closed", replacement=a)
    assert api.competence("espace", "SN-TH-mbour-mbour").reason
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=a.pk).update(replacement=a)


def test_finding_the_competent_site_takes_few_queries() -> None:
    with CaptureQueriesContext(connection) as queries:
        api.competent_site("court_tgi", "SN-TH-mbour-mbour")
    assert len(queries) <= 3


def test_only_those_who_administer_the_site_change_it(administrator: Callable[..., Any]) -> None:
    justice = administrator("ministere-justice", "SN-TH")
    court = site("tribunal-instance-sn-th-mbour")
    actions.suspend_site(justice, court, reason="Travaux")
    for code in ("espace-sn-th-mbour", "tribunal-instance-sn-kl-kaolack"):
        with pytest.raises(identity.PermissionRefused):
            actions.close_site(justice, site(code), reason="Travaux")
        with pytest.raises(identity.PermissionRefused):
            actions.update_site(justice, site(code), address="Rue 1")
        with pytest.raises(identity.PermissionRefused):
            actions.add_equipment(justice, site(code), kind="ups", label="Onduleur")
    with pytest.raises(identity.PermissionRefused):
        actions.add_site(
            justice, code="x", name="X", kind="other", place=Territory.objects.get(code="SN"), serves=[]
        )


def test_a_new_site_serves_its_territory() -> None:
    commune = Territory.objects.get(code="SN-TH-mbour-mbour")
    organisation = identity.organisation("commune-sn-th-mbour-mbour")
    added = actions.add_site(
        SYSTEM, code="espace-mbour-2", name="Second Espace", kind="other", place=commune, serves=[],
        organisation=organisation, address="Route de Joal", hours={"mon": [["08:00", "13:00"]]},
    )  # fmt: skip
    assert api.competent_site("other", commune.code) == added
    with pytest.raises(api.SiteRefused, match="code"):
        actions.add_site(SYSTEM, code="espace-mbour-2", name="X", kind="other", place=commune, serves=[])
    with pytest.raises(api.SiteRefused, match="heures"):
        actions.add_site(
            SYSTEM, code="x", name="X", kind="other", place=commune, serves=[], hours={"mon": [["8", "9"]]}
        )


def test_a_sheet_is_corrected_and_the_fields_journalled() -> None:
    mbour = site("espace-sn-th-mbour")
    actions.update_site(SYSTEM, mbour, address="Rue 10", name=mbour.name)
    entry = Entry.objects.filter(subject=f"site:{mbour.pk}").latest("id")
    assert entry.detail == {"code": mbour.code, "fields": ["address"]}
    count = Entry.objects.count()
    actions.update_site(SYSTEM, site(mbour.code), address="Rue 10")
    assert Entry.objects.count() == count
    with pytest.raises(api.SiteRefused, match="heures"):
        actions.update_site(SYSTEM, mbour, hours={"mon": [["17:00", "08:00"]]})


def test_dependents_are_found_through_others_and_circles_do_no_harm() -> None:
    a, b, c, d = (site(f"espace-sn-th-{n}") for n in ("mbour", "thies", "tivaouane")), None, None, None
    a, b, c = a
    d = site("espace-sn-kl-kaolack")
    actions.add_dependency(SYSTEM, b, a, kind="network", criticality=3)
    actions.add_dependency(SYSTEM, c, b, kind="energy")
    actions.add_dependency(SYSTEM, a, c, kind="hosting")
    assert api.dependents(a) == sorted([b, c], key=lambda s: s.code)
    assert api.dependents(d) == []
    again = actions.add_dependency(SYSTEM, b, a, kind="network", criticality=1, note="Secours")
    assert Dependency.objects.filter(site=b, depends_on=a).count() == 1
    assert again.criticality == 1
    with pytest.raises(api.SiteRefused):
        actions.add_dependency(SYSTEM, a, a, kind="network")


def test_equipment_and_links() -> None:
    a, b = site("espace-sn-th-mbour"), site("espace-sn-th-thies")
    actions.add_equipment(SYSTEM, a, kind="ups", label="Onduleur", serial="U-1")
    actions.add_equipment(SYSTEM, a, kind="ups", label="Onduleur sans numéro")
    actions.add_equipment(SYSTEM, b, kind="ups", label="Autre sans numéro")
    with pytest.raises(api.SiteRefused, match="numéro de série"):
        actions.add_equipment(SYSTEM, b, kind="ups", label="Onduleur", serial="U-1")
    link = actions.add_link(SYSTEM, a, b, kind="fibre", label="Thiès – Mbour")
    assert (link.a, link.b) == (a, b)
    with pytest.raises(api.SiteRefused):
        actions.add_link(SYSTEM, a, a, kind="fibre", label="x")


def test_near_orders_by_distance_and_says_what_is_approximate() -> None:
    found = api.near(14.42, -16.96, ("espace",), 3)
    assert found[0].site.code == "espace-sn-th-mbour"
    assert found[0].approximate
    assert found[0].kilometres < 2
    assert [f.kilometres for f in found] == sorted(f.kilometres for f in found)
    actions.update_site(SYSTEM, site("espace-sn-kl-kaolack"), latitude="14.42", longitude="-16.96")
    assert api.near(14.42, -16.96, ("espace",), 1)[0].site.code == "espace-sn-kl-kaolack"
    assert not api.near(14.42, -16.96, ("espace",), 1)[0].approximate


def test_espaces_are_counted_by_region() -> None:
    counts = api.by_region("espace")
    assert sum(counts.values()) == 45
    assert counts["SN-DK"] == 4
    actions.close_site(SYSTEM, site("espace-011"), reason="x")
    assert api.by_region("espace")["SN-DK"] == 3
