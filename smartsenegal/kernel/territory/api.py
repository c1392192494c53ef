"""The country's places: the only face of `territory`."""

from smartsenegal.kernel.territory.models import Figure, Territory
from smartsenegal.kernel.territory.queries import (
    Unaccented,
    above,
    children,
    figures,
    find,
    get,
    label,
    of_kind,
    paths,
    resolve,
    search,
)
from smartsenegal.kernel.territory.rules import (
    COUNTRY,
    KIND_NAMES,
    covers,
    distance_km,
    enclosing,
    of_name,
)

__all__ = [
    "COUNTRY", "KIND_NAMES", "Figure", "Territory", "Unaccented", "above", "children", "covers",
    "distance_km", "enclosing", "figures", "find", "get", "label", "of_kind", "of_name", "paths",
    "resolve", "search",
]  # fmt: skip
