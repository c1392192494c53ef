"""The reference files of this module, and the sites that follow from a rule of competence.

A service deduced from a rule says so in its `source`: its seat and its address are for the administration to
confirm. Nothing is invented: no address, no hours, no coordinates.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import (
    ROOT_ORGANISATION,
    Organisation,
    OrganisationRow,
    load_organisations,
)
from smartsenegal.kernel.sites.models import Site
from smartsenegal.kernel.territory.api import COUNTRY, Territory, of_name
from smartsenegal.lib.text import fold, slug

DATA = Path(__file__).resolve().parent / "data"
_ESPACES_SOURCE = (
    "Un Espace Sénégal Services par département (dakaractu, seneweb, 2021-2023) ; "
    "siège, adresse et horaires non publiés"
)


@dataclass(frozen=True)
class SiteRow:
    """One site of the reference data, with the organisation that runs it."""

    code: str
    name: str
    kind: str
    seat: str
    serves: tuple[str, ...]
    parent: str
    source: str

    @property
    def organisation(self) -> OrganisationRow:
        return OrganisationRow(self.code, self.name, "service", self.parent, self.seat, self.source)


def rows_of(name: str) -> list[dict[str, str]]:
    """Rows of one CSV file of `data/`."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@transaction.atomic
def load() -> int:
    """Write what is missing; returns rows written."""
    places = {t.code: t for t in Territory.objects.all()}
    sites = list(site_rows(places))
    written = load_organisations([*organisation_rows(places), *(s.organisation for s in sites)])
    written += _load_sites(sites)
    if written:
        audit.record(audit.SYSTEM, "site.reference_loaded", "site:reference", {"rows": written})
    return written


def organisation_rows(places: dict[str, Territory]) -> Iterator[OrganisationRow]:
    """Ministries and agencies of the file, then one organisation a commune."""
    for row in rows_of("organisations.csv"):
        yield OrganisationRow(territory=COUNTRY, **row)
    for t in places.values():
        if t.kind == "commune":
            yield OrganisationRow(
                commune_code(t), f"Commune {_of(t)}", "commune", ROOT_ORGANISATION, t.code, t.source
            )


def commune_code(commune: Territory) -> str:
    """Code of the organisation that a commune is."""
    return f"commune-{slug(commune.code)}"


def site_rows(places: dict[str, Territory]) -> Iterator[SiteRow]:
    """Every site: the Espaces, then the services that each level of the territory has by rule."""
    yield from _espaces(places)
    for rule in rows_of("services.csv"):
        for t in places.values():
            if t.kind == rule["level"]:
                yield _by_rule(rule, t, places)


def _espaces(places: dict[str, Territory]) -> Iterator[SiteRow]:
    shared: set[str] = set()
    for row in rows_of("espaces.csv"):
        serves = tuple(row["serves"].split("|"))
        shared.update(serves)
        yield SiteRow(row["code"], row["name"], "espace", row["seat"], serves, "senum", row["source"])
    for t in places.values():
        if t.kind == "departement" and t.code not in shared:
            name = f"Espace Sénégal Services {of_name(t.name)}"
            yield SiteRow(
                f"espace-{slug(t.code)}",
                name,
                "espace",
                _seat(t, places),
                (t.code,),
                "senum",
                _ESPACES_SOURCE,
            )


def _by_rule(rule: dict[str, str], t: Territory, places: dict[str, Territory]) -> SiteRow:
    name = rule["name"].format(
        name=t.name,
        lower_name=t.name[:1].lower() + t.name[1:],
        of_name=_of(t),
        of_chief_town=of_name(t.chief_town or t.name),
    )
    parent = commune_code(t) if t.kind == "commune" else rule["parent"]
    source = f"Déduit de la règle « {rule['rule']} » ; siège et adresse à confirmer par l’administration"
    return SiteRow(
        f"{rule['code']}-{slug(t.code)}", name, rule["kind"], _seat(t, places), (t.code,), parent, source
    )


def _of(t: Territory) -> str:
    # The département in brackets where several communes bear the name.
    return of_name(t.label)


def _seat(t: Territory, places: dict[str, Territory]) -> str:
    """Code of the commune that is the chief town, else of the place itself."""
    town = fold(t.chief_town)
    inside = (p for p in places.values() if p.path.startswith(t.path + "/"))
    named = [p for p in inside if town and fold(p.name) == town]
    for kind in ("commune", "departement"):
        if found := next((p for p in named if p.kind == kind), None):
            return found.code
    return t.code


def _load_sites(rows: Iterable[SiteRow]) -> int:
    stored = set(Site.objects.values_list("code", flat=True))
    new = [row for row in rows if row.code not in stored]
    owners = dict(Organisation.objects.filter(code__in=[r.code for r in new]).values_list("code", "pk"))
    made = Site.objects.bulk_create(
        Site(
            code=row.code,
            name=row.name,
            kind=row.kind,
            territory_id=row.seat,
            organisation_id=owners[row.code],
            source=row.source,
        )
        for row in new
    )
    ids = {site.code: site.pk for site in made}
    through = Site.serves.through
    through.objects.bulk_create(
        through(site_id=ids[row.code], territory_id=code) for row in new for code in row.serves
    )
    return len(new)
