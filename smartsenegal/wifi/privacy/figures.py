"""Reads of the open data: what may be told of each day and site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.privacy import opening
from smartsenegal.wifi.privacy.models import SiteDay

DAYS = 92
COLUMNS = {
    "jour": "Jour, à Dakar",
    "site": "Code du site ; « tous » pour tout le pays",
    "nom": "Nom du site",
    "appareils": "Appareils différents ; vide : masqué",
    "connexions": "Connexions commencées ce jour ; vide : masqué",
    "gigaoctets": "Volume, au dixième de gigaoctet ; vide : masqué",
    "heures": "Heures où la passerelle a donné signe de vie",
    "reussite": "Part des demandes d’entrée acceptées, en % ; vide : masqué, ou aucune demande",
}
EVERYWHERE = "tous"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a site and day; None is hidden (or, for `success`, without any demand)."""

    day: date
    code: str
    name: str
    people: int | None
    sessions: int | None
    gigabytes: float | None
    hours: int | None
    success: int | None

    @property
    def cells(self) -> list[str]:
        """In the order of COLUMNS."""
        values = (self.day.isoformat(), self.code, self.name, self.people, self.sessions, self.gigabytes,
                  self.hours, self.success)  # fmt: skip
        return ["" if value is None else str(value) for value in values]


def told(today: date, hotspot: int | None = None) -> Iterator[Told]:
    """Each day of the last DAYS that is over, the latest first: all sites together, then each by name.

    What is hidden is decided over all sites, also when one is asked for.
    """
    rows = SiteDay.objects.filter(day__lt=today, day__gte=today - timedelta(days=DAYS))
    names = {
        pk: (code, name)
        for pk, code, name in Hotspot.objects.values_list("pk", "site__code", "site__name")
    }  # fmt: skip
    for day, group in groupby(rows.order_by("-day", "hotspot").iterator(2000), key=lambda row: row.day):
        of_day = [row for row in group if row.hotspot in names]
        yield from _day(day, of_day, names, hotspot)


def _day(
    day: date, rows: list[SiteDay], names: dict[int, tuple[str, str]], hotspot: int | None
) -> Iterator[Told]:
    people = {row.hotspot: row.people for row in rows}
    hidden = opening.hidden(people)
    if hotspot is None and opening.total_told(people):
        yield _told(day, (EVERYWHERE, "Tous les sites"), rows, hours=None)
    for row in sorted(rows, key=lambda r: names[r.hotspot][1]):
        if hotspot in (None, row.hotspot):
            shown = [] if row.hotspot in hidden else [row]
            yield _told(day, names[row.hotspot], shown, hours=row.hours_open)


def _told(day: date, name: tuple[str, str], rows: list[SiteDay], hours: int | None) -> Told:
    if not rows:
        return Told(day, *name, None, None, None, hours, None)
    accepted, asked = sum(r.accepted for r in rows), sum(r.accepted + r.refused for r in rows)
    return Told(
        day,
        *name,
        sum(r.people for r in rows),
        sum(r.sessions for r in rows),
        round(sum(r.octets for r in rows) / 1_000_000_000, 1),
        hours,
        round(100 * accepted / asked) if asked else None,
    )
