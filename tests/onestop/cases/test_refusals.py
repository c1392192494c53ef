"""A refusal as a document: reasons and ways of appeal, sealed, verified, revoked, numbered in its series."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pypdf import PdfReader

from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.documents.models import StoredFile
from smartsenegal.onestop.cases import actions, jobs, queries
from smartsenegal.onestop.cases.models import Case
from tests.jobs import drain
from tests.onestop.cases.browsing import text_of
from tests.onestop.cases.world import FREE, fill, publish

pytestmark = pytest.mark.django_db


def refused(world, case: Case, text: str = "La pièce ne se lit pas.\nRefaites-la.") -> Case:
    actions.propose(case.pk, world.moussa, "refused", reasons=["piece"], text=text)
    actions.sign(case.pk, world.fatou)
    drain()
    case.refresh_from_db()
    return case


def document(case: Case) -> documents.IssuedAct:
    return documents.acts_of(case.subject).get()


def pdf_of(act: documents.IssuedAct, world, path: Path) -> Path:
    opened = documents.open_file(act.pdf_id, world.awa, "essai")
    path.write_bytes(b"".join(opened.chunks))
    return path


def words_of(path: Path) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_a_signed_refusal_gives_a_document_with_its_reasons_and_ways_of_appeal(world, filed, tmp_path):
    case = refused(world, filed)
    act, view = document(case), queries.for_system(case.pk).view
    noted = view.record.refusal
    assert (view.state, noted.id, noted.number) == ("refused", str(act.pk), act.number)
    assert act.number.startswith("DR-")
    assert act.title == "Décision de rejet"
    assert "Fatou Sow" in act.issued_by
    told = words_of(pdf_of(act, world, tmp_path / "decision.pdf"))
    definition = queries.for_system(case.pk).definition
    reason = next(r for r in definition.reasons if r.key == "piece")
    for expected in (case.reference, reason.label, "La pièce ne se lit pas.", "Refaites-la.", "recours"):
        assert expected in told, told
    assert documents.verify_code(act.code).act_id == act.pk


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not installed")
def test_its_signature_is_the_one_of_acts(world, filed, tmp_path):
    path = pdf_of(document(refused(world, filed)), world, tmp_path / "decision.pdf")
    told = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 3] ^= 1
    path.write_bytes(changed)
    assert (
        "Signature is Valid."
        not in subprocess.run(["pdfsig", str(path)], capture_output=True, text=True).stdout
    )


def test_it_is_made_once_however_often_it_is_asked(world, filed):
    case = refused(world, filed)
    for _ in range(2):
        jobs.issue_refusal(str(case.pk))
    assert documents.acts_of(case.subject).count() == 1
    assert case.actions.filter(kind="refusal_issued").count() == 1


def test_a_worker_killed_before_it_could_note_it_notes_the_same(world, filed, monkeypatch):
    actions.propose(filed.pk, world.moussa, "refused", reasons=["piece"], text="Illisible.")
    actions.sign(filed.pk, world.fatou)
    from smartsenegal.onestop.cases.actions import refusals

    with monkeypatch.context() as cut:
        cut.setattr(refusals, "record_refusal", lambda *a: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            actions.issue_refusal(filed.pk)
    made = document(filed)
    actions.issue_refusal(filed.pk)
    assert queries.for_system(filed.pk).view.record.refusal.id == str(made.pk)


def test_the_applicant_downloads_it_and_nobody_else(world, filed):
    case = refused(world, filed)
    client = Client()
    client.force_login(world.account(world.awa))
    page = text_of(client.get(f"/dossiers/{case.pk}/"))
    assert "Télécharger la décision" in page
    assert "Décision de rejet établie sous le numéro DR-" in page
    answer = client.get(f"/dossiers/{case.pk}/decision/")
    assert answer.url == f"/pieces/{document(case).pdf_id}/"
    assert b"".join(client.get(answer.url).streaming_content).startswith(b"%PDF")
    other = Client()
    other.force_login(world.account(world.modou))
    assert other.get(f"/dossiers/{case.pk}/decision/").status_code == 403
    assert other.get(answer.url).status_code == 404


def test_a_signatory_revokes_it_and_the_page_says_so(world, filed):
    case = refused(world, filed)
    act = document(case)
    documents.revoke(act.pk, world.fatou, next(iter(dict(documents.REVOCATION_REASONS))), "erreur")
    drain()
    view = queries.for_system(case.pk).view
    assert view.record.refusal.revoked_at is not None
    assert (view.state, "revoked" in view.badges) == ("refused", False)
    client = Client()
    client.force_login(world.account(world.awa))
    assert "Cette décision de rejet est révoquée" in text_of(client.get(f"/dossiers/{case.pk}/"))


def test_what_silence_refused_or_what_is_granted_has_none(world, filed):
    actions.issue_refusal(filed.pk)
    assert not documents.acts_of(filed.subject).exists()
    actions.propose(filed.pk, world.moussa, "granted", fields={"mention": "Néant"})
    actions.sign(filed.pk, world.fatou)
    actions.issue_refusal(filed.pk)
    assert not documents.acts_of(filed.subject).exists()


def test_unknown_ways_of_appeal_are_said_to_be_unknown(world, tmp_path):
    publish(replace(FREE, code="sans-recours", appeal=""))
    case = actions.submit(fill(world, "sans-recours").pk, world.awa).case
    path = pdf_of(document(refused(world, case)), world, tmp_path / "decision.pdf")
    assert "demandez-les au service" in words_of(path)
    assert StoredFile.objects.filter(subject=case.subject, purpose="act").count() == 1
