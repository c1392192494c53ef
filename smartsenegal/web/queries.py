"""What the home page shows: only doors that open and figures that are counted now."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse

from smartsenegal.kernel.sites import api as sites
from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.text import plural
from smartsenegal.onestop.procedures import api as procedures
from smartsenegal.web import context

ESPACE = "espace"
# Papers that other procedures ask for, under the search: only those on offer.
FREQUENT = {
    "extrait-naissance": "Extrait de naissance",
    "casier-judiciaire-b3": "Casier judiciaire",
    "permis-conduire-renouvellement": "Permis de conduire",
}


@dataclass(frozen=True)
class Door:
    icon: str
    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class Espaces:
    """Open Espaces Sénégal Services: how many, where, and a title that stays true."""

    count: int
    title: str
    points: list[tuple[float, float]]
    label: str
    url: str


@dataclass(frozen=True)
class Figure:
    value: int
    label: str


@dataclass(frozen=True)
class HomePage:
    search_url: str = ""
    quick: list[Door] = field(default_factory=list)
    life_events: list[Door] = field(default_factory=list)
    espaces: Espaces | None = None
    figures: list[Figure] = field(default_factory=list)


def home_page() -> HomePage:
    """Seven queries, whatever the size of the country's catalogue of places."""
    entries = procedures.entries()
    espaces = open_espaces()
    return HomePage(
        search_url=address("procedures:search") or context.doors().get("procedures", ""),
        quick=frequent(entries),
        life_events=life_events(),
        espaces=espaces,
        figures=figures(espaces, len(entries)),
    )


def frequent(entries: list[procedures.Entry]) -> list[Door]:
    offered = {entry.code for entry in entries}
    doors = [
        Door("", title, "", address("procedures:sheet", code))
        for code, title in FREQUENT.items()
        if code in offered
    ]
    return [door for door in doors if door.url]


def life_events() -> list[Door]:
    doors = [
        Door(event.icon, event.title, event.summary, address("procedures:life_event", event.slug))
        for event in procedures.life_events()
    ]
    return [door for door in doors if door.url]


def open_espaces() -> Espaces | None:
    """The open Espaces, or None while there is none."""
    rows = (
        sites.of_kind(ESPACE)
        .filter(state=sites.OPEN)
        .values_list("pk", "latitude", "longitude", "territory__latitude", "territory__longitude")
    )
    points = []
    for _, *place in rows:
        latitude, longitude = place[:2] if place[0] is not None else place[2:]
        if latitude is not None and longitude is not None:
            points.append((float(longitude), float(latitude)))
    count = len(rows)
    if not count:
        return None
    served, every = served_departements()
    return Espaces(
        count=count,
        title=espaces_title(served, every),
        points=points,
        label=map_label(count, served, every),
        url=address("sites"),
    )


def served_departements() -> tuple[int, int]:
    """Départements that an open Espace serves, and how many there are."""
    every = set(territory.of_kind("departement").values_list("code", flat=True))
    served = sites.of_kind(ESPACE).filter(state=sites.OPEN, serves__kind="departement")
    return len(every & set(served.values_list("serves", flat=True))), len(every)


def espaces_title(served: int, every: int) -> str:
    """The promise of the programme when it is kept, what is true until then."""
    return "Un Espace pour chaque département" if served == every else "Un Espace près de chez vous"


def map_label(count: int, served: int, every: int) -> str:
    """What the map says, in words."""
    spaces = plural(count, "Espace ouvert", "Espaces ouverts")
    return f"Carte du Sénégal\u00a0: {spaces}, pour {served} des {every} départements"


def figures(espaces: Espaces | None, offered: int) -> list[Figure]:
    shown = []
    if espaces:
        shown.append(Figure(espaces.count, "Espaces ouverts" if espaces.count > 1 else "Espace ouvert"))
    if offered:
        shown.append(Figure(offered, "démarches à faire ici" if offered > 1 else "démarche à faire ici"))
    return shown


def address(name: str, *args: str) -> str:
    """The address of a page, empty while it is not built."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
