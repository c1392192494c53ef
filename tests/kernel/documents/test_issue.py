"""An act is signed, sealed, numbered without gaps, and issued once however it is asked for."""

import io
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from django.db import connections
from PIL import Image
from pypdf import PdfReader

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents import api, queries, rules, storage
from smartsenegal.kernel.documents.actions import acts
from smartsenegal.kernel.documents.models import Counter, IssuedAct, Reservation, StoredFile
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity.api import ANONYMOUS, Grant, PermissionRefused, Principal, system
from smartsenegal.lib import crypto, pdf, seal
from tests.kernel.documents.conftest import ACT, DATA, SIGNER

pytestmark = pytest.mark.django_db

Issue = Callable[..., IssuedAct]


def document(act: IssuedAct) -> bytes:
    return api.open_file(act.pdf_id, system(), "essai").read()


def text_of(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


# --- the document ------------------------------------------------------------------------


def test_the_act_says_what_it_must(issue: Issue) -> None:
    act = issue()
    words = text_of(document(act))
    for part in (
        "République du Sénégal", "Un Peuple – Un But – Une Foi", "Ministère de la Justice",
        "Tribunal de grande instance de Thiès", "Extrait du casier judiciaire", "Bulletin n° 3", "Awa Marie",
        "27 mars 1994", "n’a aucune condamnation", "Fait à Thiès, le", "Le greffier en chef", "Ibrahima Sarr",
        "Code de procédure pénale", "Valable trois mois", act.number, rules.show_code(act.code),
        f"https://verifier.example/v/{rules.show_code(act.code)}",
    ):  # fmt: skip
        assert part in words


def test_an_act_of_a_demonstration_says_it_is_one(issue: Issue, settings: Any) -> None:
    assert "Spécimen de démonstration – sans valeur juridique" in text_of(document(issue()))
    settings.DEMO = False
    assert "pécimen" not in text_of(document(issue(key="true"))).lower()


def test_words_are_shown_and_never_run(issue: Issue) -> None:
    sly = '#panic("x") *gras* $x$ @ref <b> \\ "fin'
    act = issue(DATA | {"rows": [("Nom", sly)]})
    assert '#panic("x") *gras*' in text_of(document(act))


def test_a_letter_that_cannot_be_printed_is_told_and_nothing_is_issued(issue: Issue) -> None:
    with pytest.raises(pdf.RenderRefused):
        issue(DATA | {"rows": [("Nom", "\U0001f600")]})
    assert not IssuedAct.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "blocks",
    [
        [{"kind": "inconnu", "text": "x"}],
        [{"kind": "paragraph"}],
        [{"text": "x"}],
        [{"kind": "rows", "text": 1}],
    ],
)
def test_a_block_of_an_unknown_kind_is_refused(issue: Issue, blocks: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        issue({"blocks": blocks})


def test_an_act_that_says_nothing_is_refused(issue: Issue) -> None:
    with pytest.raises(ValueError, match="says nothing"):
        issue({"subtitle": "x"})


def test_an_unknown_template_is_refused(db: None) -> None:
    for name in ("nothing", "../act", "act.typ"):
        with pytest.raises(ValueError, match="no template"):
            api.issue(name, DATA, **ACT)


def test_a_long_act_keeps_its_seal_and_its_page_numbers(issue: Issue) -> None:
    articles = [{"title": f"Article {n}", "text": "Le permis est accordé. " * 12} for n in range(1, 13)]
    blocks = [{"kind": "references", "items": ["Vu la loi ;", "Vu le décret ;"]}]
    act = issue({"blocks": [*blocks, {"kind": "articles", "items": articles}]})
    reader = PdfReader(io.BytesIO(document(act)))
    assert len(reader.pages) > 1
    assert f"Page 1 sur {len(reader.pages)}" in reader.pages[0].extract_text()
    last = reader.pages[-1].extract_text()
    assert "Vérifier cet acte" in last
    assert "Article 12" in last  # the signature does not stand alone


def test_it_claims_to_be_for_archives_and_screen_readers(issue: Issue) -> None:
    metadata = PdfReader(io.BytesIO(document(issue()))).trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_our_own_acts_are_accepted_as_pieces(issue: Issue) -> None:
    data = document(issue())
    stored = api.store(io.BytesIO(data), filename="b3.pdf", purpose="piece", subject="case:2", by=system())
    assert stored.pages == 1


# --- the signature ----------------------------------------------------------------------------


def test_our_verifier_accepts_the_signature(issue: Issue) -> None:
    verdict = pdf.verify(document(issue()), vault.trust())
    assert verdict.valid
    assert verdict.problems == []


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not installed")
def test_an_independent_reader_accepts_the_signature(issue: Issue, tmp_path: Path) -> None:
    path = tmp_path / "act.pdf"
    path.write_bytes(document(issue()))
    told = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    path.write_bytes(path.read_bytes().replace(b"/Author", b"/Euthor", 1))
    told = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True).stdout
    assert "Signature is Valid" not in told


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")
@pytest.mark.parametrize("dpi", [100, 200])
def test_independent_readers_find_the_seal_on_the_printed_page(
    issue: Issue, tmp_path: Path, dpi: int
) -> None:
    """poppler prints, zxing reads: neither made the page nor the code."""
    act = issue()
    (tmp_path / "act.pdf").write_bytes(document(act))
    command = ["pdftoppm", "-gray", "-png", "-r", str(dpi), str(tmp_path / "act.pdf"), str(tmp_path / "page")]
    subprocess.run(command, check=True)
    found = {str(code.text) for code in zxingcpp.read_barcodes(Image.open(tmp_path / "page-1.png"))}
    opened = seal.open_seal(next(t for t in found if t.startswith("SN1:")), vault.trust())
    assert opened.number == act.number
    assert opened.fields["Titulaire"] == "Awa Marie Ndiaye"
    assert opened.fields["Né(e) le"] == ACT["essential"]["Né(e) le"]
    assert opened.revocation_ref == act.revocation_ref
    assert f"https://verifier.example/v/{rules.show_code(act.code)}" in found


