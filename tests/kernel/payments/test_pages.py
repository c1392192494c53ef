"""The payer's, the cashier's and the ledger's pages."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from smartsenegal.kernel.identity.api import Account, Organisation, Party, RoleAssignment
from smartsenegal.kernel.payments import actions, holdings, queries, registry, rules
from smartsenegal.kernel.payments.actions import attempts
from smartsenegal.kernel.payments.models import Attempt, Payable, TillSession
from smartsenegal.kernel.territory.api import Territory
from tests.jobs import drain
from tests.kernel.payments.operator import Operator
from tests.kernel.payments.people import LINES

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: object) -> None:
    settings.AGENT_TOTP_REQUIRED = False  # type: ignore[attr-defined]


@pytest.fixture
def sign_in(db: None) -> Callable[..., tuple[Client, Account]]:
    def make(phone: str, role: str = "") -> tuple[Client, Account]:
        account = Account.objects.create_user(phone=phone)
        if role:
            country, _ = Territory.objects.get_or_create(
                code="SN", defaults={"kind": "country", "name": "Sénégal", "path": "SN"}
            )
            place, _ = Organisation.objects.get_or_create(
                code="ess", defaults={"name": "Espace de Thiès", "kind": "ess", "territory": country}
            )
            RoleAssignment.objects.create(
                account=account, role=role, organisation=place, starts_on=date(2020, 1, 1)
            )
        client = Client()
        client.force_login(account, backend=BACKEND)
        return client, account

    return make


@pytest.fixture
def awa(sign_in: Callable[..., tuple[Client, Account]]) -> tuple[Client, Account]:
    return sign_in("+221771234567")


@pytest.fixture
def hers(awa: tuple[Client, Account]) -> Payable:
    return actions.open_payable("k", "case:1", LINES, str(awa[1].pk), "Extrait de naissance")


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_payer_sees_what_and_for_whom(awa: tuple[Client, Account], hers: Payable) -> None:
    page = text(awa[0], f"/paiements/{hers.pk}/")
    for expected in ("Extrait de naissance", "Timbre fiscal", "Trésor public", "2\u202f000\u00a0F\u00a0CFA"):
        assert expected in page
    assert hers.spoken_reference in page
    assert "Payer avec Wave" in page


@pytest.mark.parametrize("page", ["", "retour/", "etat/", "recu/", "recu/pdf/"])
def test_nobody_else_sees_it(
    sign_in: Callable[..., tuple[Client, Account]], hers: Payable, client: Client, page: str
) -> None:
    stranger, _ = sign_in("+221765554433")
    assert stranger.get(f"/paiements/{hers.pk}/{page}").status_code == 403
    assert client.get(f"/paiements/{hers.pk}/{page}").status_code == 302


@pytest.mark.parametrize("page", ["payer/", "abandonner/"])
def test_nobody_else_acts_on_it(
    sign_in: Callable[..., tuple[Client, Account]], hers: Payable, page: str
) -> None:
    stranger, _ = sign_in("+221765554433")
    assert stranger.post(f"/paiements/{hers.pk}/{page}", {"moyen": "wave"}).status_code == 403
    assert stranger.get(f"/paiements/{hers.pk}/{page}").status_code == 405


def test_paying_by_wave_without_javascript(
    awa: tuple[Client, Account], hers: Payable, operator: Operator
) -> None:
    client, _ = awa
    answer = client.post(
        f"/paiements/{hers.pk}/payer/", {"moyen": "wave", "retour": "/dossiers/1/"}, follow=True
    )
    page = answer.content.decode()
    attempt = Attempt.objects.get()
    assert f'href="{attempt.checkout_url}"' in page
    assert 'http-equiv="refresh"' in page
    operator.choose(attempt.provider_ref, "payer")
    Attempt.objects.update(last_checked=None)
    assert "Ouvrir Wave" in text(client, f"/paiements/{hers.pk}/retour/")
    drain("payments.check")
    receipt = text(client, f"/paiements/{hers.pk}/")
    assert "Paiement reçu" in receipt
    assert 'href="/dossiers/1/"' in receipt
    assert str(attempt.checkout_url) not in receipt


def test_the_waiting_page_asks_and_moves_on(
    awa: tuple[Client, Account], hers: Payable, operator: Operator
) -> None:
    client, _ = awa
    client.post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave"})
    attempt = Attempt.objects.get()
    assert client.get(f"/paiements/{hers.pk}/etat/").status_code == 200
    assert drain("payments.check") == [], "it was read a moment ago"
    Attempt.objects.update(last_checked=None)
    waiting = client.get(f"/paiements/{hers.pk}/etat/")
    assert "HX-Redirect" not in waiting.headers
    client.get(f"/paiements/{hers.pk}/etat/")
    operator.choose(attempt.provider_ref, "payer")
    assert drain("payments.check") == ["payments.check"], "asking twice reads once"
    assert client.get(f"/paiements/{hers.pk}/etat/").headers["HX-Redirect"] == f"/paiements/{hers.pk}/"


def test_going_elsewhere_after_paying_is_refused(
    awa: tuple[Client, Account], hers: Payable, operator: Operator
) -> None:
    awa[0].post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave", "retour": "//ailleurs.example/"})
    assert Attempt.objects.get().return_url == ""
    assert "ailleurs" not in text(awa[0], f"/paiements/{hers.pk}/?retour=https://ailleurs.example/")


def test_an_unknown_way_is_a_sentence(awa: tuple[Client, Account], hers: Payable) -> None:
    answer = awa[0].post(f"/paiements/{hers.pk}/payer/", {"moyen": "troc"}, follow=True)
    assert "Choisissez un moyen de paiement." in answer.content.decode()


def test_an_operator_that_is_down_is_a_sentence(
    awa: tuple[Client, Account], hers: Payable, operator: Operator
) -> None:
    operator.kill()
    page = awa[0].post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave"}, follow=True).content.decode()
    assert "Wave ne répond pas pour le moment" in page
    assert "Payer avec Wave" in page


def test_unknown_tells_not_to_pay_twice(
    awa: tuple[Client, Account], hers: Payable, operator: Operator
) -> None:
    operator.faults(create="lost_answer")
    page = awa[0].post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave"}, follow=True).content.decode()
    assert "Ne payez pas une seconde fois" in page


def test_a_demand_that_got_lost_can_be_taken_up_again_from_its_page(
    awa: tuple[Client, Account], hers: Payable, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.faults(create="lost_request")
    pay = f"/paiements/{hers.pk}/payer/"
    page = awa[0].post(pay, {"moyen": "wave"}, follow=True).content.decode()
    assert "Reprendre avec Wave" in page
    operator.faults(create="normal")
    monkeypatch.setattr(attempts, "CREATION_GRACE", timedelta(0))
    assert "Ouvrir Wave" in awa[0].post(pay, {"moyen": "wave"}, follow=True).content.decode()
    assert Attempt.objects.count() == 1
    assert len(operator.sessions) == 1


def test_a_demand_that_got_lost_does_not_bar_another_way(
    awa: tuple[Client, Account], hers: Payable, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.faults(create="lost_request")
    awa[0].post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave"})
    give_up = f"/paiements/{hers.pk}/abandonner/"
    assert "peut-être encore en chemin" in awa[0].post(give_up, follow=True).content.decode()
    monkeypatch.setattr(attempts, "CREATION_GRACE", timedelta(0))
    assert "Payer avec Wave" in awa[0].post(give_up, follow=True).content.decode()
    assert Attempt.objects.get().state == rules.FAILED


@pytest.fixture
def for_a_company(monkeypatch: pytest.MonkeyPatch, awa: tuple[Client, Account]) -> None:
    """What Awa pays is owed by a company that she acts for."""
    party = Party("organisation:12", "Sow & Frères", organisation_id=12)
    told = registry.Subjects(lambda by, subject: by.account_id == str(awa[1].pk), lambda subject: party)
    monkeypatch.setitem(registry._subjects, "case", told)


def paid_by_wave(client: Client, payable: Payable, operator: Operator) -> None:
    client.post(f"/paiements/{payable.pk}/payer/", {"moyen": "wave"})
    operator.choose(Attempt.objects.get().provider_ref, "payer")
    actions.check(Attempt.objects.get().pk)


def test_who_pays_for_another_is_told_so(
    awa: tuple[Client, Account], hers: Payable, operator: Operator, for_a_company: None
) -> None:
    Account.objects.filter(pk=awa[1].pk).update(name="Awa Ndiaye")
    page = text(awa[0], f"/paiements/{hers.pk}/")
    assert "Pour le compte de" in page
    assert "Sow &amp; Frères" in page
    paid_by_wave(awa[0], hers, operator)
    receipt = text(awa[0], f"/paiements/{hers.pk}/recu/")
    for label, value in (("Pour le compte de", "Sow &amp; Frères"), ("Payé par", "Awa Ndiaye")):
        assert f'{label}</dt><dd class="ss-summary__value">{value}</dd>' in receipt
    assert "77 123" not in receipt.replace("\u00a0", " ")


def test_who_pays_what_they_owe_is_not_told_their_own_name(
    awa: tuple[Client, Account], hers: Payable, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = Party(f"account:{awa[1].pk}", "Awa Ndiaye")
    told = registry.Subjects(lambda by, subject: by.account_id == str(awa[1].pk), lambda subject: party)
    monkeypatch.setitem(registry._subjects, "case", told)
    assert "Pour le compte de" not in text(awa[0], f"/paiements/{hers.pk}/")
    paid_by_wave(awa[0], hers, operator)
    receipt = text(awa[0], f"/paiements/{hers.pk}/recu/")
    assert "Paiement reçu" in receipt
    assert "Pour le compte de" not in receipt
    assert "Payé par" not in receipt


def test_an_agent_who_helps_is_not_who_pays(
    sign_in: Callable[..., tuple[Client, Account]], hers: Payable, operator: Operator, for_a_company: None
) -> None:
    client, _ = sign_in("+221765554433", "adviser")
    paid_by_wave(client, hers, operator)
    assert Attempt.objects.get().paid_by == ""
    receipt = text(client, f"/paiements/{hers.pk}/recu/")
    assert "Sow &amp; Frères" in receipt
    assert "Payé par" not in receipt


def test_who_goes_on_with_a_payment_is_who_pays(
    sign_in: Callable[..., tuple[Client, Account]],
    awa: tuple[Client, Account],
    hers: Payable,
    operator: Operator,
) -> None:
    client, _ = sign_in("+221765554433", "adviser")
    client.post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave"})
    awa[0].post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave"})
    assert Attempt.objects.get().paid_by == str(awa[1].pk)


def test_the_receipt_as_a_pdf(
    awa: tuple[Client, Account], hers: Payable, operator: Operator, for_a_company: None
) -> None:
    Account.objects.filter(pk=awa[1].pk).update(name="Awa Ndiaye")
    pdf = f"/paiements/{hers.pk}/recu/pdf/"
    assert awa[0].get(pdf).status_code == 302, "nothing is paid yet"
    paid_by_wave(awa[0], hers, operator)
    assert pdf in text(awa[0], f"/paiements/{hers.pk}/recu/")
    answer = awa[0].get(pdf)
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    for expected in ("Sow & Frères", "Awa Ndiaye", hers.spoken_reference, "Trésor public", "Timbre fiscal"):
        assert expected in words


def test_what_one_paid_for_another_is_among_ones_data(
    awa: tuple[Client, Account], hers: Payable, operator: Operator, for_a_company: None
) -> None:
    Payable.objects.update(payer="0190-other")
    paid_by_wave(awa[0], hers, operator)
    exported = b"".join(part for item in holdings.export(str(awa[1].pk)) for part in item.chunks).decode()
    assert hers.spoken_reference in exported
    assert "Extrait de naissance" not in exported, "what it was for is the other's"
    assert holdings.subjects(str(awa[1].pk)) == []
    assert [kept.kept for kept in holdings.erase(str(awa[1].pk), None)] == [1]


def test_choosing_another_way(awa: tuple[Client, Account], hers: Payable, operator: Operator) -> None:
    awa[0].post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave"})
    page = awa[0].post(f"/paiements/{hers.pk}/abandonner/", follow=True).content.decode()
    assert "Payer avec Wave" in page
    assert "n’a pas abouti" not in page
    assert hers.spoken_reference in page


def test_a_held_payment_says_what_happens(
    awa: tuple[Client, Account], hers: Payable, operator: Operator
) -> None:
    operator.faults(amount_delta=-100)
    awa[0].post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave"})
    operator.choose(Attempt.objects.get().provider_ref, "payer")
    actions.check(Attempt.objects.get().pk)
    page = text(awa[0], f"/paiements/{hers.pk}/")
    assert "Votre paiement est retenu" in page
    assert "Payer avec Wave" not in page


def test_no_receipt_before_payment(awa: tuple[Client, Account], hers: Payable) -> None:
    assert "Payer avec Wave" in text(awa[0], f"/paiements/{hers.pk}/recu/")


def test_a_day_at_the_till(sign_in: Callable[..., tuple[Client, Account]], hers: Payable) -> None:
    client, _ = sign_in("+221765554433", "cashier")
    assert "Ouvrir la caisse" in text(client, "/paiements/caisse/")
    assert client.post("/paiements/caisse/ouvrir/", {"count": "dix mille"}).status_code == 422
    client.post("/paiements/caisse/ouvrir/", {"count": "10 000"})
    session = TillSession.objects.get()
    wrong = text(client, "/paiements/caisse/?reference=ZZZZ-ZZZZ")
    assert "Aucune somme à payer ne porte cette référence" in wrong
    assert "Encaisser" in text(client, f"/paiements/caisse/?reference={hers.spoken_reference.lower()}")
    take = f"/paiements/caisse/encaisser/{hers.pk}/"
    short = client.post(take, {"tendered": "1500"})
    assert short.status_code == 422
    assert "Il manque 500\u00a0F\u00a0CFA" in short.content.decode()
    receipt = client.post(take, {"tendered": "5 000"}, follow=True).content.decode()
    assert f"{session.code}-0001" in receipt
    assert "3\u202f000\u00a0F\u00a0CFA" in receipt
    again = client.post(take, {"tendered": "5 000"}, follow=True).content.decode()
    assert "n’est plus à payer" in again
    report = client.post("/paiements/caisse/fermer/", {"count": "11 000"}, follow=True).content.decode()
    assert "La caisse ne tombe pas juste" in report
    assert queries.trial_balance() == 0
    assert queries.balance_of(rules.TILL_DIFFERENCE) == 1000


@pytest.mark.parametrize("role", ["", "officer", "inspector"])
def test_the_till_is_for_cashiers(sign_in: Callable[..., tuple[Client, Account]], role: str) -> None:
    client, _ = sign_in("+221765554433", role)
    assert client.get("/paiements/caisse/").status_code == 403
    assert client.post("/paiements/caisse/ouvrir/", {"count": "0"}).status_code == 403
    assert client.post("/paiements/caisse/fermer/", {"count": "0"}).status_code == 403


def test_the_ledger_is_for_inspectors(
    sign_in: Callable[..., tuple[Client, Account]],
    hers: Payable,
    operator: Operator,
    awa: tuple[Client, Account],
) -> None:
    assert awa[0].get("/paiements/comptes/").status_code == 403
    operator.faults(amount_delta=100)
    awa[0].post(f"/paiements/{hers.pk}/payer/", {"moyen": "wave"})
    operator.choose(Attempt.objects.get().provider_ref, "payer")
    actions.check(Attempt.objects.get().pk)
    client, _ = sign_in("+221765554433", "inspector")
    page = text(client, "/paiements/comptes/")
    assert "La somme de tous les comptes est nulle." in page
    assert hers.spoken_reference in page


def test_callbacks_at_the_door(client: Client) -> None:
    assert client.get("/paiements/rappels/wave/").status_code == 405
    assert client.post("/paiements/rappels/wave/", b"{}", content_type="application/json").status_code == 401
    assert client.post("/paiements/rappels/troc/", b"{}", content_type="application/json").status_code == 404
    large = b"x" * (256 * 1024 + 1)
    assert client.post("/paiements/rappels/wave/", large, content_type="text/plain").status_code == 413


def test_paying_by_mobile_money_without_javascript(
    awa: tuple[Client, Account], hers: Payable, mobile: Operator
) -> None:
    client, _ = awa
    pay = f"/paiements/{hers.pk}/payer/"
    page = text(client, f"/paiements/{hers.pk}/")
    assert "Mobile money (Orange Money, Mixx by Yas…)" in page
    assert "Payer avec Wave" in page
    assert hers.spoken_reference in page
    wrong = client.post(pay, {"moyen": "mobile", "numero": "12", "retour": "/dossiers/1/"})
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.content.decode(), "nothing typed is lost"
    assert 'value="/dossiers/1/"' in wrong.content.decode()
    waiting = client.post(pay, {"moyen": "mobile", "numero": "77 123 45 67"}, follow=True).content.decode()
    assert "Validez sur votre téléphone" in waiting
    assert "77\u00a0•••\u00a0••\u00a067" in waiting
    assert "123\u00a045" not in waiting
    attempt = Attempt.objects.get()
    assert "code secret" in mobile.call(f"/payer/{attempt.provider_ref.rpartition('/')[2]}").decode()
    mobile.choose(attempt.provider_ref, "payer")
    actions.check(attempt.pk)
    receipt = text(client, f"/paiements/{hers.pk}/")
    assert "Paiement reçu" in receipt
    attempt.refresh_from_db()
    assert attempt.transaction_ref in receipt


def test_a_request_on_a_phone_can_be_left_for_another_way(
    awa: tuple[Client, Account], hers: Payable, mobile: Operator
) -> None:
    client, _ = awa
    client.post(f"/paiements/{hers.pk}/payer/", {"moyen": "mobile", "numero": "77 123 45 67"})
    page = client.post(f"/paiements/{hers.pk}/abandonner/", follow=True).content.decode()
    assert "Ne validez plus la demande" in page
    assert "Payer avec Wave" in page
