import io
import random
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.lib import pades, pdf
from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import Keyring
from smartsenegal.lib.seal import qr_svg

TEMPLATE = """
#import "/data.typ": data
= #data.title
#data.holder
#table(columns: 2, table.header[Champ][Valeur], ..data.fields.flatten())
#image("/seal.svg", alt: "Sceau de l’acte", width: 25mm)
"""
DATA = {
    "title": "Bulletin n° 3",
    "holder": "Ɓà Ndèye Ŋ Ƴero Ɗ",
    "fields": [["Né(e) le", "27 mars 1962"], ["Lieu", "Thiès"]],
}
MOMENT = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)


def render(data: dict[str, object] | None = None, template: str = TEMPLATE) -> bytes:
    files = {"seal.svg": qr_svg("SN1:ABC").encode()}
    return pdf.render(template, data or DATA, title="Bulletin n° 3", files=files, created_at=MOMENT)


def sign(authority: Authority) -> bytes:
    return pdf.sign(render(), authority, reason="Délivrance", name="Le greffier", location="Thiès")


def text_of(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages)


@pytest.fixture(scope="module")
def act(authority: Authority) -> bytes:
    return pdf.sign(
        render(), authority, reason="Délivrance de l’acte", name="Le greffier en chef", location="Thiès"
    )


# --- setting


def test_it_is_for_archives_and_for_screen_readers() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render()))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part[>=\"]+2", metadata)
    assert re.search(r"pdfaid:conformance[>=\"]+A", metadata)
    assert re.search(r"pdfuaid:part[>=\"]+1", metadata)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/StructTreeRoot"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Bulletin n° 3"


def test_every_typeface_is_embedded() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render()))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
        assert "Inter" in font["/BaseFont"]


def test_letters_of_the_national_languages_are_there() -> None:
    assert "Ɓà Ndèye Ŋ Ƴero Ɗ" in text_of(render())
    assert pdf.unprintable("Ɓɓ Ɗɗ Ŋŋ Ƴƴ Ññ Ëë Óó Œœ « 12\u202f000\u00a0F\u00a0CFA » – … → Σ محمد") == ""


def test_the_same_input_gives_the_same_bytes() -> None:
    assert render() == render()


@pytest.mark.parametrize(
    "hostile",
    [
        "#panic()",
        "*gras* _x_ = T",
        "$x^2$",
        '"); #read("/etc/passwd")',
        '#import "x"',
        "\\ @ref <label> `raw`",
    ],
)
def test_texts_are_never_run_as_markup(hostile: str) -> None:
    shown = text_of(render(DATA | {"holder": hostile}))
    assert hostile.replace(" ", "") in shown.replace(" ", "").replace("\n", "")


@given(st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60))
@settings(deadline=None, max_examples=40)
def test_any_latin_text_can_be_set(holder: str) -> None:
    assert render(DATA | {"holder": holder}).startswith(b"%PDF-1.7")


def test_letters_without_typeface_are_named() -> None:
    with pytest.raises(pdf.RenderRefused) as refusal:
        render(DATA | {"holder": "漢字"})
    assert refusal.value.characters == "漢"
    assert pdf.unprintable("a漢b字🎉") == "漢字🎉"


def test_faults_of_templates_are_told() -> None:
    with pytest.raises(pdf.RenderRefused, match="unknown variable"):
        render(template="#nothing")
    with pytest.raises(pdf.RenderRefused, match="alt"):
        render(template='#image("/seal.svg")')
    with pytest.raises(TypeError):
        render(DATA | {"holder": MOMENT})


def test_a_template_file_may_import_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "style.typ").write_text("#let shout(body) = strong(body)")
    (tmp_path / "act.typ").write_text('#import "/data.typ": data\n#import "style.typ": shout\n#shout(data.x)')
    assert "bonjour" in text_of(pdf.render(tmp_path / "act.typ", {"x": "bonjour"}, title="t"))


def test_no_file_of_the_machine_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    for path in ("/etc/passwd", "../secret.txt", str(tmp_path / "secret.txt")):
        with pytest.raises(pdf.RenderRefused):
            render(template=f'#read("{path}")')


