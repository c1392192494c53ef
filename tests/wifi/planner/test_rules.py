"""The planner against what was published, against exact formulas, and against common sense."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.wifi.planner import rules
from smartsenegal.wifi.planner.rules import Crowd, Kit, Range, Service

FINALS = [(67_612, 40_033, 25_670, 7.87), (70_081, 48_845, 30_605, 13.06), (62_417, 44_358, 24_837, 10.4)]
MAGAL = Crowd(people=6_583_278, arrivals=300_000)

people = st.integers(1, 5_000_000)
points = st.integers(1, 5_000)


@pytest.mark.parametrize(("present", "devices", "at_once", "gbps"), FINALS)
def test_what_was_measured_is_within_the_range(present: int, devices: int, at_once: int, gbps: float) -> None:
    found = rules.need(Crowd(present, arrivals=20_000), Kit(), Service())
    assert found.devices.low <= devices * 1.01
    assert devices <= found.devices.high * 1.01
    assert found.at_once.low * 0.99 <= at_once <= found.at_once.high * 1.01
    assert found.mbps.low <= gbps * 1000 * 1.05
    assert gbps * 1000 <= found.mbps.high * 1.05


def test_forty_access_points_hold_four_thousand_devices_of_the_magal() -> None:
    found = rules.held(40, MAGAL, Kit(heard=3), None, Service())
    assert found.at_once.likely == 4_000
    assert round(100 * found.crowd_share.likely, 2) == 0.06
    assert found.blocking.likely > 0.99


def test_one_per_cent_of_the_magal_asks_for_660_access_points() -> None:
    wanted = Crowd(66_000, 0, at_once=Range(1, 1, 1), take_up=Range(1, 1, 1))
    found = rules.need(wanted, Kit(heard=0), Service())
    assert found.access_points.likely == 660
    assert round(found.mbps.likely / 1000) == 23


def test_one_slow_client_costs_more_than_its_share() -> None:
    assert rules.harmonic_mean({100.0: 1.0}) == 100
    assert rules.harmonic_mean({100.0: 0.75, 10.0: 0.25}) == pytest.approx(30.77, abs=0.01)
    with pytest.raises(ValueError, match="positive"):
        rules.harmonic_mean({})
    with pytest.raises(ValueError, match="positive"):
        rules.harmonic_mean({0.0: 1.0})


def test_erlang_b_gives_the_published_values() -> None:
    # From the tables of the formula: 5 servers for 1.36 erlangs, 10 for 4.46, 100 for 84.1 block 1 %.
    for servers, offered in ((5, 1.36), (10, 4.46), (100, 84.1)):
        assert rules.erlang_b(offered, servers) == pytest.approx(0.01, abs=0.0005)


@settings(deadline=None)
@given(st.floats(0.1, 60), st.integers(0, 60))
def test_erlang_b_is_its_definition(offered: float, servers: int) -> None:
    terms = [offered**n / math.factorial(n) for n in range(servers + 1)]
    assert rules.erlang_b(offered, servers) == pytest.approx(terms[-1] / sum(terms), rel=1e-6, abs=1e-12)


@settings(deadline=None)
@given(st.floats(0.1, 1e6), st.integers(0, 200_000))
def test_more_servers_never_block_more(offered: float, servers: int) -> None:
    few, more = rules.erlang_b(offered, servers), rules.erlang_b(offered, servers + 1)
    assert 0 <= more <= few <= 1


@settings(deadline=None)
@given(people, st.integers(0, 200_000), st.integers(0, 30), st.floats(0, 0.95))
def test_a_need_is_ordered_and_its_addresses_fit(crowd: int, arrivals: int, heard: int, local: float) -> None:
    found = rules.need(Crowd(crowd, arrivals), Kit(heard=heard), Service(local))
    for values in (
        found.devices,
        found.at_once,
        found.mbps,
        found.uplink_mbps,
        found.access_points,
        found.pool,
    ):
        assert 0 <= values.low <= values.likely <= values.high
    assert 2 ** (32 - found.prefix) - 3 >= found.pool.high
    assert found.prefix == 29 or 2 ** (31 - found.prefix) - 3 < found.pool.high


@settings(deadline=None)
@given(people, points, st.integers(1, 100_000), st.floats(0, 0.95))
def test_nothing_holds_more_than_its_seats_its_air_and_its_line(
    crowd: int, count: int, uplink: int, local: float
) -> None:
    kit = Kit()
    found = rules.held(count, Crowd(crowd, 0), kit, uplink, Service(local))
    assert found.at_once.high <= count * kit.radios * kit.active.low
    assert found.at_once.high <= crowd
    assert found.mbps.high <= count * kit.radios * rules.cell_mbps(kit) + 1e-6
    assert found.mbps.high * (1 - local) <= uplink * rules.FILLED + 1e-6
    assert 0 <= found.blocking.low <= found.blocking.likely <= found.blocking.high <= 1


@settings(deadline=None)
@given(people, points, st.integers(1, 100_000))
def test_local_content_and_more_access_points_never_hurt(crowd: int, count: int, uplink: int) -> None:
    asked = Crowd(crowd, 0)
    plain = rules.held(count, asked, Kit(), uplink, Service(0))
    local = rules.held(count, asked, Kit(), uplink, Service(0.5))
    more = rules.held(count + 1, asked, Kit(), uplink, Service(0))
    assert local.kbps_each.likely >= plain.kbps_each.likely
    assert more.at_once.likely >= plain.at_once.likely
    assert more.blocking.likely <= plain.blocking.likely + 1e-12
