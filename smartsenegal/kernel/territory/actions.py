"""Writes of the territory: the reference data, and what administrators correct."""

from decimal import Decimal
from typing import Any, Protocol

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.territory import reference, rules
from smartsenegal.kernel.territory.errors import NotAllowed, TerritoryRefused
from smartsenegal.kernel.territory.models import Figure, Territory
from smartsenegal.lib.actor import Actor
from smartsenegal.lib.text import TextRefused, clean, squeeze

_FIELDS = [
    "kind", "name", "label", "parent_id", "path", "ansd_code", "chief_town", "group_kind", "group_name",
    "aliases", "search", "context", "latitude", "longitude", "source",
]  # fmt: skip
PERMISSION = "territory.manage"
_UPDATED = [f.removesuffix("_id") for f in _FIELDS]


@transaction.atomic
def load_reference() -> int:
    """Bring the territories and figures of the reference files into the database; returns rows written.

    May be run again at any time: what is already as in the files is not written, aliases and figures that
    administrators added are kept, and nothing is deleted.
    """
    written = _load_territories() + _load_figures()
    if written:
        audit.record(audit.SYSTEM, "territory.reference_loaded", "territory:SN", {"rows": written})
    return written


class Manager(Protocol):
    """Whoever asks for a change: the principal of `identity`, which stands above this module."""

    @property
    def actor(self) -> Actor: ...

    def may(
        self, permission: str, *, organisation_id: int | None = None, territory_path: str | None = None
    ) -> bool: ...


@transaction.atomic
def add_alias(by: Manager, territory: Territory, alias: str) -> Territory:
    """Let a place be found by another name. Raises TerritoryRefused for a name that is none or is known,
    NotAllowed without `territory.manage` there."""
    territory = _locked(by, territory)
    try:
        alias = clean(alias, 120)
    except TextRefused as refused:
        raise TerritoryRefused(str(refused), "alias") from None
    if not any(c.isalpha() for c in alias):
        raise TerritoryRefused("Indiquez l’autre nom de ce lieu.", "alias")
    if squeeze(alias) in {squeeze(name) for name in (territory.name, *territory.aliases)}:
        raise TerritoryRefused("La recherche trouve déjà ce lieu par ce nom.", "alias")
    territory.aliases = [*territory.aliases, alias]
    territory.search = rules.search_lines(territory.name, territory.aliases, territory.label)
    territory.save(update_fields=["aliases", "search"])
    audit.record(by.actor, "territory.alias_added", f"territory:{territory.code}", {"alias": alias})
    return territory


@transaction.atomic
def add_figure(
    by: Manager, territory: Territory, *, name: str, value: Decimal, year: int, source: str
) -> Figure:
    """Publish a number about a place, with its year and its source. Raises as `add_alias`."""
    territory = _locked(by, territory)
    if not source.strip():
        raise TerritoryRefused("Indiquez où ce chiffre est publié.", "source")
    figure, created = Figure.objects.get_or_create(
        territory=territory, name=name, year=year, source=source.strip(), defaults={"value": value}
    )
    if not created:
        raise TerritoryRefused("Un chiffre de cette année et de cette source est déjà publié.", "year")
    detail = {"name": name, "value": str(value), "year": year}
    audit.record(by.actor, "territory.figure_added", f"territory:{territory.code}", detail)
    return figure


def _locked(by: Manager, territory: Territory) -> Territory:
    if not by.may(PERMISSION, territory_path=territory.path):
        raise NotAllowed("Vous n’administrez pas ce territoire.")
    return Territory.objects.select_for_update().get(pk=territory.pk)


def _load_territories() -> int:
    stored = {t.code: t for t in Territory.objects.all()}
    wanted = [_row(fields, stored.get(fields["code"])) for fields in reference.territories()]
    changed = [t for t in wanted if _differs(t, stored.get(t.code))]
    Territory.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["code"], update_fields=_UPDATED
    )
    return len(changed)


def _row(fields: dict[str, Any], stored: Territory | None) -> Territory:
    territory = Territory(**fields)
    added = stored.aliases if stored else []
    territory.aliases = list(dict.fromkeys([*territory.aliases, *added]))
    territory.search = rules.search_lines(territory.name, territory.aliases, territory.label)
    for axis in ("latitude", "longitude"):
        value = getattr(territory, axis)
        setattr(territory, axis, Decimal(value) if value else None)
    return territory


def _differs(wanted: Territory, stored: Territory | None) -> bool:
    return stored is None or any(getattr(wanted, f) != getattr(stored, f) for f in _FIELDS)


def _load_figures() -> int:
    rows = [
        Figure(
            territory_id=r["territory"],
            name=r["name"],
            value=Decimal(r["value"]),
            year=int(r["year"]),
            source=r["source"],
        )
        for r in reference.figures()
    ]
    before = Figure.objects.count()
    Figure.objects.bulk_create(rows, ignore_conflicts=True)
    return Figure.objects.count() - before
