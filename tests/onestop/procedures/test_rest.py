"""The catalogue over HTTP."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
API = "/api/v1/demarches"


def test_the_catalogue_is_listed_and_searched(catalogue):
    everything = Client().get(API).json()
    assert len(everything) == 18
    found = Client().get(API, {"q": "kasier", "audience": "particuliers"}).json()
    assert found[0]["code"] == "casier-judiciaire-b3"
    assert found[0]["price"] == {"least": 400, "most": 400}
    assert [p["code"] for p in Client().get(API, {"theme": "transports"}).json()] == [
        "permis-conduire-renouvellement"
    ]


def test_a_procedure_is_read_whole(catalogue):
    sheet = Client().get(f"{API}/extrait-naissance").json()
    assert sheet["revision"] == 1
    assert sheet["promised"]["words"] == "Le jour même"
    fee = sheet["fees"][0]
    assert (fee["amount"], fee["minimum"], fee["maximum"], fee["certainty"]) == (200, 75, 500, "C")
    assert sheet["pages"][0]["fields"][0]["type"] == "identity"
    assert sheet["pieces"][0]["one_of"][0]["value"] == "volet"
    assert sheet["ineligible"][0]["when"] == {"field": "declaree", "is": "etranger"}


def test_silence_and_assessed_fees_are_told(catalogue):
    sheet = Client().get(f"{API}/permis-construire").json()
    silence = sheet["silence"]
    assert (silence["effect"], silence["notice"]["words"], silence["substitute_unit"]) == (
        "granted",
        "30\u00a0jours",
        "prefecture",
    )
    assert {f["assessed_at"] for f in sheet["fees"]} == {"liquidation"}
    assert Client().get(f"{API}/ninea").json()["silence"] is None


def test_what_is_not_offered_is_a_problem(catalogue):
    answer = Client().get(f"{API}/rien")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("asked", [{"q": "x" * 101}, {"theme": "x" * 61}])
def test_a_question_out_of_bounds_is_a_problem(catalogue, asked):
    answer = Client().get(API, asked)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_nul_is_answered(catalogue):
    assert Client().get(API, {"q": "\x00", "theme": "\x00", "audience": "\x00"}).status_code in (200, 422)
    assert Client().get(f"{API}/%00").status_code == 404
