import pytest

from smartsenegal.wifi.network import rules


@pytest.mark.parametrize(
    "text",
    ["AA-BB-CC-DD-EE-FF", "aa:bb:cc:dd:ee:ff", "aabb.ccdd.eeff", "AABBCCDDEEFF", " aa-bb-cc-dd-ee-ff "],
)
def test_a_mac_address_is_read_in_every_usual_spelling(text: str) -> None:
    assert rules.mac(text) == "aabbccddeeff"


@pytest.mark.parametrize("text", ["", "aa-bb-cc-dd-ee", "aa-bb-cc-dd-ee-gg", "aa-bb-cc-dd-ee-ff-00", "\0"])
def test_what_is_no_mac_address_is_told(text: str) -> None:
    assert rules.mac(text) is None


def test_an_address_made_up_by_the_phone_is_known() -> None:
    assert [rules.is_private_mac(f"{first}bbccddeeff") for first in ("a0", "a2", "a6", "aa", "ae", "00")] == [
        False, True, True, True, True, False,
    ]  # fmt: skip


def test_a_network_is_written_one_way() -> None:
    assert rules.network(" 10.1.2.3 ") == "10.1.2.3/32"
    assert rules.network("10.1.2.3/16") == "10.1.0.0/16"
    assert rules.network("2001:db8::1") == "2001:db8::1/128"
    assert rules.network("réseau") is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("AB:" * 31 + "AB", ("fingerprint", "ab" * 32)),
        ("sha256 Fingerprint=" + "0f:" * 31 + "0f", ("fingerprint", "0f" * 32)),
        ("serial=0A01", ("serial", "a01")),
        (" 0xa0 1 ", ("serial", "a01")),
        ("", None), ("0", None), ("f" * 41, None), ("f" * 65, None), ("12 34 zz", None), ("serial=", None),
    ],
)  # fmt: skip
def test_the_mark_of_a_certificate_is_read_as_openssl_prints_it(
    typed: str, read: tuple[str, str] | None
) -> None:
    assert rules.certificate_mark(typed) == read
