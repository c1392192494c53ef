from datetime import time

import pytest
from django.core.exceptions import ValidationError

from smartsenegal.kernel.fields import HourField


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("8 h", time(8)), ("8", time(8)), ("08h30", time(8, 30)), (" 8\u00a0h\u00a030 ", time(8, 30)),
        ("8 H 05 min", time(8, 5)), ("00:00", time(0)), ("23:59", time(23, 59)), (time(7, 15), time(7, 15)),
    ],
)  # fmt: skip
def test_an_hour_is_read_as_people_write_it(typed: object, hour: time) -> None:
    assert HourField(label="Heure").clean(typed) == hour


@pytest.mark.parametrize("typed", ["", "midi", "24:00", "8 h 60", "8:3", "830", "8 h 30 00", "\u0668"])
def test_what_is_no_hour_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"Écrivez l’heure comme 8 h 30\."):
        HourField(label="Heure").clean(typed)


def test_an_hour_that_is_not_asked_for_may_be_left_out_and_is_shown_as_it_is_read() -> None:
    field = HourField(label="Heure", required=False)
    assert field.clean("") is None
    shown = field.widget.format_value(field.prepare_value(time(8, 30)))
    assert field.clean(shown) == time(8, 30)
