"""The file of hotspots: what is written is read back, whatever it is."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.lib.text import TextRefused, clean
from smartsenegal.wifi.network import files, rules

MORE = "àâçéèêëîïôùûüÿœæŋɓɗƴÀÉŒ «»’—,;\"'|\t="


def _kept(text: str) -> bool:
    try:
        return clean(text, 200) == text != ""
    except TextRefused:
        return False


words = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]) | st.sampled_from(MORE), max_size=60)
texts = words.map(lambda t: " ".join(t.split())).filter(_kept)
optional = st.just("") | texts
degrees = st.decimals(-90, 90, places=5, allow_nan=False)
numbers = st.none() | st.integers(64, 100_000_000)
ssids = st.text(max_size=16).map(str.strip).filter(lambda t: not rules.ssid_fault(t) and "\ufeff" not in t)
pools = st.just("") | st.builds(lambda a, b: f"10.{a}.0.0/{b}", st.integers(0, 255), st.integers(16, 28))


@st.composite
def rows(draw: st.DrawFn, code: str) -> files.Row:
    at = draw(st.none() | st.tuples(degrees, degrees))
    return files.Row(
        code=code,
        name=draw(texts),
        commune=draw(texts.filter(lambda t: len(t) <= 120)),
        ssid=draw(ssids),
        address=draw(optional),
        latitude=at and at[0],
        longitude=at and at[1],
        secure_ssid=draw(st.just("") | ssids),
        mobile=draw(st.booleans()),
        uplink_down_kbps=draw(numbers),
        uplink_up_kbps=draw(numbers),
        clients_at_most=draw(st.none() | st.integers(1, 1_000_000)),
        pool=draw(pools),
        lease_seconds=draw(st.integers(300, 604_800)),
        languages=draw(st.sets(st.sampled_from(rules.LANGUAGES), min_size=1).map(_ordered(rules.LANGUAGES))),
        kinds_of_access=draw(
            st.sets(st.sampled_from(rules.WAYS_IN), min_size=1).map(_ordered(rules.WAYS_IN))
        ),
        welcome=draw(optional),
        source=draw(optional),
    )


def _ordered(known):  # type: ignore[no-untyped-def]
    return lambda chosen: tuple(code for code, label in known if (code, label) in chosen)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(0, 4))
def test_what_is_written_is_read_back(data: st.DataObject, count: int) -> None:
    written = [data.draw(rows(f"wifi-{n}")) for n in range(count)]
    read, faults, given_ = files.read(files.write(written))
    assert faults == []
    assert [row for _, row in read] == written
    assert given_ == set(files.COLUMNS)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_has_faults(text: str) -> None:
    rows_, faults, _ = files.read(text)
    assert rows_ or faults or not text.partition("\n")[2].strip()
    assert all(fault.line >= 1 for fault in faults)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("é,Nom,C,W,,,", "code"),
        ("nouveau,Nom,C,W,,,", "code"),
        ("a,,C,W,,,", "nom"),
        ("a,Nom,,W,,,", "commune"),
        ("a,Nom,C,,,,", "ssid"),
        ("a,Nom,C,W,91,0,", "latitude"),
        ("a,Nom,C,W,NaN,0,", "latitude"),
        ("a,Nom,C,W,14,,", "longitude"),
        ("a,Nom,C,W,,,peut-être", "mobile"),
        ("a,Nom,C,W,,,oui,de trop", ""),
        ("a,Nom\u202e,C,W,,,", "nom"),
    ],
)
def test_each_fault_has_its_line_and_its_column(line: str, column: str) -> None:
    text = f"code,nom,commune,ssid,latitude,longitude,mobile\nok,Nom,C,W,,,\n\n{line}\n"
    rows_, faults, _ = files.read(text)
    assert [row.code for _, row in rows_] == ["ok"]
    assert [(fault.line, fault.column) for fault in faults] == [(4, column)]


def test_the_head_of_a_file_is_checked_first() -> None:
    _, faults, _ = files.read("code,nom,nom,couleur\n")
    assert {(f.line, f.column) for f in faults} == {(1, "commune"), (1, "ssid"), (1, "couleur"), (1, "nom")}
    assert files.read("code;nom;commune;ssid\na;A;C;W\n")[0][0][1].latitude is None
    twice = files.read("code,nom,commune,ssid\na,A,C,W\na,B,C,W\n")
    assert [(f.line, f.column) for f in twice[1]] == [(3, "code")]
    long = files.read("code,nom,commune,ssid\n" + "".join(f"a{n},A,C,W\n" for n in range(2_001)))
    assert [f.line for f in long[1]] == [2_002]
    assert files.read('code,nom,commune,ssid,latitude,longitude\na,A,C,W,"14,7",-17.4\n')[0][0][
        1
    ].latitude == (Decimal("14.70000"))
