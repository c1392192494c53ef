"""Organisations of the reference data."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import transaction

from smartsenegal.kernel.identity.models import Organisation


@dataclass(frozen=True)
class OrganisationRow:
    """One organisation of a reference file; `parent` is the code of one given before, "" for none."""

    code: str
    name: str
    kind: str
    parent: str
    territory: str
    source: str = ""


@transaction.atomic
def load_organisations(rows: Iterable[OrganisationRow]) -> int:
    """Bring organisations into the database, parents before children; returns how many were written.

    What is already as given is not written again; nothing is deleted.
    """
    wanted = {row.code: row for row in rows}
    ids: dict[str, int] = {}
    written = 0
    for level in _levels(wanted):
        written += _load_level(level, ids)
    return written


def _levels(wanted: dict[str, OrganisationRow]) -> list[list[OrganisationRow]]:
    depth: dict[str, int] = {}
    for row in wanted.values():
        depth[row.code] = depth[row.parent] + 1 if row.parent in wanted else 0
    levels: list[list[OrganisationRow]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for code, row in wanted.items():
        levels[depth[code]].append(row)
    return levels


def _load_level(rows: list[OrganisationRow], ids: dict[str, int]) -> int:
    codes = {c for row in rows for c in (row.code, row.parent) if c}
    stored = {o.code: o for o in Organisation.objects.filter(code__in=codes).select_related("parent")}
    ids.update({code: o.pk for code, o in stored.items()})
    changed = [row for row in rows if row.code not in stored or _as_row(stored[row.code]) != row]
    made = Organisation.objects.bulk_create(
        [_organisation(row, ids) for row in changed],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "kind", "parent", "territory", "source"],
    )
    ids.update({o.code: o.pk for o in made})
    return len(changed)


def _organisation(row: OrganisationRow, ids: dict[str, int]) -> Organisation:
    fields = asdict(row)
    parent, territory = fields.pop("parent"), fields.pop("territory")
    return Organisation(**fields, parent_id=ids[parent] if parent else None, territory_id=territory)


def _as_row(stored: Organisation) -> OrganisationRow:
    parent = stored.parent.code if stored.parent else ""
    return OrganisationRow(stored.code, stored.name, stored.kind, parent, stored.territory_id, stored.source)
