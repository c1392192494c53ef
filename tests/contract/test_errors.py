"""Each kind of error as a client meets it, and the key that makes a second sending harmless."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from tests.contract.citizen import Citizen

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"
ROOT = "/api/v1/dossiers"


@pytest.fixture
def awa(citizen: "Citizen") -> Client:
    client = Client()
    client.force_login(citizen.world.account(citizen.world.awa))
    return client


def send(client: Client, method: str, address: str, body: Any = None, **headers: str) -> Any:
    data = body if isinstance(body, str) else json.dumps(body)
    return client.generic(method, address, data, "application/json", headers=headers)


def refused(answer: Any, status: int) -> dict[str, Any]:
    """The problem details of an answer that must have this status."""
    assert (answer.status_code, answer["content-type"]) == (status, PROBLEM), answer.content
    told: dict[str, Any] = answer.json()
    assert (told["type"], told["status"]) == ("about:blank", status)
    assert told["title"][0].isupper()
    return told


def test_a_stranger_is_told_to_identify(citizen: "Citizen") -> None:
    refused(send(Client(), "GET", ROOT), 401)
    refused(send(Client(), "POST", ROOT, {"procedure": "certificat-gratuit"}), 401)


def test_a_body_that_is_no_json_object_is_said_in_french(awa: Client) -> None:
    for body in ("{", "[]", "5", '"a"', "null"):
        told = refused(send(awa, "POST", ROOT, body), 400)
        assert told["title"] == "Le corps de la demande n’est pas un objet JSON lisible"


def test_a_wrong_method_or_address_is_said_in_french(awa: Client) -> None:
    answer = send(awa, "DELETE", ROOT)
    assert refused(answer, 405)["title"] == "Cette adresse n’admet pas cette méthode"
    assert answer["Allow"] in refused(answer, 405)["detail"]
    assert refused(send(awa, "GET", f"{ROOT}/abc"), 404)["title"] == "Introuvable"


def test_each_wrong_field_has_its_sentence(awa: Client) -> None:
    told = refused(send(awa, "POST", ROOT, {}), 422)
    assert told["errors"] == [{"pointer": "/body/procedure", "detail": "Ce champ manque."}]
    told = refused(send(awa, "POST", ROOT, {"procedure": "É" * 90}), 422)
    assert told["errors"][0]["detail"] == "Raccourcissez ce texte à 80 caractères."


def test_a_sending_without_the_token_is_refused(citizen: "Citizen") -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(citizen.world.account(citizen.world.awa))
    told = refused(send(client, "POST", ROOT, {"procedure": "certificat-gratuit"}), 403)
    assert told["title"] == "Le jeton de sécurité manque ou n’est plus valable"


def test_the_request_of_another_person_is_refused(citizen: "Citizen") -> None:
    other = Client()
    other.force_login(citizen.world.account(citizen.world.modou))
    assert refused(send(other, "GET", f"{ROOT}/{citizen.draft().pk}"), 403)["detail"]


def test_what_does_not_exist_is_not_found(awa: Client) -> None:
    refused(send(awa, "GET", f"{ROOT}/01a20f50-2992-72be-bbf3-3ace3f69b018"), 404)
    refused(send(awa, "GET", "/api/v1/demarches/rien"), 404)
    refused(send(awa, "POST", ROOT, {"procedure": "rien"}), 409)


def test_a_nul_is_refused_with_a_sentence(awa: Client, citizen: "Citizen") -> None:
    address = f"{ROOT}/{citizen.draft().pk}/reponses"
    refused(send(awa, "PUT", address, {"answers": {"identity": {"last_name": "N\x00diaye"}}}), 422)


@pytest.mark.parametrize("body", [r'{"answers": {"\ud800": "x"}}', r'{"answers": {"motive": "\udc00"}}'])
def test_half_a_letter_is_no_json(awa: Client, citizen: "Citizen", body: str) -> None:
    address = f"{ROOT}/{citizen.draft().pk}/reponses"
    told = refused(awa.generic("PUT", address, body, "application/json"), 400)
    assert told["title"] == "Le corps de la demande n’est pas un objet JSON lisible"


def test_a_form_where_json_is_wanted_is_refused(citizen: "Citizen") -> None:
    """A browser's form: its token is looked for in the body, which cannot be read again."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(citizen.world.account(citizen.world.awa))
    token = "t" * 32
    client.cookies["csrftoken"] = token
    answer = client.post(ROOT, {"procedure": "certificat-gratuit", "csrfmiddlewaretoken": token})
    refused(answer, 400)


def test_an_old_version_is_a_conflict(awa: Client, citizen: "Citizen") -> None:
    draft = citizen.draft()
    submitted = send(awa, "POST", f"{ROOT}/{draft.pk}/envoi", {"version": draft.version})
    assert submitted.status_code == 200, submitted.content
    told = refused(send(awa, "POST", f"{ROOT}/{draft.pk}/retrait", {"version": draft.version}), 409)
    assert "a changé" in told["title"]


def test_the_same_key_sends_once(awa: Client, citizen: "Citizen") -> None:
    """Sent again after an answer that was lost: the same outcome, one number, one version."""
    draft = citizen.draft()
    address = f"{ROOT}/{draft.pk}/envoi"
    key = {"Idempotency-Key": "b7a0f5c2-essai"}
    first, again = (send(awa, "POST", address, {"version": draft.version}, **key) for _ in range(2))
    assert first.status_code == again.status_code == 200, again.content
    assert first.json()["reference"]
    assert {k: first.json()[k] for k in ("reference", "version")} == {
        k: again.json()[k] for k in ("reference", "version")
    }
    other = refused(send(awa, "POST", f"{ROOT}/{draft.pk}/retrait", {}, **key), 409)
    assert "Cette clé a déjà servi" in other["title"]


def test_without_a_key_a_second_sending_is_a_conflict(awa: Client, citizen: "Citizen") -> None:
    address = f"{ROOT}/{citizen.draft().pk}/envoi"
    assert send(awa, "POST", address, {}).status_code == 200
    refused(send(awa, "POST", address, {}), 409)


def test_a_key_that_is_too_long_is_refused(awa: Client, citizen: "Citizen") -> None:
    address = f"{ROOT}/{citizen.draft().pk}/envoi"
    told = refused(send(awa, "POST", address, {}, **{"Idempotency-Key": "k" * 61}), 422)
    assert told["errors"][0]["detail"] == "Raccourcissez ce texte à 60 caractères."
