"""Which addresses are those of another device."""

import pytest

from smartsenegal.lib import addresses


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.5", False), ("fd00::5", False), ("127.0.0.1", True), ("::ffff:127.0.0.1", True),
        ("169.254.169.254", True), ("0.0.0.0", True), ("224.0.0.1", True), ("fe80::1", True),
    ],
)  # fmt: skip
def test_no_device_has_an_address_of_this_machine(address: str, expected: bool) -> None:
    assert addresses.misplaced(address) is expected
