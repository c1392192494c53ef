"""The wire of BMP: messages made by hand, damaged ones, and the process with a database."""

import asyncio
import struct
from ipaddress import ip_address

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.peering.bmp import process, wire
from smartsenegal.cable.peering.bmp.process import LARGE_SECONDS, Collector, Line
from smartsenegal.cable.peering.bmp.table import Told
from smartsenegal.cable.peering.bmp.wire import BadMessage
from smartsenegal.cable.peering.models import Observed, Router
from smartsenegal.cable.peering.reading.base import Heard
from smartsenegal.cable.peering.rules.differences import Count
from smartsenegal.cable.peering.rules.rpki import prefix_of
from smartsenegal.run import up as up_module
from tests.cable.billing.terms import unhurried

AT = 1_795_792_547


def peer(address: str = "192.0.2.1", asn: int = 64_496, flags: int = 0) -> bytes:
    packed = ip_address(address).packed.rjust(16, b"\0")
    flags |= 0x80 if ":" in address else 0
    return struct.pack(">BB8s16sI4sII", 0, flags, b"\0" * 8, packed, asn, b"\1\1\1\1", AT, 0)


def bgp(kind: int, body: bytes) -> bytes:
    return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), kind) + body


def opening(asn: int, add_path: int = 0) -> bytes:
    capabilities = b"\x01\x04\0\1\0\1" + b"\x01\x04\0\2\0\1" + b"\x41\x04" + struct.pack(">I", asn)
    if add_path:
        capabilities += b"\x45\x04\0\1\1" + bytes([add_path])
    parameter = bytes([2, len(capabilities)]) + capabilities
    return bgp(1, struct.pack(">BHH4sB", 4, 23_456, 90, b"\1\1\1\1", len(parameter)) + parameter)


def up(asn: int = 64_496, **more: int) -> bytes:
    return b"\0" * 20 + opening(64_497, **more) + opening(asn, **more)


def announce(prefixes: bytes, path: list[int], withdrawn: bytes = b"", v6: bytes = b"") -> bytes:
    segment = bytes([2, len(path)]) + b"".join(struct.pack(">I", a) for a in path) if path else b""
    attributes = bytes([0x40, 1, 1, 0, 0x40, 2, len(segment)]) + segment
    if v6:
        reach = b"\0\2\1\x10" + b"\0" * 16 + b"\0" + v6
        attributes += bytes([0x90, 14]) + struct.pack(">H", len(reach)) + reach
    return bgp(
        2,
        struct.pack(">H", len(withdrawn))
        + withdrawn
        + struct.pack(">H", len(attributes))
        + attributes
        + prefixes,
    )


def texts(heard: Heard) -> list[tuple[str, int | None]]:
    """Its routes as text."""
    return sorted((prefix_of(route), route[3]) for route in heard.routes or [])


P1, P2 = bytes([16, 41, 82]), bytes([24, 196, 1, 92])


def test_a_session_comes_up_brings_routes_and_falls_over_its_limit() -> None:
    told = Told()
    told.take(wire.INITIATION, struct.pack(">HH", 2, 4) + b"dkr1")
    told.take(wire.PEER_UP, peer() + up())
    told.take(wire.ROUTES, peer() + announce(P1 + P2, [64_496, 8_346], v6=bytes([32, 0x20, 1, 0x0D, 0xB8])))
    (heard,) = told.heard()
    assert told.name == "dkr1"
    assert (heard.address, heard.asn, heard.state) == ("192.0.2.1", 64_496, "established")
    assert heard.counts == {"ipv4": Count(2), "ipv6": Count(1)}
    assert texts(heard) == [("196.1.92.0/24", 8_346), ("2001:db8::/32", 8_346), ("41.82.0.0/16", 8_346)]
    told.take(wire.ROUTES, peer() + announce(P2, [64_496, 64_500], withdrawn=P1))
    (heard,) = told.heard()
    assert ("196.1.92.0/24", 64_500) in texts(heard)
    assert heard.counts["ipv4"] == Count(1)
    told.take(wire.ROUTES, peer(flags=wire.POST_POLICY) + announce(P2, [64_496]))
    (heard,) = told.heard()
    assert (heard.counts["ipv4"], heard.accepted) == (Count(1, 1), True)
    told.take(wire.PEER_DOWN, peer() + b"\x03" + bgp(3, b"\x06\x01"))
    (heard,) = told.heard()
    assert (heard.state, heard.routes) == ("down", None)
    assert heard.fault == "le voisin l’a fermée : limite de préfixes dépassée"


