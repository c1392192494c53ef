"""A mandate signed on paper before a conseiller: found by the phone, the identity seen, the scan kept."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents.models import StoredFile
from smartsenegal.kernel.identity import actions, api
from smartsenegal.kernel.identity.models import Account, Mandate
from smartsenegal.kernel.notifications.models import Message

DESK = "/compte/guichet/mandats/"
PERSON = "+221781112233"


def page(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ").replace("&nbsp;", " ")


def scan() -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(stream, "JPEG")
    return SimpleUploadedFile("mandat.jpg", stream.getvalue(), "image/jpeg")


@pytest.fixture
def modou(make_account: Callable[..., Any]) -> Any:
    return make_account(name="Modou Fall", phone="+221771234567")


@pytest.fixture
def asked(modou: Any) -> Mandate:
    by = api.principal_for(modou)
    return actions.ask_mandate(by, name="Coumba Sarr", phone=PERSON, ends_on=timezone.localdate())


@pytest.fixture
def adviser(make_agent: Callable[..., Any], signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(make_agent("adviser", "senegal", name="Ousmane Sow")[0])


def test_a_signed_paper_gives_the_mandate_and_tells_how_to_take_it_back(
    adviser: Client, asked: Mandate, modou: Any, signed_in: Callable[[Any], Client]
) -> None:
    found = page(adviser.post(DESK, {"phone": "78 111 22 33"}))
    assert "Modou Fall" in found
    url = f"{DESK}{asked.pk}/"
    assert url in found
    assert "Coumba Sarr" in page(adviser.get(url))
    assert not Account.objects.filter(phone=PERSON).exists()
    answer = adviser.post(url, {"document": "card", "seen": "on", "paper": scan()})
    assert answer.status_code == 302, page(answer)
    asked.refresh_from_db()
    assert (asked.state, asked.proof) == ("active", "paper")
    person = asked.person
    assert person is not None
    assert (person.name, person.assurance, person.phone_verified) == ("Coumba Sarr", "desk", False)
    assert api.may_act_for(api.principal_for(modou), f"account:{person.pk}")
    kept = StoredFile.objects.get(pk=asked.document)
    assert (kept.subject, kept.purpose) == (f"mandate:{asked.pk}", "mandate")
    told = Message.objects.filter(address=PERSON).latest("created_at")
    assert f"/compte/m/{asked.link}/" in told.body
    verbs = [e.verb for e in Entry.objects.filter(subject=f"account:{person.pk}").order_by("pk")]
    assert verbs[-2:] == ["identity.assured", "identity.mandate_given"]
    Client().post(f"/compte/m/{asked.link}/arreter/")
    assert not api.may_act_for(api.principal_for(modou), f"account:{person.pk}")
    assert signed_in(modou).get(reverse("documents:piece", args=[kept.pk])).status_code == 200


def test_nothing_is_given_without_the_paper_the_document_and_the_signature_seen(
    adviser: Client, asked: Mandate
) -> None:
    url = f"{DESK}{asked.pk}/"
    told = page(adviser.post(url, {}))
    for words in ("Indiquez la pièce", "Numérisez le mandat signé", "Confirmez que la signature"):
        assert words in told
    wrong = SimpleUploadedFile("mandat.jpg", b"<script>" * 20, "image/jpeg")
    answer = adviser.post(url, {"document": "card", "seen": "on", "paper": wrong})
    assert "Il y a un problème" in page(answer)
    asked.refresh_from_db()
    assert asked.state == "asked"
    assert not Account.objects.filter(phone=PERSON).exists()
    assert not StoredFile.objects.exists()


def test_what_waits_for_no_answer_is_not_there(adviser: Client, asked: Mandate) -> None:
    assert "Aucun mandat" in page(adviser.post(DESK, {"phone": "77 999 99 99"}))
    actions.refuse_mandate(asked)
    assert "Aucun mandat" in page(adviser.post(DESK, {"phone": "78 111 22 33"}))
    assert adviser.get(f"{DESK}{asked.pk}/").status_code == 404


def test_one_does_not_record_ones_own_mandate(
    asked: Mandate, modou: Any, make_agent: Callable[..., Any], signed_in: Callable[[Any], Client]
) -> None:
    conseiller, _ = make_agent("adviser", "senegal", name="Ousmane Sow")
    by = api.principal_for(conseiller)
    own = actions.ask_mandate(by, name="Coumba Sarr", phone=PERSON, ends_on=timezone.localdate())
    client = signed_in(conseiller)
    answer = client.post(f"{DESK}{own.pk}/", {"document": "card", "seen": "on", "paper": scan()})
    assert answer.status_code == 403
    own.refresh_from_db()
    assert own.state == "asked"
    assert signed_in(modou).get(f"{DESK}{asked.pk}/").status_code == 403
