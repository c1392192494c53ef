"""The home page says what is there, and nothing else."""

import pytest
from django.test import Client

from smartsenegal.kernel.sites.models import Site
from smartsenegal.kernel.territory.models import Territory
from smartsenegal.web import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> dict[str, Territory]:
    """Two départements in two regions."""
    made: dict[str, Territory] = {}
    for code, kind, name, path, latitude, longitude in [
        ("SN", "country", "Sénégal", "SN", None, None),
        ("SN-TH", "region", "Thiès", "SN/SN-TH", None, None),
        ("SN-DK", "region", "Dakar", "SN/SN-DK", None, None),
        ("071", "departement", "Thiès", "SN/SN-TH/071", "14.79", "-16.93"),
        ("011", "departement", "Dakar", "SN/SN-DK/011", "14.69", "-17.44"),
    ]:
        parent = made.get(path.split("/")[-2]) if "/" in path else None
        made[code] = Territory.objects.create(
            code=code, kind=kind, name=name, path=path, parent=parent, latitude=latitude, longitude=longitude
        )
    return made


def espace(code: str, place: Territory, state: str = "open") -> Site:
    site = Site.objects.create(
        code=code, name=f"Espace de {place.name}", kind="espace", territory=place, state=state
    )
    site.serves.add(place)
    return site


def test_an_empty_country_shows_no_figure_and_no_map() -> None:
    page = Client().get("/").content.decode()
    assert "Faites vos démarches" in page
    assert "ss-map" not in page
    assert "ss-figures__value" not in page


def test_open_espaces_are_counted_and_placed(places: dict[str, Territory]) -> None:
    espace("espace-thies", places["071"])
    espace("espace-dakar", places["011"])
    found = queries.open_espaces()
    assert found is not None
    assert found.count == 2
    assert sorted(found.points) == [(-17.44, 14.69), (-16.93, 14.79)]
    assert found.title == "Un Espace pour chaque département"


def test_a_closed_espace_is_not_counted_and_the_promise_is_not_made(places: dict[str, Territory]) -> None:
    espace("espace-thies", places["071"])
    espace("espace-dakar", places["011"], state="suspended")
    found = queries.open_espaces()
    assert found is not None
    assert found.count == 1
    assert found.title == "Un Espace près de chez vous"
    assert found.label == "Carte du Sénégal\u00a0: 1\u00a0Espace ouvert, pour 1 des 2 départements"


def test_the_map_and_the_figure_are_on_the_page(places: dict[str, Territory]) -> None:
    espace("espace-thies", places["071"])
    page = Client().get("/").content.decode()
    assert page.count("ss-map__point") == 1
    assert (
        '<strong class="ss-figures__value">1</strong> <span class="ss-figures__label">Espace ouvert' in page
    )


def test_queries_do_not_grow_with_the_country(
    places: dict[str, Territory], django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        espace(f"espace-{number}", places["071"])
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        Client().get("/")


def test_every_door_opens(places: dict[str, Territory]) -> None:
    home = queries.home_page()
    for door in [*home.quick, *home.life_events]:
        assert Client().get(door.url).status_code == 200, door
