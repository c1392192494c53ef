import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import base45
import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from smartsenegal.lib import cose, seal
from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import Keyring
from smartsenegal.lib.seal import SealRefused, make_seal, open_seal

NOW = datetime.now(UTC).replace(microsecond=0)
FIELDS: dict[str, seal.FieldValue] = {
    "Acte": "Casier judiciaire, bulletin n° 3",
    "Nom": "Ɓà Ndèye Fatou",
    "Né(e) le": date(1962, 3, 27),
    "Droit payé": 200,
    "Délivré par": "Tribunal de grande instance de Thiès",
}
values = st.text(max_size=20) | st.integers(-(2**63), 2**63) | st.dates()
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def make(authority: Authority, fields: dict[str, seal.FieldValue] = FIELDS, at: datetime = NOW) -> str:
    return make_seal(
        fields, number="CJ-2026-004188", revocation_ref="K7QMX2P4TD", issued_at=at, authority=authority
    )


@pytest.fixture(scope="module")
def text(authority: Authority) -> str:
    return make(authority)


def test_round_trip(authority: Authority, text: str) -> None:
    opened = open_seal(text, authority.trust)
    assert opened.number == "CJ-2026-004188"
    assert opened.revocation_ref == "K7QMX2P4TD"
    assert opened.fields == FIELDS
    assert list(opened.fields) == list(FIELDS)
    assert opened.issued_at == NOW
    assert opened.kid == authority.seal_kid
    assert type(opened.fields["Né(e) le"]) is date


@given(st.dictionaries(st.text(max_size=10), values, max_size=6))
@SLOW
def test_any_fields_come_back_the_same(authority: Authority, fields: dict[str, seal.FieldValue]) -> None:
    made = make(authority, fields)
    assert open_seal(made, authority.trust).fields == fields
    assert set(made) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    # Some form fields trim their value; base45 may end with a space.
    assert open_seal(made.rstrip() + "\r\n", authority.trust).fields == fields


def test_every_changed_byte_is_refused(authority: Authority, text: str) -> None:
    message = base45.b45decode(text.removeprefix("SN1:"))
    for position in range(len(message)):
        for bit in range(8):
            changed = bytearray(message)
            changed[position] ^= 1 << bit
            with pytest.raises(SealRefused):
                open_seal("SN1:" + base45.b45encode(bytes(changed)).decode(), authority.trust)


@given(st.data())
@SLOW
def test_every_changed_character_is_refused(authority: Authority, text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda c: c != text[position]))
    with pytest.raises(SealRefused):
        open_seal(text[:position] + other + text[position + 1 :], authority.trust)


def test_bytes_added_or_removed_are_refused(authority: Authority, text: str) -> None:
    message = base45.b45decode(text.removeprefix("SN1:"))
    for changed in (message + b"\x00", message[:-1], b"\x00" + message, message[1:], message * 2, b""):
        with pytest.raises(SealRefused):
            open_seal("SN1:" + base45.b45encode(changed).decode(), authority.trust)


def test_another_encoding_of_the_same_signed_content_is_refused(authority: Authority, text: str) -> None:
    protected, _, payload, signature = cbor2.loads(base45.b45decode(text[4:])).value
    for structure in (
        [protected, {}, payload, signature],
        cbor2.CBORTag(18, [protected, {9: 1}, payload, signature]),
        cbor2.CBORTag(98, [protected, {}, payload, signature]),
        cbor2.CBORTag(18, [protected, {}, payload, signature, 0]),
    ):
        with pytest.raises(SealRefused):
            open_seal("SN1:" + base45.b45encode(cbor2.dumps(structure)).decode(), authority.trust)


def test_a_stranger_s_seal_is_refused(authority: Authority, stranger: Authority) -> None:
    with pytest.raises(SealRefused, match="clé inconnue"):
        open_seal(make(stranger), authority.trust)


def test_a_stranger_who_claims_our_key_is_refused(authority: Authority, stranger: Authority) -> None:
    payload = cbor2.dumps({1: "X", 2: int(NOW.timestamp()), 3: "R", 4: {}})
    forged = cose.sign1(payload, b"smartsenegal seal 1", stranger.seal_key, authority.seal_kid)
    with pytest.raises(SealRefused, match="signature de ce sceau est fausse"):
        open_seal("SN1:" + base45.b45encode(forged).decode(), authority.trust)


def test_a_signed_list_is_no_seal(authority: Authority) -> None:
    signed = seal.make_revocation_list([], authority, NOW, NOW + timedelta(days=1))
    with pytest.raises(SealRefused, match="fausse"):
        open_seal("SN1:" + base45.b45encode(signed).decode(), authority.trust)


@pytest.mark.parametrize("years", [-1, 6])
def test_a_seal_dated_out_of_the_life_of_its_key_is_refused(authority: Authority, years: int) -> None:
    made = make(authority, at=NOW + timedelta(days=366 * years))
    with pytest.raises(SealRefused, match="n’était pas valable"):
        open_seal(made, authority.trust)


