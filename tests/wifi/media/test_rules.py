"""Ranges, rooms, windows and signatures, against what the standards and naive references say."""

import struct
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.lib.trust import SealKey, Trust, kid_of, raw_public
from smartsenegal.wifi.media import manifest, rules
from smartsenegal.wifi.media.errors import MediaRefused
from smartsenegal.wifi.media.inspecting import inspect
from smartsenegal.wifi.media.rules import Span, Unsatisfiable, Wanted, kept, span_of
from smartsenegal.wifi.media.serving import answer
from tests.wifi.media.conftest import box


@pytest.mark.parametrize(
    ("header", "size", "span"),
    [
        # RFC 9110 §14.1.2, with its own example of 10,000 bytes.
        ("bytes=0-499", 10_000, Span(0, 499)),
        ("bytes=500-999", 10_000, Span(500, 999)),
        ("bytes=-500", 10_000, Span(9500, 9999)),
        ("bytes=9500-", 10_000, Span(9500, 9999)),
        ("bytes=0-0", 10_000, Span(0, 0)),
        ("bytes=0-20000", 10_000, Span(0, 9999)),
        ("bytes=-20000", 10_000, Span(0, 9999)),
        # Ignored: several ranges, another unit, nonsense.
        ("bytes=0-0,-1", 10_000, None),
        ("lines=1-2", 10_000, None),
        ("bytes=5-2", 10_000, None),
        ("bytes=-", 10_000, None),
        ("", 10_000, None),
    ],
)
def test_ranges_are_read_as_the_standard_says(header: str, size: int, span: Span | None) -> None:
    assert span_of(header, size) == span


@pytest.mark.parametrize(("header", "size"), [("bytes=10000-", 10_000), ("bytes=-0", 10), ("bytes=-5", 0)])
def test_a_range_without_a_byte_is_refused(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        span_of(header, size)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 400))
def test_a_range_is_what_a_slice_gives(first: int, last: int, size: int) -> None:
    data = bytes(n % 256 for n in range(size))
    if first >= size and last >= first:
        with pytest.raises(Unsatisfiable):
            span_of(f"bytes={first}-{last}", size)
        return
    span = span_of(f"bytes={first}-{last}", size)
    if last < first:
        assert span is None
    else:
        assert span is not None
        assert data[span.first : span.last + 1] == data[first : last + 1]


def test_an_if_range_of_other_bytes_sends_the_whole() -> None:
    asked = {"range": "bytes=0-9"}
    assert answer("a" * 64, 100, "video/mp4", asked).status == 206
    assert answer("a" * 64, 100, "video/mp4", {**asked, "if-range": f'"{"a" * 64}"'}).status == 206
    assert answer("a" * 64, 100, "video/mp4", {**asked, "if-range": '"other"'}).status == 200
    assert answer("a" * 64, 100, "video/mp4", {"if-none-match": f'W/"{"a" * 64}"'}).status == 304
    refused = answer("a" * 64, 100, "video/mp4", {"range": "bytes=100-"})
    assert (refused.status, refused.headers["Content-Range"]) == (416, "bytes */100")


packages = st.lists(
    st.builds(
        Wanted,
        st.text("abcdef", min_size=1, max_size=4),
        st.dictionaries(st.sampled_from("uvwxyz"), st.integers(1, 50), min_size=1, max_size=3),
        st.booleans(),
        st.integers(1, 5),
        st.integers(0, 9),
    ),
    unique_by=lambda w: w.code,
    max_size=8,
)
SIZES = {"u": 10, "v": 20, "w": 30, "x": 40, "y": 50, "z": 5}


@given(packages, st.integers(0, 200))
def test_what_is_kept_fits_and_nothing_that_would_fit_is_left(wanted: list[Wanted], quota: int) -> None:
    wanted = [replace(w, files={sha: SIZES[sha] for sha in w.files}) for w in wanted]
    chosen = kept(wanted, quota)
    shas = {sha for w in chosen for sha in w.files}
    used = sum(SIZES[sha] for sha in shas)
    assert used <= quota
    for left in wanted:
        if left not in chosen:
            assert used + sum(SIZES[sha] for sha in left.files.keys() - shas) > quota
    # What is pinned is chosen as if nothing else were wanted.
    pinned = [w for w in wanted if w.pinned]
    assert [w for w in chosen if w.pinned] == kept(pinned, quota)


@given(packages, st.integers(0, 200), st.integers(0, 200))
def test_more_room_never_holds_less_of_one_size(wanted: list[Wanted], one: int, more: int) -> None:
    same = [replace(w, files={w.code: 10}) for w in wanted]
    assert {w.code for w in kept(same, one)} <= {w.code for w in kept(same, one + more)}