# --- what is kept ------------------------------------------------------------------------------


def test_what_the_act_says_of_its_holder_is_encrypted_at_rest(issue: Issue) -> None:
    act = issue()
    row = IssuedAct.objects.values().get(pk=act.pk)
    assert "Ndiaye" not in str([bytes(v) if isinstance(v, memoryview) else v for v in row.values()])
    content = api.act_content(act)
    assert content.holder == "Awa Marie Ndiaye"
    assert content.fields["Condamnations"] == "Néant"
    assert seal.open_seal(content.seal, vault.trust()).number == act.number
    assert act.initials == "A. M. N."


def test_the_sealed_part_of_one_act_does_not_open_as_anothers(issue: Issue) -> None:
    first, second = issue(), issue(key="other")
    first.sealed = second.sealed
    with pytest.raises(crypto.DecryptionFailed):
        queries.act_content(first)


def test_journal_and_event_tell_of_the_act_without_naming_anyone(issue: Issue) -> None:
    act = issue()
    event, entry = Event.objects.get(kind="act.issued"), Entry.objects.get(verb="documents.issue")
    assert event.subject == entry.subject == "case:1"
    assert event.payload == {"act": str(act.pk), "number": act.number, "title": act.title}
    assert "Ndiaye" not in str(event.payload) + str(entry.detail)


# --- numbers ------------------------------------------------------------------------------------


def test_numbers_follow_each_other_in_each_series(issue: Issue) -> None:
    numbers = [issue(key=f"k{n}").number for n in range(3)] + [issue(key="x", number="CN").number]
    year = IssuedAct.objects.first().issued_at.year
    assert numbers == [f"B3-{year}-000001", f"B3-{year}-000002", f"B3-{year}-000003", f"CN-{year}-000001"]


def test_the_same_key_gives_the_same_act(issue: Issue) -> None:
    first = issue()
    assert issue({"paragraphs": ["autre"]}, holder="Autre").pk == first.pk
    assert IssuedAct.objects.count() == Counter.objects.get().last == 1
    assert issue(subject="case:2").pk != first.pk