# --- signing


def test_a_signed_act_is_valid(authority: Authority, act: bytes) -> None:
    verdict = pdf.verify(act, authority.trust)
    assert verdict.valid, verdict.problems
    assert verdict.problems == []
    assert (verdict.intact, verdict.trusted, verdict.covers_whole_document) == (True, True, True)
    assert verdict.signer == "Signature des actes (Smart Sénégal – démonstration)"
    assert verdict.signed_at is not None
    assert abs(datetime.now(UTC) - verdict.signed_at) < timedelta(minutes=10)


def test_the_signature_is_added_to_the_same_document(act: bytes) -> None:
    original = render()
    assert act.startswith(original)
    reader = pypdf.PdfReader(io.BytesIO(act))
    before = pypdf.PdfReader(io.BytesIO(original)).trailer["/Root"]
    assert reader.trailer["/Root"]["/Metadata"].get_data() == before["/Metadata"].get_data()
    assert "/Version" not in reader.trailer["/Root"]
    fields = reader.get_fields()
    assert fields is not None
    signature = fields["Signature"]["/V"]
    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature["/Reason"] == "Délivrance de l’acte"
    assert signature["/Name"] == "Le greffier en chef"
    assert signature["/Location"] == "Thiès"


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler-utils is not installed")
def test_an_independent_checker_accepts_the_act_and_refuses_a_changed_one(act: bytes, tmp_path: Path) -> None:
    file = tmp_path / "act.pdf"

    def pdfsig(document: bytes) -> str:
        file.write_bytes(document)
        return subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout

    accepted = pdfsig(act)
    assert "Signature is Valid." in accepted
    assert "Total document signed" in accepted
    assert "ETSI.CAdES.detached" in accepted
    changed = act.replace(b"/Title", b"/Titl3", 1)
    assert changed != act
    assert "Signature is Valid." not in pdfsig(changed)
    assert "Total document signed" not in pdfsig(act + b"\n% added\n")


def positions(act: bytes, count: int) -> list[int]:
    start, end = _hole(act)
    draw = random.Random(42)
    inside = draw.sample(range(start, end), count)
    return [0, start - 1, start, end - 1, end, len(act) - 1, *draw.sample(range(len(act)), count), *inside]


def _hole(act: bytes) -> tuple[int, int]:
    found = re.search(rb"/ByteRange \[\s*0 (\d+) (\d+) \d+\s*\]", act)
    assert found
    return int(found[1]), int(found[2])


def test_any_changed_byte_is_refused(authority: Authority, act: bytes) -> None:
    draw = random.Random(7)
    for position in positions(act, 120):
        changed = bytearray(act)
        changed[position] ^= draw.randrange(1, 256)
        verdict = pdf.verify(bytes(changed), authority.trust)
        assert not verdict.valid, f"byte {position}"
        assert verdict.problems


def test_any_changed_byte_of_the_signature_itself_is_refused(authority: Authority, act: bytes) -> None:
    # Here the message is changed and written correctly, where the signature's own parts are left out of it.
    start, end = _hole(act)
    content = bytes.fromhex(act[start + 1 : end - 1].decode())
    length = 4 + int.from_bytes(content[2:4], "big")
    draw = random.Random(11)
    edges = [*range(20, 60), *range(612, 630), *draw.sample(range(length + 40), 80)]
    for position in edges:
        changed = bytearray(content)
        changed[position] ^= draw.randrange(1, 256)
        forged = act[: start + 1] + changed.hex().upper().encode() + act[end - 1 :]
        assert not pdf.verify(forged, authority.trust).valid, f"byte {position}"


def test_a_name_in_other_letters_is_refused(authority: Authority, act: bytes) -> None:
    """Names of certificates are compared without case: a changed capital is a changed byte all the same."""
    start, end = _hole(act)
    content = bytes.fromhex(act[start + 1 : end - 1].decode())
    name = "Smart Sénégal".encode()
    places = [found.start() for found in re.finditer(re.escape(name), content)]
    assert len(places) > 4
    for place in places:
        changed = content[:place] + b"sMART" + content[place + 5 :]
        forged = act[: start + 1] + changed.hex().upper().encode() + act[end - 1 :]
        assert not pdf.verify(forged, authority.trust).valid, f"byte {place}"


