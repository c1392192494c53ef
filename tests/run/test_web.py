"""How many processes serve the pages."""

import pytest

from smartsenegal.run.web import worker_count


@pytest.mark.parametrize(
    ("told", "cores", "expected"), [("", 1, 1), ("", 2, 2), ("", 16, 2), ("4", 2, 4), ("1", 8, 1)]
)
def test_two_where_there_are_two_cores_unless_told(told: str, cores: int, expected: int) -> None:
    assert worker_count({"SMARTSENEGAL_WORKERS": told} if told else {}, cores) == expected


@pytest.mark.parametrize("told", ["0", "-1", "beaucoup", "65", "1.5"])
def test_what_is_no_number_is_said(told: str) -> None:
    with pytest.raises(SystemExit, match="SMARTSENEGAL_WORKERS"):
        worker_count({"SMARTSENEGAL_WORKERS": told}, 2)