@pytest.mark.parametrize("step", ["_seal", "_render", "_conclude", "_write", "_write_file"])
def test_a_job_cut_at_any_step_acknowledges_nothing_and_takes_its_number_again(
    issue: Issue, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(Exception):
        pass

    def cut(*args: object) -> None:
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(acts, step, cut)
        with pytest.raises(Cut):
            issue()
    assert not IssuedAct.objects.exists()
    assert not StoredFile.objects.exists()
    assert not Event.objects.filter(kind="act.issued").exists()
    assert list(storage._root().rglob("*/*/*")) == []
    reserved = Reservation.objects.get()
    act = issue()
    assert (act.number, act.code) == (reserved.number, reserved.code)
    assert Counter.objects.get().last == 1


def test_an_error_after_the_file_leaves_no_act(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(acts.events, "emit", broken)
    with pytest.raises(RuntimeError):
        issue()
    assert not IssuedAct.objects.exists()
    assert [path for path in storage._root().rglob("*") if path.is_file()] == []


@pytest.mark.django_db(transaction=True)
def test_jobs_at_once_for_one_act_make_one_and_for_many_leave_no_gap() -> None:
    made: list[IssuedAct] = []

    def run(key: str) -> None:
        try:
            made.append(api.issue("act", DATA, **(ACT | {"key": key})))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(f"k{n % 4}",)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 12
    assert len({act.pk for act in made}) == IssuedAct.objects.count() == StoredFile.objects.count() == 4
    assert sorted(int(a.number[-6:]) for a in IssuedAct.objects.all()) == [1, 2, 3, 4]
    on_disk = [path.name for path in storage._root().rglob("*") if path.is_file()]
    assert sorted(on_disk) == sorted(StoredFile.objects.values_list("storage_name", flat=True))


# --- revoking -------------------------------------------------------------------------------------


def signatory(organisation: int) -> Principal:
    grant = Grant("signatory", organisation, "Tribunal", frozenset({organisation}), "")
    return Principal(account_id="p1", label="Mᵉ Sarr", grants=(grant,), kind="agent")


def test_a_signatory_of_the_authority_revokes(issue: Issue) -> None:
    act = issue()
    revoked = api.revoke(act.pk, signatory(7), "error", "nom mal écrit")
    assert revoked.revocation_label == "Erreur matérielle dans l’acte"
    assert Event.objects.get(kind="act.revoked").payload["reason"] == "error"
    entry = Entry.objects.get(verb="documents.revoke")
    assert (entry.reason, entry.actor_id) == ("nom mal écrit", "p1")


@pytest.mark.parametrize("by", [ANONYMOUS, signatory(8), Principal(account_id="p2", label="Awa")])
def test_nobody_else_revokes(issue: Issue, by: Principal) -> None:
    act = issue()
    with pytest.raises(PermissionRefused):
        api.revoke(act.pk, by, "error")
    assert not IssuedAct.objects.get().is_revoked


def test_an_act_is_revoked_once_and_for_a_known_reason(issue: Issue) -> None:
    act = issue()
    with pytest.raises(ValueError, match="Unknown reason"):
        api.revoke(act.pk, system(), "parce que")
    api.revoke(act.pk, system(), "fraud")
    with pytest.raises(api.ActRefused, match="déjà révoqué"):
        api.revoke(act.pk, system(), "court")


def test_an_act_that_replaces_another_revokes_it(issue: Issue) -> None:
    old = issue()
    new = issue(key="corrected", supersedes=old.pk)
    old.refresh_from_db()
    assert (old.superseded_by_id, old.revocation_reason) == (new.pk, "replaced")
    assert not new.is_revoked


def test_a_failed_replacement_leaves_the_old_act_in_force(issue: Issue) -> None:
    old = issue()
    api.revoke(old.pk, system(), "lost")
    with pytest.raises(api.ActRefused):
        issue(key="corrected", supersedes=old.pk)
    assert IssuedAct.objects.count() == 1


def test_the_heading_ends_with_the_authority_once() -> None:
    data = rules.act_data(
        DATA,
        SIGNER,
        rules.Marks("B3-2026-000001", "7KQ2M4XW9RTB", "24 novembre 2026", "x", "SN1:"),
        title="T",
        specimen=False,
    )
    assert data["heading"] == ["Ministère de la Justice", "Tribunal de grande instance de Thiès"]
    assert data["blocks"][0]["text"].endswith("n’a aucune condamnation.")
