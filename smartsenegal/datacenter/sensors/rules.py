"""What an answer says, which of its figures cannot be believed, and what a rack then draws. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

WATTS, CELSIUS, HUMIDITY = "watts", "celsius", "humidity"
QUANTITIES = [(WATTS, "Puissance (W)"), (CELSIUS, "Température (°C)"), (HUMIDITY, "Humidité (%)")]
UNITS = {WATTS: "W", CELSIUS: "°C", HUMIDITY: "%"}
TOTAL, PART, OTHER = "total", "part", "other"
REDFISH, SNMP = "redfish", "snmp"
KINDS = [(REDFISH, "Redfish"), (SNMP, "SNMP")]
# Beyond these nothing in a rack can be: a figure that is there is a fault of the sensor.
PHYSICAL = {
    WATTS: (Decimal(0), Decimal(200_000)), CELSIUS: (Decimal(-40), Decimal(150)),
    HUMIDITY: (Decimal(0), Decimal(100)),
}  # fmt: skip
# A power that has not moved by a watt for so many readings, while others of the rack did, is frozen.
FROZEN, MOVED = 12, Decimal("0.05")
# How far the whole of a device may be from the sum of its supplies: both lie within their precision.
APART, APART_WATTS = Decimal("0.2"), Decimal(50)
_MOST = 500
_TYPES = {"Power": WATTS, "Temperature": CELSIUS, "Humidity": HUMIDITY}


@dataclass(frozen=True)
class Figure:
    """One measure of an answer, in its unit; `low` and `high` are what the device says it can measure."""

    key: str
    name: str
    quantity: str
    value: Decimal
    role: str = OTHER
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Seen:
    """A figure with those before it, the latest last, and whether others of its rack moved meanwhile."""

    figure: Figure
    past: Sequence[Decimal] = field(default_factory=tuple)
    others_moved: bool = False


def number(given: Any) -> Decimal | None:
    """A figure of an answer; None for what is not one (a sensor that is absent answers null)."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        found = Decimal(str(given))
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 9:
        return None
    return found.quantize(Decimal("0.001"))


def figures(documents: Iterable[Mapping[str, Any]]) -> list[Figure]:
    """The measures that documents of Redfish hold (Power, Thermal, Sensor), each once, in their order."""
    found: dict[str, Figure] = {}
    for document in documents:
        for figure in _of(document):
            found.setdefault(figure.key, figure)
    return list(found.values())[:_MOST]


def _of(document: Mapping[str, Any]) -> Iterable[Figure]:
    kind = str(document.get("@odata.type", "")).split(".")[0].lstrip("#")
    if kind == "Power":
        yield from _rows(document, "PowerControl", ("PowerConsumedWatts",), WATTS, TOTAL)
        yield from _rows(document, "PowerSupplies", ("PowerInputWatts", "LastPowerOutputWatts"), WATTS, PART)
    elif kind == "Thermal":
        yield from _rows(document, "Temperatures", ("ReadingCelsius",), CELSIUS, OTHER)
    elif kind == "Sensor":
        quantity = _TYPES.get(str(document.get("ReadingType")))
        total = document.get("PhysicalContext") in ("Chassis", "PowerSubsystem")
        role = TOTAL if quantity == WATTS and total else OTHER
        if quantity and (made := _figure(document, ("Reading",), quantity, role)):
            yield made


def _rows(
    document: Mapping[str, Any], name: str, values: tuple[str, ...], quantity: str, role: str
) -> Iterable[Figure]:
    rows = document.get(name)
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and (made := _figure(row, values, quantity, role)):
            yield made


def _figure(row: Mapping[str, Any], values: tuple[str, ...], quantity: str, role: str) -> Figure | None:
    key, status = row.get("@odata.id"), row.get("Status")
    if isinstance(status, dict) and status.get("State") not in (None, "Enabled", "StandbyOffline"):
        return None
    value = next((n for name in values if (n := number(row.get(name))) is not None), None)
    if not isinstance(key, str) or not (key := printed(key)) or value is None:
        return None
    low, high = (
        next((n for name in names if (n := number(row.get(name))) is not None), None)
        for names in (
            ("MinReadingRangeTemp", "ReadingRangeMin"),
            ("MaxReadingRangeTemp", "ReadingRangeMax", "PowerCapacityWatts"),
        )
    )
    return Figure(key[:300], _name(row.get("Name")) or key[:120], quantity, value, role, low, high)


