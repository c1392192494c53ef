"""What people say of procedures: kept without a name, read before it is shown, counted from ten on."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import ANONYMOUS, PermissionRefused, system
from smartsenegal.kernel.vault import keyring
from smartsenegal.onestop.procedures import actions_reviews, queries_reviews
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.models import Review
from tests.onestop.procedures.conftest import sign_in

pytestmark = pytest.mark.django_db
CASIER = "casier-judiciaire-b3"
PAGE, SHEET = f"/demarches/gestion/{CASIER}/avis/", f"/demarches/{CASIER}/"
BY = system("test")


def text(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def give(about: str = "case:1", mark: int = 4, comment: str = "", code: str = CASIER) -> Review:
    return actions_reviews.give_review(code, about, mark, comment, BY)


@pytest.fixture
def numbers() -> Iterator[str]:
    return (f"case:{n}" for n in range(1000))


def test_words_stay_sealed_until_they_are_read(organisations, catalogue):
    review = give(comment="Merci à M. Fall, rapide.")
    review.refresh_from_db()
    assert (review.comment, review.state) == ("", "received")
    assert b"Fall" not in bytes(review.sealed)
    assert "case:1" not in review.key
    assert queries_reviews.to_read(CASIER)[0].comment == "Merci à M. Fall, rapide."
    published = actions_reviews.publish_review(CASIER, review.pk, BY)
    assert (published.comment, bytes(published.sealed)) == ("Merci à M. Fall, rapide.", b"")


def test_one_request_gives_one_review_that_changes_until_it_is_read(organisations, catalogue):
    give(mark=2, comment="Long")
    review = give(mark=5, comment="Finalement rapide")
    assert Review.objects.count() == 1
    assert queries_reviews.review_of("case:1").mark == 5
    actions_reviews.hide_review(CASIER, review.pk, "Nom d’un agent", BY)
    with pytest.raises(ProcedureRefused, match="déjà été relu"):
        give(mark=1)
    assert queries_reviews.review_of("case:1").comment == ""
    assert queries_reviews.marks_of(CASIER).count == 1


@pytest.mark.parametrize(("mark", "code"), [(0, CASIER), (6, CASIER), (3, "inconnue")])
def test_a_mark_or_a_procedure_that_does_not_exist_is_refused(organisations, catalogue, mark, code):
    with pytest.raises(ProcedureRefused):
        give(mark=mark, code=code)
    assert Review.objects.count() == 0


def test_who_is_in_charge_reads_publishes_and_hides(owner: Client, numbers):
    first, second = (
        give(next(numbers), 5, "Très simple."),
        give(next(numbers), 1, "Voir M. X au 77 000 00 00"),
    )
    assert "Très simple." in text(owner.get(PAGE))
    assert owner.post(f"{PAGE}{first.pk}/", {"choix": "publier"}).status_code == 302
    refused = owner.post(f"{PAGE}{second.pk}/", {"choix": "masquer", "reason": " "})
    assert refused.status_code == 422
    assert "Dites pourquoi" in text(refused)
    assert owner.post(f"{PAGE}{second.pk}/", {"choix": "masquer", "reason": "Un nom"}).status_code == 302
    again = owner.post(f"{PAGE}{second.pk}/", {"choix": "publier"})
    assert again.status_code == 422
    assert "déjà été relu" in text(again)
    assert owner.post(f"{PAGE}999999/", {"choix": "publier"}).status_code == 404
    second.refresh_from_db()
    assert (second.state, second.comment, bytes(second.sealed)) == ("hidden", "", b"")
    verbs = [e.verb for e in audit.of_subject(f"procedure:{CASIER}")]
    assert {"procedures.publish_review", "procedures.hide_review"} <= set(verbs)


def test_another_owner_reads_nothing(organisations, catalogue):
    review = give(comment="Bien")
    stranger = sign_in(Client(), "procedure_owner", "ministere-interieur", "+221771000077")
    assert stranger.get(PAGE).status_code == 403
    assert stranger.post(f"{PAGE}{review.pk}/", {"choix": "publier"}).status_code == 403
    with pytest.raises(PermissionRefused):
        actions_reviews.publish_review(CASIER, review.pk, ANONYMOUS)


def test_the_sheet_and_the_api_show_an_average_from_ten_on(client: Client, organisations, catalogue, numbers):
    api = f"/api/v1/demarches/{CASIER}"
    for _ in range(9):
        give(next(numbers), 4)
    assert "Avis des usagers" not in text(client.get(SHEET))
    assert client.get(api).json()["reviews"] == {"count": 9, "average": None}
    last = give(next(numbers), 5, "Reçu en un jour.")
    assert "4,1 sur 5" in text(client.get(SHEET))
    assert "Reçu en un jour." not in text(client.get(SHEET))
    actions_reviews.publish_review(CASIER, last.pk, BY)
    assert "Reçu en un jour." in text(client.get(SHEET))
    assert client.get(api).json()["reviews"] == {"count": 10, "average": 4.1}


def test_reviews_go_to_the_portal_and_come_from_it_once(client: Client, organisations, catalogue):
    keeper = sign_in(Client(), "procedure_owner", "senegal", "+221771000041")
    row = {
        "id": "avis-77",
        "demarche": CASIER,
        "note": 3,
        "commentaire": "Un peu long.",
        "date": "2026-10-02",
    }

    def bring(*rows, **more):
        body = json.dumps({"avis": rows, **more})
        return keeper.post("/api/v1/portail/demarches", body, "application/json")

    assert [line["state"] for line in bring(row, apercu=True).json()] == ["created"]
    assert Review.objects.count() == 0
    assert bring(row).status_code == 200
    assert [line["state"] for line in bring(row).json()] == ["unchanged"]
    review = Review.objects.get()
    assert (review.mark, str(review.given_on), review.state) == (3, "2026-10-02", "received")
    assert client.get("/api/v1/portail").json()["avis"] == []
    actions_reviews.publish_review(CASIER, review.pk, BY)
    (out,) = client.get("/api/v1/portail").json()["avis"]
    assert (out["demarche"], out["note"], out["commentaire"]) == (CASIER, 3, "Un peu long.")
    wrong = bring({**row, "id": "2", "note": 9}, {**row, "id": "3", "demarche": "inconnue"})
    assert wrong.status_code == 422
    assert Review.objects.count() == 1


def test_words_to_read_are_sealed_again_after_a_rotation(organisations, catalogue, settings, tmp_path):
    review = give(comment="Bien")
    before = bytes(review.sealed)
    keyring().rotate()
    assert actions_reviews.reseal() == 1
    assert actions_reviews.reseal() == 0
    review.refresh_from_db()
    assert bytes(review.sealed) != before
    assert queries_reviews.to_read(CASIER)[0].comment == "Bien"