def test_a_length_that_takes_in_the_padding_is_refused(authority: Authority, act: bytes) -> None:
    start, end = _hole(act)
    content = bytearray.fromhex(act[start + 1 : end - 1].decode())
    length = int.from_bytes(content[2:4], "big")
    for more in (1, 2, 16, 100):
        content[2:4] = (length + more).to_bytes(2, "big")
        forged = act[: start + 1] + content.hex().upper().encode() + act[end - 1 :]
        assert not pdf.verify(forged, authority.trust).valid, more


def test_another_writing_of_the_same_signature_is_refused(authority: Authority, act: bytes) -> None:
    start, end = _hole(act)
    forged = act[:start] + act[start:end].lower() + act[end:]
    assert forged != act
    assert not pdf.verify(forged, authority.trust).intact


@pytest.mark.parametrize("added", [b"\n", b"%", b"\n%%EOF\n", b"\x00" * 100])
def test_appended_bytes_are_noticed(authority: Authority, act: bytes, added: bytes) -> None:
    verdict = pdf.verify(act + added, authority.trust)
    assert not verdict.valid
    assert not verdict.covers_whole_document


def test_a_later_revision_is_noticed(authority: Authority, stranger: Authority, act: bytes) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(act), incremental=True)
    writer.add_metadata({"/Subject": "changed"})
    out = io.BytesIO()
    writer.write(out)
    verdict = pdf.verify(out.getvalue(), authority.trust)
    assert not verdict.valid
    assert not verdict.covers_whole_document
    assert any("ajoutées" in problem for problem in verdict.problems)


def test_a_stranger_s_act_is_refused(authority: Authority, stranger: Authority) -> None:
    forged = sign(stranger)
    verdict = pdf.verify(forged, authority.trust)
    assert not verdict.valid
    assert verdict.intact
    assert not verdict.trusted
    assert any("autorité reconnue" in problem for problem in verdict.problems)
    assert pdf.verify(forged, stranger.trust).valid


def test_the_time_stamper_cannot_sign_acts(authority: Authority) -> None:
    class Confused:
        signer = authority.timestamper
        timestamper = authority.timestamper

    forged = sign(Confused())  # type: ignore[arg-type]
    assert not pdf.verify(forged, authority.trust).valid


SIX_YEARS_AGO = datetime.now(UTC) - timedelta(days=365 * 6)


@pytest.fixture
def old_authority(tmp_path: Path) -> Authority:
    return Authority.create(tmp_path / "a", keyring=Keyring.create(tmp_path / "k"), now=SIX_YEARS_AGO)


def test_an_act_outlives_the_certificate_that_signed_it(
    old_authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    class SixYearsAgo(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return SIX_YEARS_AGO

    monkeypatch.setattr(pades, "datetime", SixYearsAgo)
    signed = sign(old_authority)
    monkeypatch.undo()
    verdict = pdf.verify(signed, old_authority.trust)
    assert verdict.problems == []
    assert verdict.signed_at == SIX_YEARS_AGO


def test_an_expired_certificate_signs_nothing_valid(old_authority: Authority) -> None:
    verdict = pdf.verify(sign(old_authority), old_authority.trust)
    assert not verdict.valid
    assert not verdict.trusted
    old_authority.renew_signer()
    assert pdf.verify(sign(old_authority), old_authority.trust).valid


def test_what_is_not_signed_or_no_pdf(authority: Authority, act: bytes) -> None:
    assert pdf.verify(render(), authority.trust).problems == ["Ce PDF n’est pas signé."]
    for wrong in (b"", b"hello", b"%PDF-1.7\n", act[: len(act) // 2], act[:-10], bytes(len(act))):
        verdict = pdf.verify(wrong, authority.trust)
        assert not verdict.valid
        assert verdict.problems
