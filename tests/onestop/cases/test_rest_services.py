"""The API of an administration's own system: what it sees, what it does, and who wins when two decide."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.idempotency import actions as idempotency
from smartsenegal.kernel.idempotency.models import KeptAnswer
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.models import Case
from tests.jobs import drain
from tests.onestop.cases.partner import AGENT, CHIEF, Partner, token_of
from tests.onestop.cases.permit import Permit, make_permit
from tests.onestop.cases.world import fill


@pytest.fixture
def court(world) -> Partner:
    return Partner(token_of(world.thies))


@pytest.fixture
def permit(world) -> Permit:
    return make_permit(world)


def title(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return str(answer.json()["title"])


def decide(court: Partner, case: Any, outcome: str = "granted", **more: Any) -> Any:
    body = {"agent": AGENT, "outcome": outcome, "fields": {"mention": "Néant"}, **more}
    if outcome != "granted":
        body.pop("fields")
    return court("POST", f"/dossiers/{case.pk}/proposition", body)


# --- the door ---------------------------------------------------------------------------------


def test_without_a_token_the_door_is_shut(client, world):
    answer = client.get("/api/v1/instruction/dossiers")
    assert answer["WWW-Authenticate"] == "Bearer"
    title(answer, 401)
    title(Partner("n-importe-quoi")("GET", "/dossiers"), 401)


def test_a_session_is_no_token(client, world):
    client.force_login(world.account(world.moussa))
    assert client.get("/api/v1/instruction/dossiers").status_code == 401


def test_a_right_that_was_not_given_is_refused(world, filed):
    reader = Partner(token_of(world.thies, ["cases.read"]))
    assert reader("GET", f"/dossiers/{filed.pk}").status_code == 200
    assert "cases.queue" in reader("GET", "/dossiers").json()["detail"]
    title(reader("POST", f"/dossiers/{filed.pk}/prise-en-charge", {}), 403)
    title(decide(reader, filed), 403)
    title(reader("POST", f"/dossiers/{filed.pk}/signature", {"agent": CHIEF}), 403)
    assert reader("GET", f"/dossiers/{filed.pk}").json()["payments"] is None


def test_calls_are_counted_by_service(world, settings):
    settings.API_CALLS_A_MINUTE = 2
    partner, other = Partner(token_of(world.thies)), Partner(token_of(world.thies, name="Un autre"))
    assert [partner("GET", "/dossiers").status_code for _ in range(3)] == [200, 200, 429]
    assert other("GET", "/dossiers").status_code == 200


# --- lists and reading ------------------------------------------------------------------------


def test_the_queue_of_ones_own_services(world, court, filed):
    elsewhere = Partner(token_of(world.mbour))
    (line,) = court("GET", "/dossiers").json()["cases"]
    assert (line["reference"], line["service"], line["state"]) == (filed.reference, "tgi-thies", "in_review")
    assert elsewhere("GET", "/dossiers").json()["cases"] == []
    assert court("GET", "/dossiers?onglet=a-signer").json()["cases"] == []
    decide(court, filed)
    assert len(court("GET", "/dossiers?onglet=a-signer").json()["cases"]) == 1
    assert "/query/cursor" in court("GET", "/dossiers?cursor=x").json()["errors"][0]["pointer"]


def test_pages_follow_one_another_and_cost_the_same(world, court, monkeypatch):
    from smartsenegal.onestop.cases.queries import lists

    monkeypatch.setattr(lists, "SETTLED", timedelta(0))
    made = {str(actions.submit(fill(world).pk, world.awa).case.pk) for _ in range(5)}
    court("GET", "/dossiers")
    for first in ("/dossiers?limit=2", "/dossiers?limit=2&updated_since=2020-01-01T00:00:00Z"):
        seen, path, costs = [], first, set()
        while path:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                page = court("GET", path).json()
            # The counter of calls starts again each minute.
            costs.add(sum("shared_cache" not in q["sql"] for q in queries))
            seen += [c["id"] for c in page["cases"]]
            following = page["next"]
            from urllib.parse import quote

            path = f"{first}&cursor={quote(following)}" if following else ""
        assert (len(seen), set(seen), len(costs)) == (5, made, 1), costs


def test_what_changed_since(world, court, filed, monkeypatch):
    from smartsenegal.onestop.cases.queries import lists

    assert court("GET", "/dossiers?updated_since=2020-01-01").json()["cases"] == []  # not settled yet
    monkeypatch.setattr(lists, "SETTLED", timedelta(0))
    moment = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert len(court("GET", "/dossiers?updated_since=2020-01-01").json()["cases"]) == 1
    assert court("GET", f"/dossiers?updated_since={moment}").json()["cases"] == []
    actions.withdraw(filed.pk, world.awa)
    unknown = court("GET", f"/dossiers?updated_since={moment}&state=retire").json()["errors"]
    assert unknown[0]["pointer"] == "/query/state"
    (line,) = court("GET", f"/dossiers?updated_since={moment}&state=withdrawn").json()["cases"]
    assert line["state"] == "withdrawn"
    assert court("GET", f"/dossiers?updated_since={moment}&state=issued").json()["cases"] == []


def test_a_case_whole_and_its_reading_in_the_journal(world, court, filed):
    case = court("GET", f"/dossiers/{filed.pk}").json()
    assert case["answers"]["motive"] == "emploi"
    assert case["allowed"] == ["taken", "corrections_requested", "proposed"]
    assert case["clock"]
    assert case["history"][0]["by"] == "Awa Ndiaye"
    entry = audit.of_subject(filed.subject).filter(verb="cases.read").get()
    assert (entry.actor_kind, entry.actor_label) == ("client", "Casier")
    (file,) = case["pieces"]["extrait"]
    path = file["url"].partition("/api/v1/instruction")[2]
    answer = court("GET", path)
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert answer["Content-Disposition"].startswith("attachment")
    assert audit.of_subject(filed.subject).filter(verb="documents.read").count() == 1
    title(court("GET", f"/dossiers/{filed.pk}/acte"), 409)


def test_the_case_of_somebody_else_does_not_exist(world, filed, draft):
    elsewhere = Partner(token_of(world.mbour))
    mine = Partner(token_of(world.thies))
    unknown = "01900000-0000-7000-8000-000000000000"
    for partner, case in ((elsewhere, filed.pk), (mine, unknown), (mine, fill(world).pk)):
        assert title(partner("GET", f"/dossiers/{case}"), 404) == "Introuvable"
        assert title(partner("GET", f"/dossiers/{case}/acte"), 404)
        assert title(partner("GET", f"/dossiers/{case}/pieces/{unknown}"), 404)
        for act, body in (
            ("prise-en-charge", {}),
            ("avis/cadastre", {"verdict": "favourable"}),
            ("signature", {"agent": CHIEF}),
        ):
            assert title(partner("POST", f"/dossiers/{case}/{act}", body), 404)
    title(mine("GET", f"/dossiers/{filed.pk}/pieces/{unknown}"), 404)


# --- the way of a case --------------------------------------------------------------------------


def test_from_the_queue_to_the_act(world, court, filed):
    taken = court("POST", f"/dossiers/{filed.pk}/prise-en-charge", {"agent": AGENT})
    assert taken.status_code == 200, taken.content
    assert Case.objects.get(pk=filed.pk).assigned_to is None
    asked = {
        "agent": AGENT,
        "due_on": (timezone.localdate() + timedelta(days=10)).isoformat(),
        "items": [
            {"kind": "piece", "key": "extrait", "fault": "unreadable", "sentence": "Refaites la photo."}
        ],
        "version": taken.json()["version"],
    }
    case = court("POST", f"/dossiers/{filed.pk}/corrections", asked).json()
    assert (case["state"], case["suspended"]) == ("corrections_requested", True)
    from tests.onestop.cases.world import picture

    actions.add_piece(
        filed.pk, world.awa, "extrait", picture("red"), filename="b.jpg", issued_on=timezone.localdate()
    )
    actions.send_corrections(filed.pk, world.awa, "Voici")
    proposed = decide(court, filed)
    assert proposed.status_code == 200, proposed.content
    assert proposed.json()["proposal"]["by"] == "Moussa Diop"
    assert proposed.json()["proposal"]["outcome_label"] == "Accord"
    assert [f["key"] for f in proposed.json()["decision_fields"]] == ["mention"]
    same = court("POST", f"/dossiers/{filed.pk}/signature", {"agent": AGENT})
    assert "une autre personne doit la signer" in title(same, 409)
    signed = court("POST", f"/dossiers/{filed.pk}/signature", {"agent": CHIEF}).json()
    assert (signed["state"], signed["decision"]["by"]) == ("granted", "Fatou Sow")
    drain()
    done = court("GET", f"/dossiers/{filed.pk}").json()
    assert done["state"] == "issued"
    pdf = court("GET", f"/dossiers/{filed.pk}/acte")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    entry = audit.of_subject(filed.subject).filter(verb="cases.signed").get()
    assert entry.actor_id.endswith(":M-002")
    assert (entry.actor_kind, entry.actor_label) == ("client", "Fatou Sow")


def test_a_refusal_carries_its_reasons_and_the_ways_of_appeal(world, court, filed):
    told = decide(court, filed, "refused", reasons=["inconnu"], text="")
    pointers = [e["pointer"] for e in told.json()["errors"]]
    assert (told.status_code, pointers) == (422, ["/body/reasons", "/body/text"])
    definition = world.revisions["certificat-gratuit"].definition
    reasons = [definition.reasons[0].key]
    assert decide(court, filed, "refused", reasons=reasons, text="L’acte est illisible.").status_code == 200
    back = court("POST", f"/dossiers/{filed.pk}/renvoi", {"agent": CHIEF, "note": "Revoyez."}).json()
    assert back["state"] == "in_review"
    decide(court, filed, "refused", reasons=reasons, text="L’acte est illisible.")
    done = court("POST", f"/dossiers/{filed.pk}/signature", {"agent": CHIEF}).json()
    assert done["state"] == "refused"
    assert done["decision"]["reasons"] == reasons
    assert done["decision"]["appeal"] == definition.appeal
    assert done["decision"]["text"] == "L’acte est illisible."


def test_wrong_input_is_said_field_by_field(world, court, filed):
    path = f"/dossiers/{filed.pk}"
    wrong = {"due_on": "2020-01-01", "items": []}
    told = court("POST", f"{path}/corrections", wrong).json()["errors"]
    assert told == [
        {"pointer": "/body/items", "detail": "Indiquez au moins une réponse ou une pièce à corriger."}
    ]
    item = {"kind": "piece", "key": "extrait", "fault": "laid", "sentence": "Non."}
    soon = (timezone.localdate() + timedelta(days=3)).isoformat()
    told = court("POST", f"{path}/corrections", {"due_on": soon, "items": [item]}).json()["errors"]
    assert told[0]["pointer"] == "/body/items/0"
    told = decide(court, filed, fields={"inconnu": 1}).json()["errors"]
    assert "/body/fields/inconnu" in {e["pointer"] for e in told}
    told = court("POST", f"{path}/proposition", {"outcome": "accorde"}).json()["errors"]
    assert told[0]["pointer"] == "/body/agent"
    assert told[1]["detail"] == "Choisissez parmi\u00a0: granted, refused."
    assert Case.objects.get(pk=filed.pk).version == filed.version


def test_services_consulted_answer_by_the_api(world, permit, court):
    case = permit.filed()
    cadastre = Partner(token_of(_service(permit, "cadastre-thies"), name="Cadastre"))
    (line,) = cadastre("GET", "/attendus").json()["awaited"]
    assert (line["case"], line["step"], line["kind"]) == (str(case.pk), "cadastre", "opinion")
    seen = cadastre("GET", f"/dossiers/{case.pk}").json()
    assert (seen["history"], seen["proposal"], seen["payments"]) == ([], None, None)
    wrong = cadastre("POST", f"/dossiers/{case.pk}/avis/cadastre", {"verdict": "reserved"})
    assert wrong.json()["errors"][0]["pointer"] == "/body/text"
    said = {
        "verdict": "reserved",
        "text": "Le bornage est à refaire.",
        "agent": {"id": "7", "name": "Binta Ly"},
    }
    assert cadastre("POST", f"/dossiers/{case.pk}/avis/cadastre", said).status_code == 200
    again = cadastre("POST", f"/dossiers/{case.pk}/avis/cadastre", said)
    assert "n’attend plus rien" in title(again, 409)
    title(cadastre("GET", f"/dossiers/{case.pk}"), 404)
    title(cadastre("POST", f"/dossiers/{case.pk}/avis/pompiers", said), 404)
    assert cadastre("GET", "/attendus").json()["awaited"] == []


def test_an_opinion_after_the_decision_is_too_late(world, permit, court):
    case = permit.filed()
    fire = Partner(token_of(_service(permit, "pompiers-thies"), name="Pompiers"))
    actions.withdraw(case.pk, world.awa)
    told = fire("POST", f"/dossiers/{case.pk}/avis/pompiers", {"verdict": "favourable"})
    assert "il est décidé" in title(told, 409)


def test_amounts_and_visas(world, permit, court):
    case = permit.consulted()
    path = f"/dossiers/{case.pk}/montant/liquidation"
    told = court("POST", path, {"amounts": {"inconnu": 3}}).json()["errors"]
    assert told[0]["pointer"] == "/body/amounts/inconnu"
    told = court("POST", path, {"amounts": {}}).json()["errors"]
    assert told[0]["pointer"] == "/body/amounts/taxe"
    assert court("POST", path, {"amounts": {"taxe": 2000}}).status_code == 200
    actions.settle_payment(case.pk, "taxe", step="taxe")
    decide(court, case)
    assert court("POST", f"/dossiers/{case.pk}/signature", {"agent": CHIEF}).status_code == 200
    state = Partner(token_of(permit.prefecture, name="Préfecture"))
    (line,) = state("GET", "/attendus").json()["awaited"]
    assert line["kind"] == "visa"
    given = {"answer": "refuse", "text": ""}
    told = state("POST", f"/dossiers/{case.pk}/visa/{line['step']}", given)
    assert told.json()["errors"][0]["pointer"] == "/body/text"
    given = {"answer": "give", "agent": {"id": "P1", "name": "Le préfet"}}
    assert state("POST", f"/dossiers/{case.pk}/visa/{line['step']}", given).status_code == 200


def _service(permit: Permit, code: str) -> Any:
    from smartsenegal.kernel.identity.api import Organisation

    return Organisation.objects.get(code=code)


# --- two at once, and twice the same -------------------------------------------------------------


def test_an_old_version_is_told_the_present_one(world, court, filed):
    actions.propose(filed.pk, world.moussa, "granted", fields={"mention": "Néant"})
    told = decide(court, filed, version=filed.version)
    assert "a changé" in title(told, 409)
    assert (told.json()["version"], told.json()["state"]) == (filed.version + 1, "awaiting_signature")


def test_the_same_key_does_it_once_and_answers_the_same(world, court, filed):
    path, body = f"/dossiers/{filed.pk}/prise-en-charge", {"agent": AGENT}
    first, again = (court("POST", path, body, key="k-1") for _ in range(2))
    assert first.content == again.content
    assert Case.objects.get(pk=filed.pk).version == filed.version + 1
    assert "déjà servi" in title(court("POST", path, {}, key="k-1"), 409)
    assert "déjà servi" in title(court("POST", f"/dossiers/{filed.pk}/recevabilite", body, key="k-1"), 409)
    assert b"Moussa" not in bytes(KeptAnswer.objects.get().sealed)
    other = Partner(token_of(world.thies, name="Un autre"))
    assert other("POST", path, {}, key="k-1").status_code == 200


def test_a_refusal_leaves_the_key_free(world, court, filed):
    refused = decide(court, filed, fields={})
    assert refused.status_code == 422
    body = {"agent": AGENT, "outcome": "granted", "fields": {}}
    path = f"/dossiers/{filed.pk}/proposition"
    assert court("POST", path, body, key="k").status_code == 422
    assert KeptAnswer.objects.count() == 0
    assert court("POST", path, {**body, "fields": {"mention": "Néant"}}, key="k").status_code == 200


def test_old_answers_are_forgotten_and_sealed_again_after_a_rotation(world, court, filed):
    court("POST", f"/dossiers/{filed.pk}/prise-en-charge", {}, key="k")
    KeptAnswer.objects.update(kid="00000000")
    assert (idempotency.reseal(), idempotency.reseal()) == (1, 0)
    assert idempotency.forget_old() == 0
    KeptAnswer.objects.update(at=timezone.now() - timedelta(days=8))
    assert idempotency.forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_at_once_one_does_it(transactional_db, tmp_path):
    """Two connections, one key, one decision; and with two keys one decision all the same."""
    from tests.onestop.cases.world import make_world

    world = make_world()
    court = Partner(token_of(world.thies))
    for keys, expected in ((("k", "k"), [200, 200]), (("a", "b"), [200, 409])):
        case = actions.submit(fill(world).pk, world.awa).case
        path = f"/dossiers/{case.pk}/proposition"
        body = {"agent": AGENT, "outcome": "granted", "fields": {"mention": "Néant"}, "version": case.version}
        answers: list[Any] = []
        start = threading.Barrier(2)

        def send(key: str, path: str = path, body: Any = body, answers: list[Any] = answers) -> None:
            start.wait()  # noqa: B023
            try:
                answers.append(court("POST", path, body, key=key))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=send, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(a.status_code for a in answers) == expected
        assert case.actions.filter(kind="proposed").count() == 1
        told = [json.loads(a.content) for a in answers]
        assert {t["version"] for t in told} == {case.version + 1}
