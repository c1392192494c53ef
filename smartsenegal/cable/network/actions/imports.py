"""The inventory from a file: all of it, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from smartsenegal.cable.network import files, queries
from smartsenegal.cable.network.actions import circuits, nodes, parts
from smartsenegal.cable.network.actions.base import check
from smartsenegal.cable.network.errors import ImportRefused, NetworkRefused
from smartsenegal.cable.network.models import Link, Node, System
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.territory.api import resolve
from smartsenegal.lib.refusals import Fault

FACTS = Path(__file__).resolve().parent.parent / "data"
# Places that have a seat, and territories whose people are counted.
PLACES = ("commune", "departement")
COUNTED = ("commune", "departement", "region")


@dataclass
class Outcome:
    """What a file does: (line, kind, code, name) added; the same with the columns that change; rows as they
    were."""

    added: list[tuple[int, str, str, str]] = field(default_factory=list)
    changed: list[tuple[int, str, str, str, list[str]]] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


class _Looked(Exception):
    """Ends a transaction whose writes were only looked at."""


def look(by: Principal, kind: str, text: str) -> Outcome:
    """What `import_inventory` would do with this file, and all its faults; nothing stays written."""
    outcome = Outcome()
    try:
        with transaction.atomic():
            outcome = _write_all(by, kind, text)
            raise _Looked
    except _Looked:
        return outcome


@transaction.atomic
def import_inventory(by: Principal, kind: str, text: str) -> Outcome:
    """Add and correct what a file of one of `files.CHOICES` holds; what it leaves out stays as it is.

    Raises PermissionRefused, and ImportRefused with every fault of the file: then nothing is written.
    """
    outcome = _write_all(by, kind, text)
    if outcome.faults:
        raise ImportRefused(outcome.faults)
    detail = {"kind": kind, "added": len(outcome.added), "changed": len(outcome.changed)}
    audit.record(by.actor, "cable.imported", "cable_import:file", detail)
    return outcome


def load_facts(by: Principal) -> int:
    """Add what the press and the programme say of the cables, and a national network that is plainly an
    example, where they are missing; returns rows added. Nothing that somebody changed is overwritten."""
    added = 0
    for kind in ("systems", "nodes", "links", "zones", "circuits"):
        found = files.read(kind, (FACTS / f"{kind}.csv").read_text("utf-8"))
        known = set(queries.MODELS[kind].objects.values_list("code", flat=True))
        for _, _, row in found.rows:
            if row["code"] not in known:
                _write(by, kind, row)
                added += 1
    return added


def _write_all(by: Principal, kind: str, text: str) -> Outcome:
    check(by)
    found = files.read(kind, text)
    outcome = Outcome(faults=list(found.faults))
    for of, line, row in found.rows:
        try:
            with transaction.atomic():
                _write_one(by, of, line, row, outcome)
        except NetworkRefused as refused:
            column = next((c.name for c in files.KINDS[of][1] if c.field == refused.field), "")
            outcome.faults.append(Fault(line, column, refused.sentence))
    outcome.faults.sort(key=lambda fault: fault.line)
    return outcome


def _write_one(by: Principal, kind: str, line: int, row: files.Row, outcome: Outcome) -> None:
    known = queries.find(kind, row["code"])
    before = queries.row_of(kind, known) if known else None
    _write(by, kind, row)
    if before is None:
        outcome.added.append((line, kind, row["code"], row.get("name", "")))
        return
    after = queries.row_of(kind, queries.find(kind, row["code"]))
    columns = [c.name for c in files.KINDS[kind][1] if before[c.field] != after[c.field]]
    if columns:
        outcome.changed.append((line, kind, row["code"], after["name"], columns))
    else:
        outcome.same += 1


def _write(by: Principal, kind: str, row: files.Row) -> None:
    """Add or correct one row; raises NetworkRefused."""
    values = {name: value for name, value in row.items() if name != "code"}
    known = queries.find(kind, row["code"])
    _WRITERS[kind](by, known, row["code"], values)


def _node(code: str, column: str) -> Node:
    found: Node | None = Node.objects.filter(code=code).first()
    if found is None:
        raise NetworkRefused(f"Aucun nœud n’a le code « {code} ».", column)
    return found


def _link(code: str, column: str) -> Link:
    found: Link | None = Link.objects.filter(code=code).first()
    if found is None:
        raise NetworkRefused(f"Aucune liaison n’a le code « {code} ».", column)
    return found


def _ends(values: dict[str, Any]) -> None:
    for end in ("a", "b"):
        if end in values:
            values[end] = _node(values[end], end)


def _write_node(by: Principal, known: Node | None, code: str, values: dict[str, Any]) -> None:
    if "serves" in values:
        values["serves"] = [_counted(name) for name in values["serves"]]
    typed = values.pop("place", "")
    if known is not None:
        if typed and known.site and resolve(typed, PLACES) != known.site.territory:
            raise NetworkRefused("Un nœud ne change pas de commune : ajoutez-en un autre.", "place")
        nodes.change_node(by, known, **values)
        return
    place = resolve(typed, PLACES) if typed else None
    if typed and place is None:
        raise NetworkRefused("Aucune commune, ou plusieurs, portent ce nom.", "place")
    if not values.get("country"):
        values["country"] = "Sénégal"
    nodes.add_node(by, code=code, place=place, **values)


def _counted(name: str) -> Any:
    found = resolve(name, COUNTED)
    if found is None:
        raise NetworkRefused(f"« {name} » n’est le code d’aucun territoire.", "serves")
    return found


def _write_system(by: Principal, known: System | None, code: str, values: dict[str, Any]) -> None:
    if known is not None:
        parts.change_system(by, known, **values)
    else:
        parts.add_system(by, code=code, **values)


def _write_link(by: Principal, known: Link | None, code: str, values: dict[str, Any]) -> None:
    _ends(values)
    if "system" in values:
        wanted = values["system"]
        values["system"] = System.objects.filter(code=wanted).first()
        if wanted and values["system"] is None:
            raise NetworkRefused(f"Aucun câble n’a le code « {wanted} ».", "system")
    if known is not None:
        parts.change_link(by, known, **values)
    else:
        parts.add_link(by, code=code, **values)


def _write_zone(by: Principal, known: Any, code: str, values: dict[str, Any]) -> None:
    if "links" in values:
        values["links"] = [_link(each, "links") for each in values["links"]]
    if "nodes" in values:
        values["nodes"] = [_node(each, "nodes") for each in values["nodes"]]
    if known is not None:
        members = {"links": list(known.links.all()), "nodes": list(known.nodes.all())}
        parts.change_zone(by, known, **{**members, **values})
    else:
        parts.add_zone(by, code=code, **values)


def _write_equipment(by: Principal, known: Any, code: str, values: dict[str, Any]) -> None:
    if "node" in values:
        values["node"] = _node(values["node"], "node")
    if known is not None:
        parts.change_equipment(by, known, **values)
    else:
        parts.add_equipment(by, code=code, **values)


def _write_circuit(by: Principal, known: Any, code: str, values: dict[str, Any]) -> None:
    _ends(values)
    if known is not None:
        circuits.change_circuit(by, known, **values)
    else:
        circuits.add_circuit(by, code=code, **values)


_WRITERS: dict[str, Callable[[Principal, Any, str, dict[str, Any]], None]] = {
    "nodes": _write_node,
    "systems": _write_system,
    "links": _write_link,
    "zones": _write_zone,
    "equipment": _write_equipment,
    "circuits": _write_circuit,
}
