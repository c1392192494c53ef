from pathlib import Path

import pytest

from smartsenegal.wifi.radius import codec, dictionary

FREERADIUS = Path("/usr/share/freeradius/dictionary")


def test_our_own_names_every_attribute_the_codec_reads() -> None:
    numbers = {number for vendor, number in dictionary.own().numbers if not vendor}
    named = {
        value
        for name, value in vars(codec).items()
        if name.isupper() and isinstance(value, int) and value < 256
    }
    codes = set(range(1, 6)) | {11, 12} | set(range(40, 46))
    assert named - codes - {codec.SMALLEST, codec.LONGEST_PASSWORD} <= numbers


def test_an_attribute_of_a_vendor_goes_inside_another() -> None:
    rate = dictionary.own()["WISPr-Bandwidth-Max-Down"]
    assert rate.encode(2_000_000) == bytes.fromhex("1a0c0000372a0806001e8480")
    assert (
        dictionary.own()["Mikrotik-Rate-Limit"].encode("1M/2M")
        == bytes.fromhex("1a0d00003a8c0807") + b"1M/2M"
    )
    with pytest.raises(ValueError, match="too many"):
        dictionary.own()["Mikrotik-Rate-Limit"].encode("x" * 250)


def test_the_flags_and_the_values() -> None:
    assert dictionary.own()["MS-MPPE-Recv-Key"].flags == ("encrypt=2",)
    assert dictionary.own()["EAP-Message"].flags == ("concat",)
    assert dictionary.own().value("Acct-Status-Type", "Accounting-Off") == 8


def test_a_loop_of_includes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("$INCLUDE b\n")
    (tmp_path / "b").write_text("$INCLUDE a\n")
    with pytest.raises(dictionary.DictionaryRefused, match="includes itself"):
        dictionary.load(tmp_path / "a")


@pytest.mark.parametrize("line", ["ATTRIBUTE Name", "VALUE A B", "BEGIN-VENDOR Nobody", "$INCLUDE missing"])
def test_what_is_not_understood_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "d").write_text(line)
    with pytest.raises(dictionary.DictionaryRefused):
        dictionary.load(tmp_path / "d")


@pytest.mark.skipif(not FREERADIUS.exists(), reason="the dictionaries of FreeRADIUS are not installed")
def test_those_of_freeradius_are_read_and_say_the_same_as_ours() -> None:
    theirs = dictionary.load(FREERADIUS)
    assert len(theirs.attributes) > 5000
    for name, ours in dictionary.own().attributes.items():
        if found := theirs.attributes.get(name):
            assert (found.vendor, found.number) == (ours.vendor, ours.number), name
    for (attribute, name), number in dictionary.own().values.items():
        assert theirs.values[attribute, name] == number
