"""Parts, racks and devices from a file: all of it, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from smartsenegal.datacenter.facility import files, queries
from smartsenegal.datacenter.facility.actions.base import locked, tell
from smartsenegal.datacenter.facility.actions.components import add_component, change_component
from smartsenegal.datacenter.facility.actions.contents import install_device
from smartsenegal.datacenter.facility.actions.places import add_rack, change_rack
from smartsenegal.datacenter.facility.errors import FacilityRefused, ImportRefused
from smartsenegal.datacenter.facility.models import DataCenter
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.refusals import Fault

ADDED, CHANGED = "added", "changed"


@dataclass
class Outcome:
    """What a file does, line by line, or every fault of it."""

    done: list[tuple[int, str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def preview(by: Principal, center: DataCenter, kind: str, text: str) -> Outcome:
    """What `import_file` would do: it is done, then undone. Raises PermissionRefused."""
    with transaction.atomic():
        outcome = _run(by, center, kind, text)
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def import_file(by: Principal, center: DataCenter, kind: str, text: str) -> Outcome:
    """Add and correct what a file of a kind (`files.TABLES`) tells; what it leaves out stays.

    Raises ImportRefused with every fault of the file, nothing then being written; PermissionRefused.
    """
    outcome = _run(by, center, kind, text)
    if outcome.faults:
        raise ImportRefused(outcome.faults)
    tell(by, center, "imported", {"kind": kind, "lines": len(outcome.done)})
    return outcome


def _run(by: Principal, center: DataCenter, kind: str, text: str) -> Outcome:
    center = locked(by, center)
    rows, faults = files.read(kind, text)
    outcome = Outcome(faults=faults)
    if faults:
        return outcome
    for line, row in rows:
        _attempt(outcome, kind, line, lambda row=row: _WRITERS[kind](by, center, dict(row)))  # type: ignore[misc]
    if kind == "pieces" and not outcome.faults:
        # A line may name a part that stands further down: what feeds each comes last.
        for line, row in rows:
            if "feeds" in row:
                _attempt(outcome, kind, line, lambda row=row: _feed(by, center, row), note=False)  # type: ignore[misc]
    return outcome


def _attempt(
    outcome: Outcome, kind: str, line: int, act: Callable[[], tuple[str, str]], note: bool = True
) -> None:
    try:
        with transaction.atomic():
            name, what = act()
    except FacilityRefused as refused:
        outcome.faults.append(Fault(line, files.column_of(kind, refused.field), refused.sentence))
    else:
        if note:
            outcome.done.append((line, name, what))


def _part(by: Principal, center: DataCenter, row: dict[str, Any]) -> tuple[str, str]:
    row.pop("feeds", "")
    code = row.pop("code")
    known = queries.component(center, code)
    if known is None:
        row.setdefault("isolation", "neighbours")
        add_component(by, center, code=code, **row)
        return code, ADDED
    change_component(by, known, **row)
    return code, CHANGED


def _feed(by: Principal, center: DataCenter, row: files.Row) -> tuple[str, str]:
    known = queries.component(center, row["code"])
    assert known is not None
    change_component(by, known, feeds=row["feeds"])
    return row["code"], CHANGED


def _rack(by: Principal, center: DataCenter, row: dict[str, Any]) -> tuple[str, str]:
    room = center.rooms.filter(code__iexact=row.pop("room")).first()
    if room is None:
        raise FacilityRefused("Aucune salle de ce centre n’a ce code : ajoutez-la d’abord.", "room")
    code = row.pop("code")
    for name in ("feed_a", "feed_b"):
        if name in row:
            row[name] = _one(center, row[name], name)
    for name in ("cooling", "network"):
        if name in row:
            row[name] = [_one(center, each, name) for each in row[name]]
    known = room.racks.filter(code=code).first()
    if known is None:
        add_rack(by, room, code=code, **row)
        return code, ADDED
    change_rack(by, known, **row)
    return code, CHANGED


def _one(center: DataCenter, code: str, name: str) -> Any:
    if not code:
        return None
    found = queries.component(center, code)
    if found is None:
        raise FacilityRefused(f"Aucune pièce n’a le code {code} : ajoutez-la d’abord.", name)
    return found


def _device(by: Principal, center: DataCenter, row: dict[str, Any]) -> tuple[str, str]:
    room, code = row.pop("room"), row.pop("rack")
    rack = queries.racks(center).filter(room__code__iexact=room, code=code).first()
    if rack is None:
        raise FacilityRefused("Cette salle n’a pas de baie de ce code : ajoutez-la d’abord.", "rack")
    install_device(by, rack, **row)
    return row["name"], ADDED


_WRITERS = {"pieces": _part, "baies": _rack, "equipements": _device}