def test_seals_made_before_a_rotation_stay_genuine(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path / "k")
    authority = Authority.create(tmp_path / "a", keyring=ring, now=NOW - timedelta(days=2))
    before = make(authority, at=NOW - timedelta(days=1))
    authority.rotate_seal_key(now=NOW)
    after = make(authority)
    assert open_seal(before, authority.trust).kid != open_seal(after, authority.trust).kid


@pytest.mark.parametrize(
    "wrong", ["", "https://example.sn", "SN1:", "SN2:ABC", "SN1:é", "SN1:" + "A" * 100_000]
)
def test_other_texts_are_refused_with_a_sentence(authority: Authority, wrong: str) -> None:
    with pytest.raises(SealRefused, match=r"\.$"):
        open_seal(wrong, authority.trust)


@given(st.text() | st.binary().map(lambda b: "SN1:" + base45.b45encode(b).decode()))
@SLOW
def test_any_other_text_is_refused(authority: Authority, wrong: str) -> None:
    with pytest.raises(SealRefused):
        open_seal(wrong, authority.trust)


def test_what_cannot_be_sealed(authority: Authority) -> None:
    for value in (True, 1.5, None, NOW, ["a"]):
        with pytest.raises(TypeError):
            make(authority, {"x": value})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="keep fewer fields"):
        make(authority, {"x": "a" * 900})
    with pytest.raises(ValueError, match="time zone"):
        make(authority, at=datetime(2026, 1, 1))  # noqa: DTZ001


# --- images


def test_the_printed_code_is_read_back(authority: Authority, text: str) -> None:
    assert seal.read_qr(seal.qr_png(text, 4)) == [text]
    assert open_seal(seal.read_qr(seal.qr_png(text, 6))[0], authority.trust).fields == FIELDS


def test_a_turned_blurred_jpeg_is_read_back(text: str) -> None:
    image = Image.open(io.BytesIO(seal.qr_png(text, 6))).convert("L").rotate(7, expand=True, fillcolor=255)
    out = io.BytesIO()
    image.resize((image.width * 3 // 4, image.height * 3 // 4)).save(out, "JPEG", quality=60)
    assert seal.read_qr(out.getvalue()) == [text]


def test_svg_says_what_it_is(text: str) -> None:
    svg = seal.qr_svg(text)
    assert svg.startswith("<svg")
    assert "<title>Sceau de l’acte</title>" in svg
    assert "viewBox" in svg


def test_images_without_code_and_no_images() -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(out, "PNG")
    assert seal.read_qr(out.getvalue()) == []
    for wrong in (b"", b"%PDF-1.7", out.getvalue()[:60], b"\x89PNG\r\n\x1a\n" + b"\x00" * 50):
        with pytest.raises(seal.ImageRefused, match="JPEG ou PNG"):
            seal.read_qr(wrong)
    huge = io.BytesIO()
    Image.new("1", (9000, 9000)).save(huge, "PNG")
    with pytest.raises(seal.ImageRefused, match="trop grande"):
        seal.read_qr(huge.getvalue())


# --- revocations


@given(st.sets(st.text(max_size=12), max_size=40), st.sets(st.text(max_size=12), max_size=40))
@SLOW
def test_exactly_the_listed_references_are_revoked(
    authority: Authority, listed: set[str], other: set[str]
) -> None:
    data = seal.make_revocation_list(listed, authority, NOW, NOW + timedelta(days=1))
    found = seal.open_revocation_list(data, authority.trust)
    assert len(found) == len(listed)
    assert all(found.is_revoked(ref) for ref in listed)
    assert not any(found.is_revoked(ref) for ref in other - listed)
    assert (found.issued_at, found.next_update) == (NOW, NOW + timedelta(days=1))
    assert len(data) < 8 * len(listed) + 120


def test_a_list_is_stale_after_the_next_one_was_due(authority: Authority) -> None:
    data = seal.make_revocation_list(["a"], authority, NOW, NOW + timedelta(days=1))
    found = seal.open_revocation_list(data, authority.trust)
    assert not found.is_stale(NOW + timedelta(hours=23))
    assert found.is_stale(NOW + timedelta(hours=25))
    with pytest.raises(ValueError, match="after this one"):
        seal.make_revocation_list([], authority, NOW, NOW)


def test_every_changed_byte_of_a_list_is_refused(authority: Authority, stranger: Authority) -> None:
    data = seal.make_revocation_list(["a", "b", "c"], authority, NOW, NOW + timedelta(days=1))
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 1
        with pytest.raises(SealRefused):
            seal.open_revocation_list(bytes(changed), authority.trust)
    for wrong in (b"", data[:-1], data + b"\x00", b"\x81" * 10_000):
        with pytest.raises(SealRefused):
            seal.open_revocation_list(wrong, authority.trust)
    with pytest.raises(SealRefused, match="clé inconnue"):
        seal.open_revocation_list(data, stranger.trust)


def test_a_seal_is_no_list(authority: Authority, text: str) -> None:
    with pytest.raises(SealRefused):
        seal.open_revocation_list(base45.b45decode(text[4:]), authority.trust)
