"""The Espace of one's commune on the sheet of a procedure: by its name, whatever its state."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartsenegal.kernel.identity.api import system
from smartsenegal.kernel.sites import api as sites

pytestmark = pytest.mark.django_db
SHEET = "/demarches/casier-judiciaire-b3/"


def page(client: Client, **asked: str) -> str:
    answer = client.get(SHEET, asked)
    assert answer.status_code == 200
    return re.sub(r"[\u00a0\u202f]|&nbsp;", " ", answer.content.decode())


@pytest.fixture
def espace(organisations, catalogue):
    """The Espace of Mbour, with what the public reads of it."""
    found = sites.competent_site("espace", "SN-TH-mbour-mbour")
    assert found is not None
    sites.Site.objects.filter(pk=found.pk).update(
        address="Route de Saly", phone="+221339570000", hours={"mon": [["08:00", "12:30"]]}
    )
    found.refresh_from_db()
    return found


def test_the_sheet_asks_for_the_commune_and_shows_its_espace(espace):
    client = Client()
    first = page(client)
    assert "Trouver mon Espace" in first
    assert espace.name not in first
    shown = page(client, commune="mbour", commune_code="SN-TH-mbour-mbour")
    for words in (espace.name, f'href="/lieux/{espace.code}/"', "Ouvert", "Route de Saly", "33 957 00 00",
                  "Lundi : de 8 h à 12 h 30"):  # fmt: skip
        assert words in shown, words
    assert not client.cookies  # the commune is kept nowhere


def test_what_is_not_published_is_said(espace):
    sites.Site.objects.filter(pk=espace.pk).update(address="", phone="", hours={})
    shown = page(Client(), commune="Mbour", commune_code="SN-TH-mbour-mbour")
    assert shown.count("Non publié") == 3


def test_a_suspended_espace_says_why_and_who_replaces_it(espace):
    other = sites.Site.objects.filter(kind="espace").exclude(pk=espace.pk).order_by("code").first()
    sites.suspend_site(system("test"), espace, reason="Travaux", replacement=other)
    shown = page(Client(), commune="Mbour", commune_code="SN-TH-mbour-mbour")
    assert other.name in shown
    assert f"Remplace {espace.name}." in shown
    sites.Site.objects.filter(pk=espace.pk).update(replacement=None)
    shown = page(Client(), commune="Mbour", commune_code="SN-TH-mbour-mbour")
    for words in (espace.name, "Suspendu", "Travaux", "aucun autre ne le remplace"):
        assert words in shown, words


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Écrivez le nom de votre commune."),
        ("zzzzqq", "Nous ne trouvons pas de commune « zzzzqq »"),
        ("Velingara", "Choisissez la vôtre dans la liste"),
        ("\u202e", "Trouver mon Espace"),
    ],
)
def test_a_commune_that_is_not_found_is_said_beside_the_field(espace, typed, told):
    shown = page(Client(), commune=typed)
    assert told in shown
    assert espace.name not in shown


def test_without_a_commune_a_sheet_costs_no_query_more(espace):
    def asked(**given: str) -> list[str]:
        with CaptureQueriesContext(connection) as made:
            page(Client(), **given)
        return [q["sql"] for q in made]

    assert not [sql for sql in asked() if "sites_site" in sql or "territory_territory" in sql]
    assert [sql for sql in asked(commune="Mbour") if "territory_territory" in sql]
