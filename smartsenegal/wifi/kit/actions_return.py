"""Events come back: cut into packs on the kit, written at the centre once each, counted on both sides."""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Max
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal, system
from smartsenegal.wifi.access.api import Credential
from smartsenegal.wifi.kit import rules, store
from smartsenegal.wifi.kit.actions_base import check, closed, key, one_act, tell
from smartsenegal.wifi.kit.errors import KitRefused
from smartsenegal.wifi.kit.models import Kit, Pack, Return
from smartsenegal.wifi.kit.queries import balance
from smartsenegal.wifi.kit.rules import COLUMNS, Balance
from smartsenegal.wifi.network import api as network
from smartsenegal.wifi.sessions.api import WRITERS_LOCK, Event, ensure_days

_COPY = f"COPY wifi_sessions_event ({', '.join(COLUMNS)}, calling) FROM STDIN"


def this_kit() -> Kit:
    """The kit that this installation is. Raises KitRefused."""
    found = Kit.objects.filter(state="here").first()
    if found is None:
        raise KitRefused("Cette installation n’est pas un kit d’événement.")
    return found


@transaction.atomic(using=settings.FLOWS)
def cut_packs(kit: Kit) -> None:
    """Give each event that has no pack yet its pack; a pack that was made never changes."""
    with connections[settings.FLOWS].cursor() as cursor:
        # Waits for those who write, so that no event with a lower number appears afterwards.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])
    Kit.objects.select_for_update().get(pk=kit.pk)
    last = kit.packs.aggregate(upto=Max("upto"), number=Max("number"))
    after, number = last["upto"] or 0, last["number"] or 0
    while ids := list(
        Event.objects.filter(id__gt=after).order_by("id").values_list("id", flat=True)[: rules.EVENTS_AT_ONCE]
    ):
        number += 1
        counted = _counted(after, ids[-1])
        Pack.objects.create(
            kit=kit, number=number, after=after, upto=ids[-1], events=counted.events,
            octets_in=counted.octets_in, octets_out=counted.octets_out,
        )  # fmt: skip
        after = ids[-1]


def _counted(after: int, upto: int) -> Balance:
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(octets_in), 0), coalesce(sum(octets_out), 0)"
            " FROM wifi_sessions_event WHERE id > %s AND id <= %s",
            [after, upto],
        )
        return Balance(*(int(n) for n in cursor.fetchone() or (0, 0, 0)))


def packed(kit: Kit) -> Iterator[bytes]:
    """The file of all events of this kit, a piece at a time."""
    cut_packs(kit)
    assert kit.machine is not None
    packs = map(_pack, kit.packs.order_by("number"))
    yield from rules.sealed_packs(kit.id, key(kit), kit.machine, balance(kit), packs)


