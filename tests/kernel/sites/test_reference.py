from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smartsenegal.kernel.identity.models import Organisation
from smartsenegal.kernel.sites import actions, api
from smartsenegal.kernel.sites.models import Site
from smartsenegal.kernel.territory.models import Territory

pytestmark = pytest.mark.usefixtures("country")


def test_every_service_of_the_country_is_there() -> None:
    assert Counter(Site.objects.values_list("kind", flat=True)) == {
        "espace": 45,
        "town_hall": 553,
        "civil_registry": 555,
        "court_ti": 46,
        "police": 46,
        "gendarmerie": 46,
        "prefecture": 46,
        "court_tgi": 14,
        "tax_centre": 14,
        "transport": 14,
        "court_appeal": 1,
        "consulate": 2,
        "urbanism": 46,
        "cadastre": 14,
        "land_registry": 14,
        "civil_protection": 1,
        "environment": 14,
        "commerce_registry": 14,
        "chamber": 14,
    }


def test_loading_again_writes_nothing_and_keeps_what_was_changed() -> None:
    site = Site.objects.get(code="espace-sn-th-mbour")
    site.name, site.state, site.state_reason = "Espace de Mbour", "suspended", "Travaux"
    site.save()
    assert actions.load_reference() == 0
    site.refresh_from_db()
    assert (site.name, site.state) == ("Espace de Mbour", "suspended")


def test_loading_takes_few_queries_whatever_the_number_of_sites() -> None:
    with CaptureQueriesContext(connection) as queries:
        actions.load_reference()
    assert len(queries) < 25


def test_nothing_is_invented() -> None:
    assert not Site.objects.exclude(address="").exists()
    assert not Site.objects.exclude(hours={}).exists()
    assert not Site.objects.exclude(latitude=None).exists()
    assert not Site.objects.filter(source="").exists()
    ruled = Site.objects.exclude(kind="espace")
    assert all("à confirmer par l’administration" in s.source for s in ruled)


def test_pikine_and_keur_massar_share_an_espace() -> None:
    shared = Site.objects.get(code="espace-yeumbeul-nord")
    assert api.competent_site("espace", "012") == shared
    assert api.competent_site("espace", "015-yeumbeul-sud") == shared
    assert shared.territory_id == "015-yeumbeul-nord"


@pytest.mark.parametrize(
    "kind",
    [
        "espace",
        "civil_registry",
        "town_hall",
        "court_ti",
        "court_tgi",
        "court_appeal",
        "police",
        "transport",
        "tax_centre",
        "prefecture",
        "urbanism",
        "cadastre",
        "land_registry",
        "civil_protection",
        "environment",
        "commerce_registry",
        "chamber",
    ],
)
def test_every_commune_has_a_competent_site(kind: str) -> None:
    communes = Territory.objects.filter(kind="commune").order_by("code")
    for commune in communes[::23]:
        site = api.competent_site(kind, commune.code)
        assert site is not None, commune
        assert site.kind == kind


def test_names_are_french_and_tell_homonyms_apart() -> None:
    names = set(Site.objects.values_list("name", flat=True))
    assert "Centre d’état civil de Thiès Nord" in names
    assert "Centre d’état civil d’Oussouye" in names
    assert "Mairie de Mlomp (département de Bignona)" in names
    assert "Tribunal de grande instance de Thiès" in names
    assert "Tribunal d’instance d’Oussouye" in names
    assert "Service d’état civil du consulat du Sénégal à Paris" in names
    assert "Service départemental de l’urbanisme de Thiès" in names
    assert "Greffe du registre du commerce de Dakar" in names
    assert len(names) == Site.objects.count()


def test_organisations_stand_under_their_ministry_or_commune() -> None:
    assert Organisation.objects.get(code="tribunal-instance-sn-th-mbour").parent.code == "ministere-justice"
    registry = Organisation.objects.get(code="etat-civil-sn-th-mbour-mbour")
    assert registry.parent.code == "commune-sn-th-mbour-mbour"
    assert registry.parent.parent.code == "senegal"
    assert not Site.objects.filter(organisation=None).exists()
    assert Organisation.objects.filter(parent=None).count() == 1


def test_a_seat_is_the_chief_town_where_it_is_a_commune() -> None:
    assert Site.objects.get(code="espace-sn-th-mbour").territory_id == "SN-TH-mbour-mbour"
    assert Site.objects.get(code="tribunal-grande-instance-sn-th").territory_id == "SN-TH-thies"
    assert Site.objects.get(code="tribunal-grande-instance-sn-dk").territory_id == "011"