def test_a_night_passes_midnight() -> None:
    assert rules.in_window(time(23, 30), time(22), time(5))
    assert rules.in_window(time(4, 59), time(22), time(5))
    assert not rules.in_window(time(5), time(22), time(5))
    assert rules.in_window(time(3), time(1), time(5))
    assert not rules.in_window(time(0, 59), time(1), time(5))
    assert rules.in_window(time(12), time(1), time(1))


def test_small_numbers_are_not_told() -> None:
    assert [rules.publishable(n) for n in (0, 1, 9, 10, 500)] == [0, None, None, 10, 500]


def test_a_players_probe_begins_nothing() -> None:
    assert rules.begins(None)
    assert rules.begins(Span(0, 999))
    assert not rules.begins(Span(0, 1))
    assert not rules.begins(Span(500, 999))


# --- the signature ------------------------------------------------------------------------------

ENTRY = manifest.Entry("main", "film.mp4", "", "video/mp4", "0" * 64, 12)
FILM = manifest.Manifest(
    "film", 1, "Un film", "", "fr", "film", 60, "CC BY 4.0", "2026-11-26T10:00:00+00:00", (ENTRY,)
)


@pytest.fixture(scope="module")
def signing() -> tuple[Ed25519PrivateKey, str, Trust]:
    from datetime import UTC, datetime

    key = Ed25519PrivateKey.generate()
    public = raw_public(key.public_key())
    kid = kid_of(public)
    moment = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    return key, kid, Trust("", {kid: SealKey(kid, public, *moment)})


def test_a_manifest_comes_back_as_it_was_signed(signing: tuple[Ed25519PrivateKey, str, Trust]) -> None:
    key, kid, trust = signing
    assert manifest.verify(manifest.sign(FILM, key, kid), trust) == FILM
    assert manifest.from_plain(manifest.plain(FILM)) == FILM


def test_another_key_signs_nothing(signing: tuple[Ed25519PrivateKey, str, Trust]) -> None:
    _, kid, trust = signing
    with pytest.raises(manifest.ManifestRefused):
        manifest.verify(manifest.sign(FILM, Ed25519PrivateKey.generate(), kid), trust)


@given(st.data())
def test_no_byte_of_a_signed_manifest_can_change(
    signing: tuple[Ed25519PrivateKey, str, Trust], data: st.DataObject
) -> None:
    key, kid, trust = signing
    signed = bytearray(manifest.sign(FILM, key, kid))
    at = data.draw(st.integers(0, len(signed) - 1))
    signed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(manifest.ManifestRefused):
        manifest.verify(bytes(signed), trust)


@pytest.mark.parametrize(
    "changed",
    [
        {"files": ()},
        {"code": "../etc"},
        {"files": (replace(ENTRY, sha256="../../../x"),)},
        {"files": (replace(ENTRY, content_type="text/javascript"),)},
        {"files": (ENTRY, ENTRY)},
        {"files": (replace(ENTRY, size=0),)},
    ],
)
def test_a_signed_manifest_must_make_sense_too(
    signing: tuple[Ed25519PrivateKey, str, Trust], changed: dict[str, object]
) -> None:
    key, kid, trust = signing
    with pytest.raises(manifest.ManifestRefused):
        manifest.verify(manifest.sign(replace(FILM, **changed), key, kid), trust)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (struct.pack(">IIIII", 0, 0, 0, 1, 2**32 - 2), None),
        (struct.pack(">IQQIQ", 1 << 24, 0, 0, 1, 2**63), None),
        (struct.pack(">IIIII", 0, 0, 0, 1000, 48 * 3600 * 1000), 48 * 3600),
        (struct.pack(">IIIII", 0, 0, 0, 1000, 2**32 - 1), 0),
        (struct.pack(">IQQIQ", 1 << 24, 0, 0, 1000, 2**64 - 1), 0),
    ],
)
def test_a_film_that_claims_days_is_refused(tmp_path: Path, head: bytes, said: int | None) -> None:
    """A length no column holds; all ones say that it is not known (ISO/IEC 14496-12 §8.2.2.3)."""
    file = tmp_path / "f"
    file.write_bytes(
        box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", box(b"mvhd", head + bytes(80))) + box(b"mdat", b"x")
    )
    if said is None:
        with pytest.raises(MediaRefused, match="48"):
            inspect(file, "main")
    else:
        assert inspect(file, "main").seconds == said
