"""The whole story of two real procedures, through the pages of everyone concerned."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.documents.api import verify_bytes
from smartsenegal.kernel.identity.api import Account, Organisation, RoleAssignment
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.onestop.cases.models import Case
from tests import reference
from tests.jobs import drain
from tests.onestop.cases.browsing import hidden, send, text_of
from tests.onestop.cases.world import picture

IDENTITY = {
    "identity-first_names": "Awa",
    "identity-last_name": "Ndiaye",
    "identity-birth_date": "27 3 1994",
    "identity-birth_country": "SN",
    "identity-birth_commune": "Thiès Nord",
}
STORIES = {
    "casier-judiciaire-b3": {
        "answers": IDENTITY,
        "option": "carte",
        "decision": {"resultat": "neant"},
        "total": 400,
        "on_the_act": "Néant",
    },
    "certificat-residence": {
        "answers": IDENTITY | {"adresse-commune": "Thiès Nord", "adresse-line": "Randoulène, villa 12"},
        "option": "facture",
        "decision": {},
        "total": 150,
        "on_the_act": "Randoulène, villa 12",
    },
}


@pytest.fixture
def country(db: Any) -> None:
    reference.load("territory", "sites", "procedures")


def someone(name: str, phone: str, role: str = "", organisation: Organisation | None = None) -> Client:
    account = Account.objects.create_user(phone=phone, name=name, phone_verified=True)
    if role and organisation:
        RoleAssignment.objects.create(
            account=account, role=role, organisation=organisation, starts_on=date(2026, 1, 1)
        )
    client = Client()
    client.force_login(account)
    return client


def fill_in(person: Client, code: str, story: dict[str, Any]) -> str:
    """Walk the form to the page that shows everything; returns its address."""
    url = person.get(f"/dossiers/nouveau/{code}/")["Location"]
    for _ in range(20):
        if url.endswith("/verification/"):
            return url
        page = person.get(url)
        names = set(re.findall(r'name="([^"]+)"', page.content.decode()))
        today = timezone.localdate()
        given = dict(story["answers"])
        given |= {"option": story["option"], "issued_on": f"{today:%d %m %Y}", "files": picture()}
        answer = person.post(url, hidden(page) | {k: v for k, v in given.items() if k in names})
        assert answer.status_code == 302, text_of(answer)
        url = answer["Location"]
    raise AssertionError("the form does not end")


def pay_in_cash(url: str) -> None:
    """Pay at a till what the page at `url` asks."""
    desk = Organisation.objects.order_by("pk").first()
    assert desk is not None
    cashier = someone("Caissière", "+221771009003", "cashier", desk)
    cashier.post("/paiements/caisse/ouvrir/", {"count": "0"})
    payable = url.split("/paiements/")[1].split("/")[0]
    take = f"/paiements/caisse/encaisser/{payable}/"
    page = cashier.get(take)
    assert page.status_code == 200, text_of(page)
    taken = cashier.post(take, {**hidden(page), "tendered": "1000"})
    assert taken.status_code == 302, text_of(taken)


@pytest.mark.parametrize("code", STORIES)
def test_a_request_becomes_a_sealed_act(country, code):
    story = STORIES[code]
    person = someone("Awa Ndiaye", "+221771009001")
    check = person.get(fill_in(person, code, story))
    assert f"{story['total']} F CFA" in text_of(check)
    case = Case.objects.get()
    answer = person.post(f"/dossiers/{case.pk}/envoi/", hidden(check), follow=True)
    case.refresh_from_db()
    assert case.state == "awaiting_payment", text_of(answer)
    pay_in_cash(answer.redirect_chain[-1][0])
    drain()
    case.refresh_from_db()
    assert case.state == "in_review"

    service = Organisation.objects.get(pk=case.service_id)
    officer = someone("Moussa Diop", "+221771009004", "officer", service)
    signatory = someone("Fatou Sow", "+221771009005", "signatory", service)
    assert case.reference in text_of(officer.get("/dossiers/a-traiter/"))
    granted = send(officer, f"/dossiers/{case.pk}/instruction/accorder/", story["decision"])
    assert granted.status_code == 302, text_of(granted)
    page = signatory.get(f"/dossiers/{case.pk}/instruction/")
    signatory.post(f"/dossiers/{case.pk}/instruction/signer/", hidden(page))
    drain()

    case.refresh_from_db()
    assert case.state == "issued"
    seen = text_of(person.get(f"/dossiers/{case.pk}/"))
    assert case.act_number in seen
    pdf = b"".join(person.get(f"/dossiers/{case.pk}/acte/", follow=True).streaming_content)
    verdict = verify_bytes(pdf)
    assert (verdict.state, verdict.number) == ("genuine", case.act_number), verdict.sentences
    assert story["on_the_act"] in str(verdict.fields)
    told = Message.objects.filter(about=case.subject, channel="sms").order_by("created_at")
    assert [m.template for m in told] == ["case.to_pay", "case.payment_settled", "case.act_issued"]
