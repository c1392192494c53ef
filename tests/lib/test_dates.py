from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.lib import dates
from smartsenegal.lib.dates import DateRefused, parse_date, senegal_calendar

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
decrees = st.dictionaries(
    st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.none() | st.just("Fête"), max_size=8
)
SN = senegal_calendar()


# --- the calendar


def test_holidays_of_senegal() -> None:
    assert SN.holiday_name(date(2026, 4, 4)) == "Fête de l’Indépendance"
    assert SN.holiday_name(date(2026, 3, 20)) == "Journée de la Korité"
    assert SN.holiday_name(date(2026, 11, 24)) is None
    assert not SN.is_working_day(date(2026, 12, 25))
    assert not SN.is_working_day(date(2026, 11, 22))
    assert SN.is_working_day(date(2026, 11, 24))


def test_feasts_of_the_moon_are_estimates_and_fixed_ones_are_not() -> None:
    assert SN.is_estimated(date(2026, 3, 20))
    assert not SN.is_estimated(date(2026, 5, 1))
    assert not SN.is_estimated(date(2026, 11, 24))
    # The Monday after Tabaski falls on Pentecost's Monday: off whatever the moon says.
    assert not SN.is_estimated(date(2027, 5, 17))
    assert "Pentecôte" in (SN.holiday_name(date(2027, 5, 17)) or "")


def test_a_decree_moves_a_feast() -> None:
    friday, monday = date(2026, 3, 20), date(2026, 3, 23)
    moved = senegal_calendar({friday: None, monday: "Korité"})
    assert moved.is_working_day(friday)
    assert not moved.is_working_day(monday)
    assert not moved.is_estimated(monday)
    assert moved.holiday_name(monday) == "Korité"
    assert SN.estimates_between(date(2026, 3, 1), date(2026, 3, 31)) == [friday]
    assert moved.estimates_between(date(2026, 3, 1), date(2026, 3, 31)) == []


def test_delays_worked_by_hand() -> None:
    # Thursday 24 December 2026: Friday is Christmas, so five working days end on Friday 1 January's eve … not
    # counted either: 28, 29, 30, 31 December, then Monday 4 January.
    assert SN.add(date(2026, 12, 24), 5, "working_days") == date(2027, 1, 4)
    assert SN.add(date(2026, 12, 24), 5, "calendar_days") == date(2026, 12, 29)
    assert SN.add(date(2026, 1, 31), 1, "months") == date(2026, 2, 28)
    assert SN.add(date(2028, 1, 31), 1, "months") == date(2028, 2, 29)
    assert SN.add(date(2026, 11, 24), 3, "months") == date(2027, 2, 24)
    assert SN.add(date(2028, 2, 29), 1, "years") == date(2029, 2, 28)
    assert SN.add(date(2026, 3, 31), -1, "months") == date(2026, 2, 28)
    assert SN.next_working_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert SN.next_working_day(date(2026, 12, 24)) == date(2026, 12, 24)


def test_add_refuses() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        SN.add(date(2026, 1, 1), 1, "fortnights")  # type: ignore[arg-type]
    with pytest.raises(OverflowError):
        SN.add(date(9999, 12, 1), 1, "months")


@given(days, st.integers(-80, 80), decrees)
def test_working_days_added_are_the_working_days_between(
    start: date, amount: int, decree: dict[date, str | None]
) -> None:
    calendar = senegal_calendar(decree)
    end = calendar.add(start, amount, "working_days")
    if amount:
        assert calendar.is_working_day(end)
    if amount >= 0:
        assert calendar.working_days_between(start, end) == amount
    else:
        assert calendar.add(start, amount + 1, "working_days") > end


@given(st.dates(date(2023, 1, 1), date(2029, 1, 1)), st.integers(-900, 900), decrees)
def test_counting_agrees_with_looking_at_every_day(
    a: date, length: int, decree: dict[date, str | None]
) -> None:
    calendar, b = senegal_calendar(decree), a + timedelta(days=length)
    if length >= 0:
        naive = sum(calendar.is_working_day(a + timedelta(days=i)) for i in range(1, length + 1))
    else:
        naive = -sum(calendar.is_working_day(a - timedelta(days=i)) for i in range(1, -length + 1))
    assert calendar.working_days_between(a, b) == naive


