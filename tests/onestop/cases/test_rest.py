"""The applicant's API: the same acts as the pages, with the same refusals."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import Asked
from tests.onestop.cases.samples import ANSWERS, IDENTITY
from tests.onestop.cases.world import picture

ROOT = "/api/v1/dossiers"


class Api:
    """A signed-in caller."""

    def __init__(self, world: Any, who: Any) -> None:
        self.client = Client()
        self.client.force_login(world.account(who))

    def __call__(self, method: str, path: str = "", body: Any = None, key: str = "") -> Any:
        data = "" if body is None else json.dumps(body)
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.generic(method, f"{ROOT}{path}", data, "application/json", headers=headers)


@pytest.fixture
def api(world) -> Api:
    return Api(world, world.awa)


def test_one_needs_an_account(client, world):
    answer = client.get(ROOT)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_the_whole_way(api, world):
    case = api("POST", "", {"procedure": "certificat-gratuit"}).json()
    assert (case["state"], case["task"]["kind"]) == ("draft", "fill")
    assert api("POST", "", {"procedure": "certificat-gratuit"}).json()["id"] == case["id"]
    path = f"/{case['id']}"
    answered = api("PUT", f"{path}/reponses", {"answers": ANSWERS})
    assert answered.status_code == 200, answered.content
    assert answered.json()["answers"]["identity"] == IDENTITY
    files = {"file": picture(), "issued_on": timezone.localdate().isoformat()}
    files["file"].name = "extrait.jpg"
    added = api.client.post(f"{ROOT}{path}/pieces/extrait", files)
    assert added.status_code == 200, added.content
    assert [f["name"] for f in added.json()["pieces"]["extrait"]] == ["extrait.jpg"]
    sent = api("POST", f"{path}/envoi", {"version": added.json()["version"]}, key="k").json()
    assert (sent["state"], sent["service"]) == ("in_review", world.thies.name)
    again = api("POST", f"{path}/envoi", {"version": added.json()["version"]}, key="k").json()
    assert again == sent
    assert api("POST", f"{path}/envoi", {}, key="k").status_code == 409
    assert [c["reference"] for c in api("GET").json()] == [sent["reference"]]
    followed = api("GET", path).json()
    assert followed["history"][-1]["text"].startswith("Demande envoyée")


def test_wrong_answers_are_said_one_by_one(api, world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    wrong = {**ANSWERS, "motive": "nulle part", "inconnue": 1}
    answer = api("PUT", f"/{case.pk}/reponses", {"answers": wrong})
    assert answer.status_code == 422
    assert {e["pointer"] for e in answer.json()["errors"]} == {"/answers/motive", "/answers/inconnue"}
    assert case.actions.count() == 1


def test_answers_already_given_are_not_told_twice(api, world, draft):
    before = draft.actions.count()
    assert api("PUT", f"/{draft.pk}/reponses", {"answers": draft.answers}).status_code == 200
    assert draft.actions.count() == before


def test_an_unfinished_draft_says_what_it_lacks(api, world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    answer = api("POST", f"/{case.pk}/envoi", {})
    assert answer.status_code == 422
    pointers = [e["pointer"] for e in answer.json()["errors"]]
    assert pointers == ["/answers/qui", "/answers/lieu", "/answers/motif", "/pieces/extrait"]


def test_an_old_version_is_refused(api, world, draft):
    seen = draft.version
    actions.answer(draft.pk, world.awa, "motif", {"motive": "autre", "details": "Z"})
    answer = api("POST", f"/{draft.pk}/envoi", {"version": seen})
    assert answer.status_code == 409
    assert "a changé" in answer.json()["title"]


def test_a_bad_file_is_refused_with_its_sentence(api, world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = {"file": SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff", "image/jpeg")}
    answer = api.client.post(f"{ROOT}/{case.pk}/pieces/photo", sent)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/file"


def test_taking_a_file_back(api, world, draft):
    (file,) = api("GET", f"/{draft.pk}").json()["pieces"]["extrait"]
    assert api("DELETE", f"/{draft.pk}/pieces/extrait/{file['id']}").json()["pieces"] == {}
    assert api("DELETE", f"/{draft.pk}/pieces/extrait/{file['id']}").status_code == 404


def test_corrections(api, world, filed):
    from datetime import timedelta

    asked = [Asked("answer", "motive", "inexact", "Dites.")]
    actions.request_corrections(filed.pk, world.moussa, asked, timezone.localdate() + timedelta(days=9))
    case = api("GET", f"/{filed.pk}").json()
    assert [(i["key"], i["treated"]) for i in case["corrections"]] == [("motive", False)]
    assert api("POST", f"/{filed.pk}/corrections", {"note": ""}).status_code == 409
    changed = {**case["answers"], "motive": "autre", "details": "Un concours"}
    assert api("PUT", f"/{filed.pk}/reponses", {"answers": changed}).status_code == 200
    done = api("POST", f"/{filed.pk}/corrections", {"note": "Voici"})
    assert (done.status_code, done.json()["state"]) == (200, "in_review")


def test_withdrawing(api, world, filed):
    assert api("POST", f"/{filed.pk}/retrait", {}).json()["state"] == "withdrawn"
    assert api("POST", f"/{filed.pk}/retrait", {}).status_code == 409


def test_another_person_is_refused(world, draft):
    other = Api(world, world.modou)
    assert other("GET", f"/{draft.pk}").status_code == 403
    assert other("PUT", f"/{draft.pk}/reponses", {"answers": ANSWERS}).status_code == 403
    for path in ("envoi", "retrait"):
        assert other("POST", f"/{draft.pk}/{path}", {}).status_code == 403
    assert other("GET").json() == []


def test_what_does_not_exist(api, world):
    unknown = "01900000-0000-7000-8000-000000000000"
    assert api("GET", f"/{unknown}").status_code == 404
    assert api("POST", f"/{unknown}/envoi", {}).status_code == 404
    assert api("POST", "", {"procedure": "inconnue"}).status_code == 409
    assert Case.objects.count() == 0


@pytest.mark.parametrize("body", [{"procedure": "a\x00b"}, {"procedure": 3}, {}, {"procedure": "x" * 81}])
def test_nonsense_is_refused_not_crashed_on(api, world, body):
    assert api("POST", "", body).status_code in (409, 422)


@pytest.mark.parametrize("body", [[], 5, "x"])
def test_a_body_that_is_no_object_is_refused(api, world, body):
    answer = api("POST", "", body)
    assert (answer.status_code, Case.objects.count()) == (400, 0)


def test_exotic_characters_in_answers(api, world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    for value in ("a\x00b", "\ud800", {"first_names": "A\x00"}, [1], 5, None, "\u202eA"):
        answer = api(
            "PUT", f"/{case.pk}/reponses", {"answers": {**ANSWERS, "identity": value, "motive": value}}
        )
        # Half a letter is no text at all (RFC 8259, section 8.2): the body itself is refused.
        assert answer.status_code == (400 if value == "\ud800" else 422), repr(value)