def printed(told: str) -> str:
    """What a device says, without what no page shows and no database keeps."""
    return "".join(character for character in told if character.isprintable())


def _name(told: Any) -> str:
    return printed(told)[:120] if isinstance(told, str) else ""


def links(document: Mapping[str, Any]) -> list[str]:
    """Where a document of Redfish says that measures are, or what may hold some; only under /redfish/."""
    kind = str(document.get("@odata.type", "")).split(".")[0].lstrip("#")
    wanted: list[Any] = []
    if kind in ("ServiceRoot", ""):
        wanted = [document.get("Chassis")]
    elif kind.endswith("Collection"):
        members = document.get("Members")
        wanted = members if isinstance(members, list) else []
    elif kind == "Chassis":
        wanted = [document.get(name) for name in ("Power", "Thermal", "Sensors")]
    found = [each.get("@odata.id") for each in wanted if isinstance(each, dict)]
    return [to for to in found if isinstance(to, str) and to.startswith("/redfish/") and ".." not in to]


def doubts(seen: Iterable[Seen]) -> dict[str, str]:
    """Why some figures of one device cannot be believed, in French, by their keys."""
    all_seen = list(seen)
    found = {each.figure.key: reason for each in all_seen if (reason := _alone(each))}
    powers = [each.figure for each in all_seen if each.figure.quantity == WATTS]
    totals = [f for f in powers if f.role == TOTAL]
    parts = [f for f in powers if f.role == PART]
    if totals and parts:
        whole = sum((f.value for f in totals), Decimal(0))
        added = sum((f.value for f in parts), Decimal(0))
        apart = abs(whole - added)
        if apart > APART_WATTS and apart > APART * max(whole, added):
            told = f"le total annonce {whole:.0f} W, ses alimentations {added:.0f} W"
            for figure in (*totals, *parts):
                found.setdefault(figure.key, told)
    return found


def _alone(seen: Seen) -> str:
    figure, unit = seen.figure, UNITS[seen.figure.quantity]
    low, high = PHYSICAL[figure.quantity]
    if not low <= figure.value <= high:
        return f"{figure.value:.0f} {unit} : impossible dans une baie"
    if (figure.low is not None and figure.value < figure.low) or (
        figure.high is not None and figure.value > figure.high
    ):
        return f"{figure.value:.0f} {unit} : hors de ce que l’appareil dit pouvoir mesurer"
    past = [*seen.past, figure.value][-FROZEN:]
    frozen = len(past) == FROZEN and len(set(past)) == 1
    if figure.quantity == WATTS and figure.value and frozen and seen.others_moved:
        return f"figé à {figure.value:.0f} W pendant que les autres mesures de la baie bougent"
    return ""


def moved(past: Sequence[Decimal]) -> bool:
    """Whether a power changed over its last readings by more than noise."""
    last = past[-FROZEN:]
    return len(last) > 1 and max(last) - min(last) > MOVED * max(last)


def drawn(devices: Iterable[Sequence[tuple[Figure, str]]]) -> int | None:
    """W that a rack draws, from the figures of its devices with the doubt on each.

    None when one cannot be told: a device without power, or with a doubt on what counts.
    """
    watts = Decimal(0)
    for device in devices:
        powers = [(f, doubt) for f, doubt in device if f.quantity == WATTS]
        counted = [p for p in powers if p[0].role == TOTAL] or [p for p in powers if p[0].role == PART]
        counted = counted or powers
        if not counted or any(doubt for _, doubt in counted):
            return None
        watts += sum((f.value for f, _ in counted), Decimal(0))
    return int(watts.to_integral_value())


def too_little(watts: int, inside: Iterable[Sequence[tuple[Figure, str]]]) -> str:
    """Why what feeds a rack cannot be believed: the devices in it announce more; "" when they do not."""
    added = sum(each for device in inside if (each := drawn([device])) is not None)
    if added - watts > max(APART_WATTS, APART * added):
        return f"{watts} W, quand les appareils de la baie en annoncent {added}"
    return ""


def worth_noting(watts: int, last: int | None, seconds: float) -> bool:
    """Whether a reading of a rack goes to its register: it moved by 2 %, or an hour went by."""
    return last is None or seconds >= 3600 or abs(watts - last) * 50 > max(last, 1)
