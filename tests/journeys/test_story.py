"""The whole story for two procedures: from a misspelt search to an act that anyone verifies."""

from pathlib import Path

import pytest

from tests.journeys.acts import Paper, keep_trust, verify_offline
from tests.journeys.conftest import Visits
from tests.journeys.people import INSPECTOR, sign_in, wait
from tests.journeys.story import ERRANDS, SAMPLE_NAMES, Story, agents
from tests.journeys.visit import Visit

VARIANTS = [
    pytest.param("certificat-residence", True, True, id="residence-phone"),
    pytest.param("casier-judiciaire-b3", False, True, id="record-desktop"),
    pytest.param("casier-judiciaire-b3", True, False, id="record-phone-without-javascript"),
]


@pytest.mark.parametrize(("code", "phone", "script"), VARIANTS)
def test_a_request_becomes_a_sealed_act(
    visits: Visits, tmp_path: Path, code: str, phone: bool, script: bool
) -> None:
    story = Story(ERRANDS[code], visits(phone=phone, script=script))
    story.find()
    story.pass_conditions()
    story.open_account()
    story.first_question()
    story.leave_and_come_back()
    story.other_questions()
    story.pieces()
    story.check_and_change()
    story.send()
    story.pay()

    officer, signatory = agents(visits(script=script), visits(script=script))
    story.open_from_queue(officer)
    story.see_pieces(officer)
    story.ask_corrections(officer)
    story.correct()
    story.propose(officer)
    story.sign(signatory)

    paper = Paper(story.receive_act(tmp_path))
    anyone = visits(phone=phone, script=script)
    genuine(anyone, paper, story)
    tampered(anyone, paper)
    revoke(signatory, paper)
    revoked(anyone, paper, story)
    inspected(sign_in(visits(script=script), INSPECTOR), story)


def genuine(anyone: Visit, paper: Paper, story: Story) -> None:
    """By the PDF, the printed code, the seal on the page; by tools that are not ours; without network."""
    send_file(anyone, paper.pdf).sees("Acte authentique", "Ndiaye").check()
    by_code(anyone, paper.code()).sees("Acte authentique").check()
    assert "Ndiaye" not in anyone.text(), "the code alone tells the holder's name"
    send_file(anyone, paper.picture()).sees("Acte authentique", "Ndiaye").check()

    told = paper.signature()
    assert "Signature is Valid" in told, told
    assert "Total document signed" in told, told
    keep_trust(anyone.base, paper.folder)
    assert verify_offline(paper.folder, str(paper.pdf))[0] == 0
    seals = paper.seals()
    assert seals, "the independent reader finds no seal"
    states = [verify_offline(paper.folder, "-", text=text) for text in seals]
    assert any(code == 0 and "Ndiaye" in said for code, said in states), states
    assert story.errand.title.split("(")[0].strip() in " ".join(paper.text().split())


def send_file(anyone: Visit, file: Path) -> Visit:
    anyone.open("/verifier/").check()
    anyone.page.locator(".ss-upload__input").set_input_files(file)
    return anyone.press("Vérifier ce fichier")


def by_code(anyone: Visit, code: str) -> Visit:
    anyone.open("/verifier/")
    anyone.page.get_by_label("Code de vérification").fill(code.lower())
    return anyone.press("Vérifier ce code")


def tampered(anyone: Visit, paper: Paper) -> None:
    """One bit changed is seen by the page, by the command without network and by pdfsig."""
    changed = paper.tampered()
    send_file(anyone, changed.pdf).sees("Acte non authentique").check()
    assert verify_offline(paper.folder, str(changed.pdf))[0] == 1
    told = changed.signature()
    assert "Signature is Valid" not in told, told
    wrong = paper.code()[:-1] + ("2" if paper.code()[-1] != "2" else "3")
    anyone.expected += [422, 404]
    by_code(anyone, wrong).check()
    assert "Acte authentique" not in anyone.text()


def revoke(signatory: Visit, paper: Paper) -> None:
    """The one who signed checks the act, then withdraws it, saying why."""
    by_code(signatory, paper.code()).follow("Révoquer cet acte")
    signatory.check(names=SAMPLE_NAMES).expected.append(422)
    signatory.press("Révoquer cet acte").check()
    assert signatory.page.locator(".ss-error-summary li").count() == 2, signatory.text()
    signatory.page.get_by_label("Erreur matérielle dans l’acte").check()
    signatory.page.get_by_label("Explication, gardée dans le journal").fill("Adresse mal recopiée.")
    signatory.press("Révoquer cet acte").sees("Acte révoqué").check()


def revoked(anyone: Visit, paper: Paper, story: Story) -> None:
    """The page says so at once, the checker as soon as it has the new list, the person by a message."""
    send_file(anyone, paper.pdf).sees("Acte révoqué", "Erreur matérielle").check()
    by_code(anyone, paper.code()).sees("Acte révoqué").check()
    keep_trust(anyone.base, paper.folder)
    status, told = verify_offline(paper.folder, str(paper.pdf))
    assert status == 2, told
    story.told("révoqué")
    story.person.open(story.draft + "/").sees("Ce document est révoqué").check()


def inspected(inspector: Visit, story: Story) -> None:
    """Who read and changed the case is told, and the journal is verified."""
    inspector.open(f"/dossiers/recherche/?q={story.reference}").check().follow(story.reference)
    inspector.check(names=SAMPLE_NAMES)
    with inspector.page.expect_navigation():
        inspector.page.get_by_role("main").get_by_role("link", name="Journal").click()
    inspector.sees("Awa Ndiaye", "Fatou Sarr", "Ibrahima Fall", "Abdoulaye Seck").check()
    inspector.open("/journal/").check()
    inspector.press("Vérifier le journal")
    wait(lambda: verified(inspector), "the journal is not verified")
    inspector.check()


def verified(inspector: Visit) -> bool:
    inspector.page.reload()
    return inspector.page.locator(".ss-banner--green").count() == 1
