"""What routers print, read."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.peering.reading import bird, gobgp
from smartsenegal.cable.peering.reading.base import BadState
from smartsenegal.cable.peering.rules.differences import Count
from smartsenegal.cable.peering.rules.rpki import route
from tests.cable.billing.terms import unhurried

NOW = datetime(2026, 11, 27, 15, 16, tzinfo=UTC)
# As BIRD 2.0.12 printed it.
PRINTED = """BIRD 2.0.12 ready.
Name       Proto      Table      State  Since         Info
device1    Device     ---        up     15:15:42.380  

s4         Static     master4    up     15:15:42.380  
  Channel ipv4
    State:          UP
    Routes:         2 imported, 0 exported, 2 preferred

peer_b     BGP        ---        up     15:15:47.177  Established   
  BGP state:          Established
    Neighbor address: 192.0.2.2
    Neighbor AS:      64497
    Local AS:         64496
    Local capabilities
      Multiprotocol
        AF announced: ipv4
  Channel ipv4
    State:          UP
    Import limit:   3
      Action:       disable
    Routes:         2 imported, 1 filtered, 2 exported, 2 preferred
    Route change stats:     received   rejected   filtered    ignored   accepted

peer_c     BGP        ---        down   2026-11-20    Automatic shutdown: Route limit exceeded
  BGP state:          Down
    Neighbor address: 2001:db8::9
    Neighbor AS:      64499
    Last error:       Automatic shutdown: Route limit exceeded
  Channel ipv6
    State:          DOWN
    Import limit:   3 [HIT]

Table master4:
196.1.92.0/24        blackhole [s4 15:15:42.380] * (200)
41.82.0.0/16         unicast [peer_b 15:15:49.422] * (100) [AS64497?]
\tvia 192.0.2.2 on vA
                     unicast [peer_c 15:15:49.422] (100) [AS64499i]
41.83.0.0/16         unicast [peer_b 15:15:49.437] * (100) [?]
"""  # noqa: W291


def test_birdc_is_read_with_its_limits_its_faults_and_its_routes() -> None:
    up, down = bird.read(PRINTED, NOW)
    assert (up.address, up.asn, up.state) == ("192.0.2.2", 64_497, "established")
    assert up.since == datetime(2026, 11, 27, 15, 15, 47, tzinfo=UTC)
    assert up.counts == {"ipv4": Count(3, 2, 3)}
    assert list(up.routes or []) == [route("41.82.0.0/16", 64_497), route("41.83.0.0/16", None)]
    assert (down.address, down.state, down.fault) == (
        "2001:db8::9", "down", "Automatic shutdown: Route limit exceeded",
    )  # fmt: skip
    assert down.counts == {"ipv6": Count(None, None, 3, hit=True)}
    assert list(down.routes or []) == [route("41.82.0.0/16", 64_499)]
    short, _ = bird.read(PRINTED.partition("Table master4")[0], NOW)
    assert short.routes is None


def test_gobgp_is_read() -> None:
    row = {
        "conf": {"neighbor_address": "192.0.2.1", "peer_asn": 64496},
        "state": {"neighbor_address": "192.0.2.1", "peer_asn": 64496, "session_state": 6},
        "timers": {"state": {"uptime": {"seconds": 1795792547}, "downtime": {"seconds": 1795792547}}},
        "afi_safis": [
            {"config": {"family": {"afi": 1, "safi": 1}}, "state": {"received": 2, "accepted": 1},
             "prefix_limits": {"max_prefixes": 50}},
            {"config": {"family": {"afi": 2, "safi": 1}}, "state": {}},
        ],
    }  # fmt: skip
    (found,) = gobgp.read(json.dumps([row]), NOW)
    assert (found.address, found.asn, found.state) == ("192.0.2.1", 64_496, "established")
    assert found.counts == {"ipv4": Count(2, 1, 50), "ipv6": Count(0, 0, None)}
    assert found.routes is None


@pytest.mark.parametrize(
    "bad", ["", "{}", "[1]", '[{"state": {}}]', '[{"conf": 1, "state": {"session_state": 9}}]']
)
def test_what_gobgp_never_printed_is_refused(bad: str) -> None:
    with pytest.raises(BadState):
        gobgp.read(bad, NOW)


@pytest.mark.parametrize("bad", ["", "bird> ", PRINTED.replace("Neighbor address", "Neighbour")])
def test_what_bird_never_printed_is_refused(bad: str) -> None:
    with pytest.raises(BadState):
        bird.read(bad, NOW)


@unhurried
@given(st.data())
def test_a_damaged_text_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PRINTED)))
    damaged = PRINTED[:at] + data.draw(st.text(max_size=8)) + PRINTED[at + data.draw(st.integers(0, 40)) :]
    try:
        for found in bird.read(damaged, NOW):
            assert found.address
    except BadState:
        return
