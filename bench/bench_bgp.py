"""A whole table of the Internet, as large as today's, taken in by BMP and checked by the RPKI."""

import struct
import time
from collections.abc import Callable
from random import Random
from typing import Any

from bench.report import Row, publish
from smartsenegal.cable.peering.bmp import wire
from smartsenegal.cable.peering.bmp.table import Told
from smartsenegal.cable.peering.rules.rpki import Roa, Table, prefix_of, verdict

ROUTES, EACH, ROAS, SEED, NAIVE = 1_000_000, 20, 500_000, 7, 40
METHOD = (
    f"{ROUTES:,} made-up routes of /24 in UPDATE messages of {EACH}, wrapped as BMP wraps them, and {ROAS:,} payloads of /22 to "
    "/24, all on one core in plain Python, CPU time, once. The peer reads RFC 6811 word for word over all payloads: "
    f"{NAIVE} routes are timed, the rest is in proportion, and its answers are compared."
)


def run() -> None:
    """Measure and publish."""
    told, messages = Told(), _messages()
    told.take(wire.PEER_UP, _peer() + b"\0" * 20 + _opening(64_497) + _opening(64_496))
    taken, _ = _cpu(lambda: [told.take(wire.ROUTES, message) for message in messages])
    assert told.size == ROUTES
    roas = _roas()
    built, table = _cpu(lambda: Table.of(roas))
    snapshot, (heard,) = _cpu(told.heard)
    routes = list(heard.routes or ())
    judged, found = _cpu(lambda: verdict(table, routes))
    assert found.valid + found.invalid + found.unknown == ROUTES
    some = Random(SEED).sample(routes, NAIVE)
    naive, states = _cpu(lambda: [_naive(roas, *route) for route in some])
    assert states == [table.state(prefix_of(route), route[3]) for route in some]
    publish(
        "bgp",
        METHOD,
        [
            Row("a table of 1,000,000 routes taken in by BMP", taken, "ms"),
            Row("what the collector stands still for, to have them checked", snapshot, "ms"),
            Row("a table of 500,000 ROAs made ready", built, "ms"),
            Row(
                "the RPKI state of 1,000,000 routes",
                judged,
                "ms",
                "RFC 6811 word for word",
                naive * ROUTES / NAIVE,
            ),
        ],
    )


def _cpu(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    found = act()
    return (time.process_time() - began) * 1000, found


def _naive(roas: list[Roa], version: int, address: int, length: int, origin: int | None) -> str:
    state = "unknown"
    for roa in roas:
        network, _, short = roa.prefix.partition("/")
        parts = [int(part) for part in network.split(".")]
        base = int.from_bytes(bytes(parts), "big")
        if int(short) <= length and (address ^ base) >> (32 - int(short)) == 0:
            if length <= roa.longest and roa.asn == origin != 0:
                return "valid"
            state = "invalid"
    return state


def _peer() -> bytes:
    address = bytes([192, 0, 2, 1]).rjust(16, b"\0")
    return struct.pack(">BB8s16sI4sII", 0, 0, b"\0" * 8, address, 64_496, b"\1\1\1\1", 1_795_792_547, 0)


def _bgp(kind: int, body: bytes) -> bytes:
    return b"\xff" * 16 + struct.pack(">HB", 19 + len(body), kind) + body


def _opening(asn: int) -> bytes:
    capabilities = b"\x01\x04\0\1\0\1\x41\x04" + struct.pack(">I", asn)
    parameter = bytes([2, len(capabilities)]) + capabilities
    return _bgp(1, struct.pack(">BHH4sB", 4, 23_456, 90, b"\1\1\1\1", len(parameter)) + parameter)


def _messages() -> list[bytes]:
    draw, found = Random(SEED), []
    for first in range(0, ROUTES, EACH):
        prefixes = b"".join(
            bytes([24]) + struct.pack(">I", (1 << 16) + n)[1:] for n in range(first, first + EACH)
        )
        path = struct.pack(">BBIII", 2, 3, 64_496, 3_356, draw.randrange(1, 70_000))
        attributes = b"\x40\1\1\0\x40\2" + bytes([len(path)]) + path
        found.append(_peer() + _bgp(2, struct.pack(">HH", 0, len(attributes)) + attributes + prefixes))
    return found


def _roas() -> list[Roa]:
    draw, found = Random(SEED), []
    for _ in range(ROAS):
        length = draw.randrange(22, 25)
        base = ((draw.randrange(1 << 16, (1 << 16) + 4 * ROUTES) << 8) >> (32 - length)) << (32 - length)
        prefix = ".".join(str(octet) for octet in base.to_bytes(4, "big"))
        found.append(Roa(f"{prefix}/{length}", 24, draw.randrange(1, 70_000)))
    return found
