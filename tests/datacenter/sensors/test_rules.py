"""What an answer says, what of it cannot be believed, and what a rack then draws."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.datacenter.sensors import rules
from smartsenegal.datacenter.sensors.rules import CELSIUS, OTHER, PART, TOTAL, WATTS, Figure, Seen
from tests.datacenter.sensors.controller import documents

names = st.sampled_from(
    [
        "@odata.type",
        "@odata.id",
        "PowerControl",
        "PowerSupplies",
        "Members",
        "PowerConsumedWatts",
        "Status",
        "Name",
    ]
)
leaves = st.sampled_from(
    [
        None,
        True,
        1e400,
        -1,
        10**30,
        "NaN",
        "#Power.v1_0_0.Power",
        "#Chassis.v1.Chassis",
        "/redfish/v1/x",
        "\x00",
    ]
)
hostile = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5),
    max_leaves=20,
)


def watts(value: int, role: str = TOTAL, key: str = "a", **more: Any) -> Figure:
    return Figure(key, key, WATTS, Decimal(value), role, **more)


def test_the_measures_of_a_controller_are_read_with_what_they_are() -> None:
    found = rules.figures(documents(1300, (650, 635), 23.5).values())
    assert [(f.name, f.quantity, f.value, f.role, f.high) for f in found] == [
        ("System", WATTS, 1300, TOTAL, None), ("Supply 0", WATTS, 650, PART, 1450),
        ("Supply 1", WATTS, 635, PART, 1450), ("Inlet", CELSIUS, Decimal("23.5"), OTHER, 120),
    ]  # fmt: skip
    sensor = {
        "@odata.type": "#Sensor.v1_2_0.Sensor", "@odata.id": "/s", "ReadingType": "Power", "Reading": 12,
        "PhysicalContext": "Chassis", "ReadingRangeMax": 10,
    }  # fmt: skip
    assert rules.figures([sensor]) == [Figure("/s", "/s", WATTS, Decimal(12), TOTAL, None, Decimal(10))]
    assert rules.figures([{**sensor, "Status": {"State": "Absent"}}]) == []
    assert rules.figures([{**sensor, "Reading": None}]) == []


@settings(max_examples=60)
@given(st.dictionaries(names, hostile, max_size=6))
def test_hostile_answers_give_figures_or_nothing(document: dict[str, Any]) -> None:
    for figure in rules.figures([document]):
        assert figure.key.isprintable()  # NUL would make the database refuse a whole round
        assert figure.name.isprintable()
        assert figure.value.is_finite()
    assert all(to.startswith("/redfish/") for to in rules.links(document))


def test_only_what_stays_on_the_controller_is_followed() -> None:
    root = {"@odata.type": "#ChassisCollection.x", "Members": [
        {"@odata.id": to}
        for to in ("/redfish/v1/a", "https://ailleurs.sn/redfish/", "//ailleurs.sn", "/redfish/../x", 3)
    ]}  # fmt: skip
    assert rules.links(root) == ["/redfish/v1/a"]


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ([Seen(watts(-1))], "impossible"),
        ([Seen(Figure("t", "t", CELSIUS, Decimal(151)))], "impossible"),
        ([Seen(watts(2000, high=Decimal(1450)))], "hors de ce que l’appareil"),
        ([Seen(watts(300, PART, low=Decimal(400)))], "hors de ce que l’appareil"),
        ([Seen(watts(500), [Decimal(500)] * 11, others_moved=True)], "figé à 500 W"),
        ([Seen(watts(1300)), Seen(watts(300, PART, "b")), Seen(watts(300, PART, "c"))], "annonce 1300 W"),
    ],
)
def test_a_sensor_that_lies_is_told_with_what_proves_it(seen: list[Seen], told: str) -> None:
    found = rules.doubts(seen)
    assert set(found) == {each.figure.key for each in seen}
    assert all(told in reason for reason in found.values())


def test_honest_sensors_are_believed() -> None:
    steady = [Decimal(500)] * 11
    for seen in (
        [Seen(watts(500), steady)],  # nothing else moved: it may well be true
        [Seen(watts(500), steady[:10], others_moved=True)],
        [Seen(watts(0), [Decimal(0)] * 11, others_moved=True)],  # it is off
        [Seen(watts(500), [*steady[:10], Decimal(501)], others_moved=True)],
        [Seen(watts(1300)), Seen(watts(650, PART, "b")), Seen(watts(635, PART, "c"))],
        [Seen(watts(40)), Seen(watts(80, PART, "b"))],
    ):
        assert rules.doubts(seen) == {}
    assert rules.moved([Decimal(500)] * 11 + [Decimal(600)])
    assert not rules.moved([Decimal(500), Decimal(510)])


def test_a_rack_draws_what_its_devices_count_or_cannot_be_told() -> None:
    server = [(watts(1300), ""), (watts(650, PART, "b"), ""), (watts(635, PART, "c"), "")]
    strip = [(watts(200, OTHER, "d"), "")]
    assert rules.drawn([server, strip]) == 1500
    assert rules.drawn([server[1:], strip]) == 1485
    assert rules.drawn([server, [(watts(1), "douteux")]]) is None
    assert rules.drawn([server, []]) is None
    assert rules.too_little(1500, [server]) == ""
    assert "1000 W, quand les appareils de la baie en annoncent 1300" in rules.too_little(1000, [server])


def test_a_reading_is_noted_when_it_moved_or_an_hour_went_by() -> None:
    assert rules.worth_noting(1000, None, 0)
    assert not rules.worth_noting(1020, 1000, 300)
    assert rules.worth_noting(1021, 1000, 300)
    assert rules.worth_noting(1000, 1000, 3600)
    assert rules.worth_noting(5, 0, 300)