def _pack(pack: Pack) -> dict[str, Any]:
    rows = Event.objects.filter(id__gt=pack.after, id__lte=pack.upto).order_by("id").values_list(*COLUMNS)
    return {
        "number": pack.number,
        "events": pack.events,
        "octets_in": pack.octets_in,
        "octets_out": pack.octets_out,
        "rows": [[_plain(value) for value in row] for row in rows],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else value


def take(by: Principal, data: bytes, only: Kit | None = None) -> Return:
    """Write the events of a kit's file; what became of it, whose `fault` says why it was not read to its end.

    Each pack is a transaction of its own: a file that is cut, a process that is killed, lose nothing of those
    before, and the whole file again adds only what is missing. The journal has a line before the first pack
    is written and one after the last, whatever stopped it. Raises PermissionRefused, and KitRefused for a
    file of which nothing can be read; `only` is the kit that it must be of.
    """
    kit, packs, made = _begin(by, data, only)
    return _read(by, kit, packs, made)


def receive(by: Principal, data: bytes, only: Kit | None = None) -> Return:
    """Have the worker read a kit's file, as `take` does; its row says how far. Raises as `take`."""
    from smartsenegal.wifi.kit.jobs import read_return  # it calls this module

    kit, _, made = _begin(by, data, only)
    # A process that is killed before the job is written leaves a row that says so.
    store.hold(made.pk, data)
    read_return.configure(lock=f"wifi_kit:{kit.pk}").defer(number=made.pk)
    return made


def read(number: int) -> None:
    """Read the file that is held for a return; what a worker that was killed had read is written once."""
    made = Return.objects.select_related("kit").get(pk=number)
    data = store.held(number)
    if made.done_at or data is None:
        return
    by = system("worker")
    try:
        _, _, packs = rules.open_packs(data, key(made.kit))
        _read(by, made.kit, packs, made)
    except KitRefused as refused:  # it was said lost meanwhile
        made.fault = refused.sentence
        _finish(by, made.kit, made)
    store.drop(number)


def _begin(
    by: Principal, data: bytes, only: Kit | None
) -> tuple[Kit, Iterator[dict[str, Any]], Return]:  # fmt: skip
    kit = _kit(rules.kit_of(data, rules.EVENTS), only)
    check(by, map(network.hotspot, kit.sites))
    machine, sent, packs = rules.open_packs(data, key(kit))
    return kit, packs, _receive(by, kit, machine, sent, sha256(data).hexdigest())


def _read(by: Principal, kit: Kit, packs: Iterator[dict[str, Any]], made: Return) -> Return:
    made.read = 0
    try:
        for pack in packs:
            made.new += _take_pack(kit, pack)
            made.read += pack["events"]
            made.save(update_fields=["new", "read"])
    except KitRefused as refused:
        made.fault = refused.sentence
    _finish(by, kit, made)
    return made


def _kit(number: UUID, only: Kit | None) -> Kit:
    kit = Kit.objects.filter(pk=number).first()
    if kit is None:
        raise KitRefused("Aucun kit de ce centre n’a fait ce fichier.")
    if only is not None and kit.pk != only.pk:
        raise KitRefused(f"Ce fichier est celui d’un autre kit, « {kit} » : reprenez-le sur sa page.")
    if kit.state == "here":
        raise KitRefused("Cette installation est le kit : reprenez le fichier au centre.")
    if kit.state == "prepared":
        raise KitRefused("Le fichier de ce kit n’a jamais été pris : rien ne peut en revenir.")
    return kit


def _receive(by: Principal, kit: Kit, machine: UUID, sent: Balance, digest: str) -> Return:
    with one_act():
        known = Kit.objects.select_for_update().get(pk=kit.pk)
        if known.key is None:
            raise KitRefused(closed(known))
        if known.machine not in (None, machine):
            raise KitRefused(
                "Une autre machine a été faite du fichier de ce kit, et ses événements sont déjà repris : "
                "ceux de celle-ci ne le seront pas. Un fichier ne fait qu’un kit."
            )
        known.machine = machine
        known.save(update_fields=["machine"])
        events, octets_in, octets_out = astuple(sent)
        made = Return.objects.create(
            kit=kit, author=by.label[:200], digest=digest, sent_events=events, sent_in=octets_in,
            sent_out=octets_out,
        )  # fmt: skip
        tell(by, kit, "kit_file_received", file=digest, events=events)
    return made


def _finish(by: Principal, kit: Kit, made: Return) -> None:
    with one_act():
        made.done_at = timezone.now()
        made.save(update_fields=["new", "fault", "done_at"])
        tell(by, kit, "kit_reconciled", file=made.digest, new=made.new, events=made.sent_events,
             fault=made.fault)  # fmt: skip


def _take_pack(kit: Kit, pack: dict[str, Any]) -> bool:
    """Write one pack, unless it is there; whether it was new."""
    found = rules.sort_out(pack["rows"], _allowed(kit, pack["rows"]))
    if found.all() != Balance(pack["events"], pack["octets_in"], pack["octets_out"]):
        raise KitRefused(f"Le paquet {pack['number']} ne fait pas son compte : rien n’en est repris.")
    days = sorted({row[0] for row in found.rows})
    for day in days:
        ensure_days(date.fromisoformat(day))
    with transaction.atomic(using=settings.FLOWS), connections[settings.FLOWS].cursor() as cursor:
        known = Kit.objects.select_for_update().get(pk=kit.pk)
        if known.key is None:
            raise KitRefused(closed(known))
        if kit.packs.filter(number=pack["number"]).exists():
            return False
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WRITERS_LOCK])
        with cursor.copy(_COPY) as copy:  # type: ignore[attr-defined]
            for row in found.rows:
                copy.write_row([*map(_column, COLUMNS, row), ""])
        written = _written(cursor, days)
        if written != found.taken:
            raise KitRefused(f"Le paquet {pack['number']} ne fait pas son compte : rien n’en est repris.")
        Pack.objects.create(
            kit=kit, number=pack["number"], events=written.events, octets_in=written.octets_in,
            octets_out=written.octets_out,
            refused={reason: list(astuple(counts)) for reason, counts in found.refused.items()},
        )  # fmt: skip
    return True


def _allowed(kit: Kit, rows: list[Any]) -> rules.Allowed:
    """What the kit may bring. The holders of the centre's own accesses are not its to charge."""
    others = Credential.objects.filter(holder__in=rules.holders(rows)).exclude(batch__in=kit.batches)
    forbidden = frozenset(others.values_list("holder", flat=True))
    return rules.Allowed(frozenset(kit.gateways), kit.starts_at, kit.expires_at, forbidden)


def _column(name: str, value: Any) -> Any:
    # COPY takes bytea in hexadecimal.
    return f"\\x{value}" if name in ("session", "device") else value


def _written(cursor: Any, days: list[str]) -> Balance:
    """What this transaction has put in the table, as the table says it."""
    cursor.execute(
        "SELECT count(*), coalesce(sum(octets_in), 0), coalesce(sum(octets_out), 0) FROM wifi_sessions_event"
        " WHERE day = ANY(%s::date[])"
        " AND xmin::text::bigint = pg_current_xact_id()::text::bigint %% (1::bigint << 32)",
        [days],
    )
    return Balance(*(int(n) for n in cursor.fetchone()))