def test_identifiers_of_paths_and_an_empty_path_are_understood() -> None:
    told = Told()
    told.take(wire.PEER_UP, peer() + up(add_path=3))
    told.take(wire.ROUTES, peer() + announce(b"\0\0\0\1" + P1 + b"\0\0\0\2" + P1, []))
    (heard,) = told.heard()
    assert texts(heard) == [("41.82.0.0/16", 64_496)] * 2


def test_routes_that_are_told_later_leave_what_was_known_of_them() -> None:
    line = Line(1)
    line.told.take(wire.PEER_UP, peer() + up())
    line.told.take(wire.ROUTES, peer() + announce(P1 + P2, [64_496]))
    (first,) = line.heard(0.0)
    assert (len(texts(first)), first.later) == (2, False)
    large, process.LARGE = process.LARGE, 1
    try:
        (soon,), (later,) = line.heard(LARGE_SECONDS), line.heard(LARGE_SECONDS + 5)
        (last,) = line.heard(2 * LARGE_SECONDS)
    finally:
        process.LARGE = large
    assert (len(texts(soon)), later.routes, later.later) == (2, None, True)
    assert later.counts == first.counts
    assert len(texts(last)) == 2


def test_what_is_sent_out_and_the_local_table_are_not_sessions() -> None:
    told = Told()
    told.take(wire.PEER_UP, peer(flags=wire.OUT) + up())
    told.take(wire.PEER_UP, b"\x03" + peer()[1:] + up())
    assert told.heard() == []


@unhurried
@given(
    st.sampled_from([wire.PEER_UP, wire.ROUTES, wire.PEER_DOWN, wire.STATISTICS, wire.INITIATION]), st.data()
)
def test_damaged_messages_are_refused_and_nothing_else_breaks(kind: int, data: st.DataObject) -> None:
    whole = bytearray(peer() + (up() if kind == wire.PEER_UP else announce(P1 + P2, [1, 2])))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    told = Told()
    told.take(wire.PEER_UP, peer() + up())
    try:
        told.take(kind, bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except BadMessage:
        return
    assert told.heard()


def test_the_supervisor_starts_the_collector_where_a_port_is_given() -> None:
    assert up_module._bmp({}) == []
    (child,) = up_module._bmp({"SMARTSENEGAL_BMP_PORT": "11019"})
    assert (child.name, child.command[-1]) == ("bmp", "bmp")


def message(kind: int, body: bytes) -> bytes:
    return wire.HEADER.pack(3, wire.HEADER.size + len(body), kind) + body


@pytest.mark.django_db(transaction=True)
def test_the_process_writes_what_a_known_router_tells_and_says_when_its_line_falls() -> None:
    from smartsenegal.cable.network.models import Equipment, Node

    node = Node.objects.create(code="a", name="A", role="abroad", country="Ailleurs")
    equipment = Equipment.objects.create(code="r1", name="R1", node=node, kind="router")
    router = Router.objects.create(
        equipment=equipment,
        code="r1",
        asn=64_497,
        router_id="192.0.2.2",
        software="gobgp",
        bmp_address="127.0.0.1",
    )

    async def play() -> None:
        collector = Collector("127.0.0.1", 0, seconds=0.05)
        server = await asyncio.start_server(collector._router, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            message(wire.PEER_UP, peer() + up()) + message(wire.ROUTES, peer() + announce(P1, [64_496]))
        )
        await writer.drain()
        while not collector.lines or not next(iter(collector.lines.values())).told.sessions:
            await asyncio.sleep(0.01)
        await collector._write()
        assert not await asyncio.to_thread(_seen)  # it may still be telling
        await collector._write()
        writer.write(b"GET / HTTP/1.1\r\n")
        await writer.drain()
        assert await reader.read() == b""  # what is no BMP ends the line
        while collector.lines:
            await asyncio.sleep(0.01)
        server.close()
        for _ in range(200):
            if await asyncio.to_thread(_lost):
                return
            await asyncio.sleep(0.01)

    def _seen() -> bool:
        try:
            return Observed.objects.exists()
        finally:
            connections.close_all()

    def _lost() -> bool:
        try:
            return Router.objects.filter(lost_at__isnull=False).exists()
        finally:
            connections.close_all()

    asyncio.run(play())
    seen = Observed.objects.get(router=router)
    assert (seen.address, seen.state, seen.counts) == (
        "192.0.2.1", "established", {"ipv4": [1, None, None, False], "ipv6": [0, None, None, False]},
    )  # fmt: skip
    router.refresh_from_db()
    assert router.lost_at is not None