@given(
    days,
    st.integers(0, 400),
    st.integers(0, 400),
    st.sampled_from(["working_days", "calendar_days", "months"]),
)
def test_a_longer_delay_never_ends_sooner(start: date, shorter: int, more: int, unit: dates.Unit) -> None:
    assert start <= SN.add(start, shorter, unit) <= SN.add(start, shorter + more, unit)


# --- writing


def test_formats() -> None:
    assert dates.format_date(date(2026, 11, 24)) == "24\u00a0novembre\u00a02026"
    assert dates.format_date(date(2027, 1, 1)) == "1er\u00a0janvier\u00a02027"
    assert dates.format_short(date(2026, 11, 24)) == "24\u00a0nov."
    assert dates.format_long(date(2026, 11, 24)) == "mardi 24\u00a0novembre\u00a02026"
    nine = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
    assert dates.format_datetime(nine) == "24\u00a0novembre\u00a02026 à 9\u00a0h\u00a005"
    assert dates.format_time(nine.replace(minute=0)) == "9\u00a0h"


def test_a_moment_is_told_in_dakar() -> None:
    paris = datetime(2026, 7, 2, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert dates.format_datetime(paris) == "1er\u00a0juillet\u00a02026 à 23\u00a0h\u00a030"
    assert dates.format_date(paris) == "1er\u00a0juillet\u00a02026"
    with pytest.raises(ValueError, match="time zone"):
        dates.format_datetime(datetime(2026, 7, 2, 1, 30))  # noqa: DTZ001


# --- reading


@pytest.mark.parametrize(
    "typed",
    [
        *("27 3 1994", "27/03/1994", "27-03-1994", "27.3.1994", "1994-03-27", "27 mars 1994", "27 MARS 1994"),
        *(
            "dimanche 27 mars 1994",
            " 27\u00a0mars\u00a01994 ",
            ("27", "3", "1994"),
            (27, 3, 1994),
            ["27", "mars", "1994"],
        ),
    ],
)
def test_parse(typed: str | tuple[str | int, ...]) -> None:
    assert parse_date(typed) == date(1994, 3, 27)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Indiquez une date"),
        (("", None, " "), "Indiquez une date"),
        (("27", "", "1994"), "Indiquez aussi le mois"),
        (("", "", "1994"), "Indiquez aussi le jour et le mois"),
        ("27 3", "jour, le mois et l’année"),
        ("27 3 94", "quatre chiffres"),
        ("0027-3-1", "quatre chiffres"),
        ("31/04/2026", "avril 2026 compte 30 jours"),
        ("29 février 2026", "février 2026 compte 28 jours"),
        ("32 1 2026", "de 1 à 31"),
        ("0 1 2026", "de 1 à 31"),
        ("1 13 2026", "de 1 à 12"),
        ("1 brumaire 2026", "de 1 à 12"),
        ("27 3 ١٩٩٤", "quatre chiffres"),
        ("٢٧ 3 1994", "de 1 à 31"),
    ],
)
def test_parse_refuses_with_a_sentence(typed: str | tuple[str | None, ...], says: str) -> None:
    with pytest.raises(DateRefused, match=says):
        parse_date(typed)


def test_parse_within_bounds() -> None:
    first, last = date(1900, 1, 1), date(2026, 11, 24)
    assert parse_date("24 11 2026", earliest=first, latest=last) == last
    with pytest.raises(DateRefused, match=r"24.novembre.2026 ou avant"):
        parse_date("25 11 2026", latest=last)
    with pytest.raises(DateRefused, match=r"1er.janvier.1900 ou après"):
        parse_date("31 12 1899", earliest=first)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_what_is_printed_is_read_back(d: date) -> None:
    assert parse_date(dates.format_date(d)) == d
    assert parse_date(dates.format_long(d)) == d
    assert parse_date(d.isoformat()) == d
    assert parse_date(f"{dates.format_short(d)} {d.year}") == d


@given(st.text() | st.lists(st.text() | st.none() | st.integers(), min_size=3, max_size=3))
def test_parse_never_fails_otherwise(typed: str | list[str | int | None]) -> None:
    try:
        parse_date(typed)
    except DateRefused as refusal:
        sentence = str(refusal)
    else:
        sentence = "."
    assert sentence.endswith(".")
