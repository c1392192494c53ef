"""How places are named, searched and told apart. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smartsenegal.lib.text import fold, squeeze

COUNTRY = "SN"
# French with its article, for "département de …" before the name.
KIND_NAMES = {
    "country": "pays",
    "region": "région",
    "departement": "département",
    "commune": "commune",
    "post": "poste à l’étranger",
}
FIGURE_NAMES = {"population": "Population"}
_VOWELS = frozenset("aeiouyh")
_EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True)
class Place:
    """What naming and searching need of one territory."""

    code: str
    kind: str
    name: str
    parent: str
    aliases: Sequence[str] = ()
    group_name: str = ""


def covers(path_a: str, path_b: str) -> bool:
    """Whether the territory at `path_a` is, or encloses, the one at `path_b`."""
    return path_b == path_a or path_b.startswith(path_a + "/")


def enclosing(path: str) -> list[str]:
    """Codes on the way from a place up to the country, nearest first: of `SN/SN-DK/011`, 011 SN-DK SN."""
    return path.split("/")[::-1]


def of_name(name: str) -> str:
    """A place's name after "de", with its elision: `de Thiès`, `d’Oussouye`, `du Lac`, `des Parcelles`."""
    article, _, rest = name.partition(" ")
    if article.casefold() == "les" and rest:
        return f"des {rest}"
    if article.casefold() == "le" and rest:
        return f"du {rest}"
    return f"d’{name}" if fold(name)[:1] in _VOWELS else f"de {name}"


def labels(places: Iterable[Place]) -> dict[str, str]:
    """Name to show for each code: the plain name, or with its département where several bear it.

    Two names are the same when they fold alike, and only communes are told apart this way: a région and
    its département may share a name, but a list shows their nature.
    """
    known = {p.code: p for p in places}
    shared = Counter(squeeze(p.name) for p in known.values() if p.kind == "commune")
    return {code: _label(p, known, shared) for code, p in known.items()}


def _label(place: Place, known: Mapping[str, Place], shared: Mapping[str, int]) -> str:
    if place.kind != "commune" or shared[squeeze(place.name)] < 2:
        return place.name
    above = known[place.parent]
    return f"{place.name} ({KIND_NAMES[above.kind]} {of_name(above.name)})"


def search_lines(name: str, aliases: Iterable[str], label: str) -> str:
    """Text in which a search looks for the names of a place: one folded name a line, blank lines at the ends.

    Each name stands with and without its spaces, so that `M’Backé` finds `Mbacké`.
    """
    names = [name, *aliases, label]
    lines = dict.fromkeys(form(n) for n in names for form in (fold, squeeze))
    return "\n" + "\n".join(line for line in lines if line) + "\n"


def context_words(place: Place, known: Mapping[str, Place]) -> str:
    """Folded names of what encloses a place (group, département, région): further words may match them."""
    above = []
    code = place.parent
    while code and code != COUNTRY:
        above.append(known[code].name)
        code = known[code].parent
    return fold(" ".join([place.group_name, *above]))


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in kilometres between two (latitude, longitude) in degrees (haversine)."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))
