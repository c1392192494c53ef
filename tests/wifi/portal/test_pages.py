"""A passer-by's way through the portal, without cookies or script, and the ways of who attacks it."""

import gzip
import hashlib
import html
import json
import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.identity.api import create_account, system
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.access.models import Credential, Plan, PlanRule
from smartsenegal.wifi.network.models import Hotspot, Nas
from smartsenegal.wifi.portal import actions, places, queries, rules
from smartsenegal.wifi.portal.doors.base import Arrival
from smartsenegal.wifi.portal.errors import PortalRefused
from smartsenegal.wifi.portal.models import PhoneCode
from smartsenegal.wifi.sessions.models import Order, Session, Usage
from tests.wifi.portal.conftest import MAC, Phone, redirect

pytestmark = pytest.mark.django_db
NUMBER = "77 123 45 67"
FLIGHT = 14 * 1024


@pytest.fixture(autouse=True)
def _no_counts() -> None:
    cache.clear()


def text(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode().partition("</style>")[2])
    return " ".join(html.unescape(plain).replace("\u00a0", " ").replace("\u202f", " ").split())


def gone_to(response: Any) -> dict[str, str]:
    """What the page that leads to the gateway gives it."""
    assert response.status_code == 200, text(response)
    found = re.search(r'http-equiv="refresh" content="1;url=([^"]+)"', response.content.decode())
    assert found, text(response)
    url = html.unescape(found[1])
    return {"to": url, **{k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}}


def sent_code() -> str:
    body = Message.objects.filter(channel="sms").latest("pk").body
    found = re.search(r"\d{6}", body)
    assert found, body
    return found[0]


# --- the first page ----------------------------------------------------------------------------


def test_the_first_page_is_small_says_what_can_be_done_and_asks_for_no_cookie(phone: Phone) -> None:
    for language in ("fr", "wo", "ff", "en"):
        response = phone.get(query=f"{redirect(phone.site)}&l={language}")
        page = response.content.decode()
        assert len(gzip.compress(response.content)) < 6_000
        # Uncompressed too: many gateways' proxies take compression away.
        assert len(response.content) < FLIGHT
        assert f'<html lang="{language}">' in page
        assert not response.cookies
        assert page.count("<script>") == 1
        assert 'id="listen" type="button" hidden' in page
        assert "style-src 'sha256-" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "private, no-store"
        assert "1515" in page
    page = text(phone.get(query=redirect(phone.site)))
    for words in ("Wi-Fi gratuit", "Place du Marché", "Se connecter", "Numéro de téléphone", "Code du ticket",
                  "Avec mon compte Smart Sénégal", "Wolof", "Pulaar", "English"):  # fmt: skip
        assert words in page


def test_the_style_and_the_script_of_the_policy_are_those_of_the_page(phone: Phone) -> None:
    import base64

    response = phone.get()
    css = response.content.decode().partition("<style>")[2].partition("</style>")[0]
    told = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert f"style-src 'sha256-{told}'" in response["Content-Security-Policy"]
    script = response.content.decode().partition("<script>")[2].partition("</script>")[0]
    told = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{told}'" in response["Content-Security-Policy"]


def test_the_language_is_that_of_the_browser_when_the_site_has_it(phone: Phone) -> None:
    assert "Free Wi-Fi" in text(phone.get(HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.9"))
    phone.site.languages = ["fr", "wo"]
    phone.site.save()
    places.forget()
    page = text(phone.get(HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.9"))
    assert "Wi-Fi gratuit" in page
    assert "English" not in page


def test_a_first_page_from_memory_asks_the_database_nothing(
    phone: Phone, django_assert_num_queries: Any
) -> None:
    from smartsenegal.wifi.portal.arrivals import first_page

    place = places.known().places[phone.site.site.code]
    with django_assert_num_queries(0):
        body = first_page(place, redirect(phone.site), "fr")
    assert b'name="e" value="' in body


def test_who_comes_without_a_gateway_is_told_how(phone: Phone) -> None:
    page = phone.get()
    assert "Ouvrir la connexion" in text(page)
    assert b"<form" not in page.content
    assert phone.client.get("/wifi/nulle-part/").status_code == 404


# --- ways in ------------------------------------------------------------------------------------


def test_one_tap_gives_a_token_that_only_the_gateway_is_told(phone: Phone) -> None:
    state = phone.arrive()
    assert MAC not in state
    told = gone_to(phone.post("entrer/", e=state, w="click"))
    assert told["to"].startswith("http://10.20.0.1/login?")
    row = Credential.objects.get(kind="token", login=told["username"])
    # Of this device at this site alone: an address written into the redirect is not counted for nothing.
    assert bytes(row.verifier or b"") == access.verifier(access.of_device(told["password"], MAC))
    assert row.hotspot == phone.site.pk
    assert told["dst"].startswith("https://wifi.example.sn/wifi/wifi-place-du-marche/etat/")


def test_the_same_device_counts_as_one_and_another_as_another(phone: Phone) -> None:
    for mac in ("0A:1B:2C:3D:4E:5F", "0a-1b-2c-3d-4e-5f", "0A:1B:2C:3D:4E:60"):
        phone.post("entrer/", e=phone.arrive(redirect(phone.site, mac=mac)), w="click")
    holders = list(Credential.objects.filter(kind="token").order_by("pk").values_list("holder", flat=True))
    assert holders[0] == holders[1] != holders[2]


def test_a_code_by_sms_serves_once_and_survives_closing_the_page(phone: Phone) -> None:
    state = phone.arrive()
    page = phone.post("entrer/", e=state, w="sms", phone=NUMBER)
    assert "Un code part par SMS" in text(page)
    assert "Entrer autrement" in text(page)
    code = sent_code()
    # The page was closed: the number and the code, from a first page anew.
    again = phone.arrive()
    assert "Numéro de téléphone" in text(phone.get("code/", f"e={again}"))
    told = gone_to(phone.post("code/", e=again, phone="+221 77 123 45 67", code=f" {code[:3]} {code[3:]} "))
    assert Credential.objects.filter(kind="token", login=told["username"]).exists()
    replayed = phone.post("code/", e=again, phone=NUMBER, code=code)
    assert "il a déjà servi" in text(replayed)
    row = PhoneCode.objects.get()
    assert "771234567" not in str(row.__dict__)
    assert code not in str(row.__dict__)


def test_a_code_cannot_be_guessed_nor_asked_for_without_end(phone: Phone) -> None:
    state = phone.arrive()
    page = phone.post("entrer/", e=state, w="sms", phone=NUMBER).content.decode()
    sealed = page.partition('name="p" value="')[2].partition('"')[0]
    right = sent_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(rules.TRIES_AT_MOST):
        assert "pas le bon" in text(phone.post("code/", e=state, p=sealed, code=wrong))
    assert "Trop d’essais" in text(phone.post("code/", e=state, p=sealed, code=right))
    for _ in range(rules.CODES_A_QUARTER - 1):
        phone.post("entrer/", e=state, w="sms", phone=NUMBER)
    refused = phone.post("entrer/", e=state, w="sms", phone=NUMBER)
    assert refused.status_code == 422
    assert "Trop de codes" in text(refused)
    assert Message.objects.filter(channel="sms").count() == rules.CODES_A_QUARTER


def test_what_is_mistyped_stays_beside_the_sentence_that_says_why(phone: Phone) -> None:
    state = phone.arrive()
    for way, field, typed, why in (
        ("sms", "phone", "12", "Écrivez un numéro de téléphone mobile"),
        ("voucher", "voucher", "ABCDE", "Ce code de ticket n’est pas connu ici"),
    ):
        response = phone.post("entrer/", e=state, w=way, **{field: typed})
        assert response.status_code == 422
        page = response.content.decode()
        asked = page.partition("<details open>")[2].partition("</details>")[0]
        assert why in asked
        assert re.search(rf'name="{field}"[^>]* value="{typed}" aria-invalid="true"', asked)
        # Every way in is still there, one tap away.
        assert page.count("<details open>") == 1
        assert "Se connecter" in text(response)
        assert f'name="e" value="{state}"' in page


def test_a_code_is_asked_for_again_without_typing_the_number(phone: Phone) -> None:
    state = phone.arrive()
    page = phone.post("entrer/", e=state, w="sms", phone=NUMBER).content.decode()
    sealed = page.partition('name="p" value="')[2].partition('"')[0]
    empty = phone.post("code/", e=state, p=sealed, code=" ")
    assert "Écrivez le code reçu par SMS." in text(empty)
    assert PhoneCode.objects.get().tries == 0
    again = phone.post("entrer/", e=state, w="sms", p=sealed)
    assert "Un code part par SMS" in text(again)
    assert gone_to(phone.post("code/", e=state, p=sealed, code=sent_code()))


def test_one_device_cannot_have_codes_sent_to_everybody(phone: Phone) -> None:
    state = phone.arrive()
    for n in range(rules.CODES_OF_DEVICE):
        assert phone.post("entrer/", e=state, w="sms", phone=f"77 123 45 {n:02}").status_code == 200
    refused = phone.post("entrer/", e=state, w="sms", phone="77 123 45 99")
    assert refused.status_code == 422
    assert "Entrez autrement" in text(refused)
    assert Message.objects.filter(channel="sms").count() == rules.CODES_OF_DEVICE


def test_a_stranger_far_away_can_neither_spend_codes_nor_fill_the_memory(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A redirect that no gateway signed, for one device after another: from outside few are let through."""
    monkeypatch.setattr(rules, "CODES_FROM_OUTSIDE", 2)
    monkeypatch.setattr(rules, "TAPS_FROM_OUTSIDE", 2)

    def asks(address: str, number: int, **way: str) -> int:
        state = phone.arrive(redirect(phone.site, mac=f"02:00:00:00:00:{number:02x}"))
        return phone.client.post(f"{phone.base}entrer/", {"e": state, **way}, REMOTE_ADDR=address).status_code

    for way in ({"w": "click"}, {"w": "sms"}):
        outside = [asks("203.0.113.9", n, phone=f"77 123 45 {n:02}", **way) for n in range(4)]
        assert outside == [200, 200, 422, 422]
        inside = [asks("192.0.2.2", n, phone=f"77 123 46 {n:02}", **way) for n in range(4)]
        assert inside == [200] * 4
        assert asks("10.20.0.9", 9, phone="77 123 47 09", **way) == 200
    assert Message.objects.filter(channel="sms").count() == 7
    assert Credential.objects.filter(kind="token").count() == 7


def test_who_leaves_the_address_out_of_the_redirect_does_not_go_uncounted(phone: Phone) -> None:
    for mac in ("", "x"):
        state = phone.arrive(redirect(phone.site, mac=mac))
        assert phone.post("entrer/", e=state, w="click").status_code == 422
    assert not Credential.objects.filter(kind="token").exists()


def test_an_account_that_comes_in_again_and_again_is_stopped(phone: Phone) -> None:
    awa = create_account(system("test"), name="Awa Diop", phone="+221771234567", verified=True)
    browser = Client()
    browser.force_login(awa, backend="allauth.account.auth_backends.AuthenticationBackend")
    said = [
        browser.post(f"{phone.base}compte/", {"e": phone.arrive()}).status_code
        for _ in range(rules.GUESSES_OF_DEVICE + 1)
    ]
    assert said == [200] * rules.GUESSES_OF_DEVICE + [422]


@pytest.mark.django_db(transaction=True)
def test_codes_asked_for_at_once_are_counted_one_after_the_other(phone: Phone) -> None:
    place = places.known().places[phone.site.site.code]
    together = threading.Barrier(rules.CODES_A_QUARTER + 3)

    def asks() -> None:
        together.wait()
        try:
            actions.send_code(place, Arrival(1, "", "", "", {}), "+221771234567", "fr", "10.20.0.9")
        except PortalRefused:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=asks) for _ in range(together.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PhoneCode.objects.count() == rules.CODES_A_QUARTER


def test_who_was_blocked_has_no_other_way_in(phone: Phone) -> None:
    state = phone.arrive()
    entered = gone_to(phone.post("entrer/", e=state, w="click"))
    token = Credential.objects.get(login=entered["username"])
    Credential.objects.filter(holder=token.holder).update(closed_because="blocked")
    assert "bloqué" in text(phone.post("entrer/", e=phone.arrive(), w="click"))
    assert Credential.objects.filter(kind="token", closed_because="").count() == 0


def test_a_code_that_is_late_is_refused(phone: Phone) -> None:
    state = phone.arrive()
    phone.post("entrer/", e=state, w="sms", phone=NUMBER)
    PhoneCode.objects.update(until=timezone.now())
    assert "pas le bon" in text(phone.post("code/", e=state, phone=NUMBER, code=sent_code()))
    PhoneCode.objects.update(sent_at=timezone.now() - timedelta(days=2))
    assert actions.forget_codes() == 1


@pytest.mark.parametrize("typed", ["", "33 123 45 67", "bonjour", "1" * 300, "77\u0000123"])
def test_a_number_that_gets_no_sms_is_refused_with_an_example(phone: Phone, typed: str) -> None:
    page = phone.post("entrer/", e=phone.arrive(), w="sms", phone=typed)
    assert "77 123 45 67" in text(page)
    assert not Message.objects.filter(channel="sms").exists()


def test_a_voucher_is_read_as_it_is_typed_and_gives_what_it_holds(phone: Phone) -> None:
    batch = access.make_vouchers(
        system("test"), name="Salon", count=1, valid_until=timezone.now() + timedelta(hours=2),
        hotspot=phone.site, seconds_in_all=600,
    )  # fmt: skip
    from smartsenegal.wifi.access.actions import print_vouchers

    [code] = print_vouchers(system("test"), batch)
    typed = f" {code[:4].lower()}-{code[4:].lower().replace('0', 'o').replace('1', 'l')} "
    told = gone_to(phone.post("entrer/", e=phone.arrive(), w="voucher", voucher=typed))
    row = Credential.objects.get(login=told["username"])
    voucher = Credential.objects.get(kind="voucher")
    assert (row.holder, row.seconds_in_all) == (voucher.holder, 600)
    assert row.valid_until == voucher.valid_until
    Usage.objects.create(holder=row.holder, day=timezone.now().date(), seconds=600)
    assert "épuisé" in text(phone.post("entrer/", e=phone.arrive(), w="voucher", voucher=code))


def test_vouchers_cannot_be_guessed_without_end_nor_used_elsewhere(phone: Phone) -> None:
    state = phone.arrive()
    for _ in range(rules.GUESSES_OF_DEVICE):
        assert "pas connu ici" in text(phone.post("entrer/", e=state, w="voucher", voucher="7KQ2MX40TB"))
    assert "attendez une minute" in text(phone.post("entrer/", e=state, w="voucher", voucher="7KQ2MX40TB"))


def test_an_account_comes_in_by_the_door_of_the_platform(phone: Phone) -> None:
    state = phone.arrive()
    led = phone.get("compte/", f"e={state}")
    assert led.status_code == 302
    assert led["Location"].startswith("/compte/connexion/?next=%2Fwifi%2F")
    awa = create_account(system("test"), name="Awa Diop", phone="+221771234567", verified=True)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(awa, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get(f"{phone.base}compte/?e={state}")
    csrf = page.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert browser.post(f"{phone.base}compte/", {"e": state}).status_code == 403
    told = gone_to(browser.post(f"{phone.base}compte/", {"e": state, "csrfmiddlewaretoken": csrf}))
    assert Credential.objects.get(login=told["username"]).account_id == awa.pk


# --- why not ------------------------------------------------------------------------------------


def test_the_page_says_why_not_and_when_to_try_again(phone: Phone) -> None:
    state = phone.arrive()
    gone_to(phone.post("entrer/", e=state, w="click"))
    holder = Credential.objects.get(kind="token").holder
    Usage.objects.create(holder=holder, day=timezone.now().date(), seconds=3600)
    page = text(phone.post("entrer/", e=state, w="click"))
    assert "Le temps du jour est épuisé" in page
    assert "à 00 h 00" in page
    assert Credential.objects.filter(kind="token").count() == 1


def test_a_full_site_a_closed_plan_and_no_plan_are_told(phone: Phone, on: Callable[..., Any]) -> None:
    Hotspot.objects.update(clients_at_most=1)
    on(holder=99, credential=99)
    places.forget()
    assert "Le réseau est plein" in text(phone.post("entrer/", e=phone.arrive(), w="click"))
    PlanRule.objects.update(closed=True)
    places.forget()
    assert "fermé ici en ce moment" in text(phone.post("entrer/", e=phone.arrive(), w="click"))
    PlanRule.objects.all().delete()
    places.forget()
    assert "Aucun accès" in text(phone.post("entrer/", e=phone.arrive(), w="click"))


def test_a_way_that_the_site_does_not_offer_is_no_way(phone: Phone) -> None:
    Hotspot.objects.update(kinds_of_access=["voucher"])
    places.forget()
    state = phone.arrive()
    for way in ("click", "sms", "account", "", "\x00"):
        assert phone.post("entrer/", e=state, w=way).status_code == 422
    assert phone.get("compte/", f"e={state}").status_code == 422
    assert not Credential.objects.exists()


def test_nothing_comes_of_a_state_that_is_forged_old_or_of_another_site(
    phone: Phone, monkeypatch: Any
) -> None:
    state = phone.arrive()
    elsewhere = queries  # noqa: F841 - the state names its hotspot
    for forged in ("", "A" * 400, state[:-4] + "AAAA", "é", "A" * 100_000, state.swapcase()):
        assert phone.post("entrer/", e=forged, w="click").status_code == 422
    from smartsenegal.wifi.portal import visits

    assert visits.open_visit(phone.site.pk + 1, state) is None
    late = time.time() + visits.VISIT_SECONDS + 5
    monkeypatch.setattr(visits.time, "time", lambda: late)
    assert phone.post("entrer/", e=state, w="click").status_code == 422
    assert not Credential.objects.exists()


def test_a_gateway_that_was_retired_lets_nobody_in(phone: Phone) -> None:
    state = phone.arrive()
    Nas.objects.update(state="retired")
    places.forget()
    assert phone.post("entrer/", e=state, w="click").status_code == 422
    assert b"<form" not in phone.get(query=redirect(phone.site)).content


def test_oversized_and_odd_inputs_are_answered_calmly(phone: Phone) -> None:
    assert phone.get(query="x=" + "A" * 50_000).status_code == 200
    assert phone.get(query="nas=%00&login=%ff&l=%00").status_code == 200
    assert phone.post("entrer/", e="x", w="x", l="x" * 5000).status_code == 422
    assert phone.get(query=redirect(phone.site, dst='"><script>alert(1)</script>')).status_code == 200


# --- afterwards ---------------------------------------------------------------------------------


@pytest.fixture
def entered(phone: Phone) -> tuple[str, Credential]:
    """The path of the page of a device that was let in, and its token."""
    told = gone_to(phone.post("entrer/", e=phone.arrive(), w="click"))
    path = urlsplit(told["dst"]).path.removeprefix(phone.base)
    return path, Credential.objects.get(login=told["username"])


def test_the_page_of_a_device_says_what_is_left(
    phone: Phone, entered: tuple[str, Credential], on: Callable[..., Any]
) -> None:
    path, token = entered
    page = phone.get(path)
    assert "Pas encore en ligne" in text(page)
    assert "Réessayer" in text(page)
    assert "Gardez l’adresse de cette page" in text(page)
    assert "http://captive.apple.com/hotspot-detect.html" in page.content.decode()
    on(token.holder, token.pk)
    Usage.objects.create(holder=token.holder, day=timezone.now().date(), seconds=600, octets=40_000_000)
    page = phone.get(path)
    assert "Vous êtes en ligne" in text(page)
    assert "Temps qui reste 0 h 50 min" in text(page)
    assert "Volume qui reste 60 Mo" in text(page)
    assert "Réessayer" not in text(page)


def test_a_device_leaves_is_recognised_and_is_forgotten(
    phone: Phone, entered: tuple[str, Credential], on: Callable[..., Any]
) -> None:
    path, token = entered
    on(token.holder, token.pk)
    assert "Oublier mes appareils" not in text(phone.get(path))
    known = text(phone.post(path, act="recognise"))
    assert "est reconnu" in known
    assert "Reconnaître cet appareil" not in known
    assert "Oublier mes appareils" in known
    assert Credential.objects.get(kind="mac").login == access.login_of_mac(MAC)
    assert "sont oubliés" in text(phone.post(path, act="forget"))
    assert Credential.objects.get(kind="mac").closed_because == "withdrawn"
    assert "la connexion se ferme" in text(phone.post(path, act="leave"))
    assert Order.objects.get().kind == "disconnect"
    token.refresh_from_db()
    assert token.closed_because == "withdrawn"


def test_nobody_reads_the_page_of_another_device(phone: Phone, entered: tuple[str, Credential]) -> None:
    path, _ = entered
    assert phone.get(path).status_code == 200
    for other in (path[:-6] + "AAAAA/", "etat/x/", f"etat/{'A' * 4000}/"):
        assert phone.get(other).status_code == 422


# --- RFC 8908 -----------------------------------------------------------------------------------


def told(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/captive+json"
    assert response["Cache-Control"] == "private, no-store"
    found = json.loads(response.content)
    assert isinstance(found, dict)
    return found


def test_the_api_tells_a_stranger_that_it_is_captive_and_no_more(phone: Phone) -> None:
    found = told(phone.get("capport"))
    assert found == {
        "captive": True,
        "user-portal-url": "https://wifi.example.sn/wifi/wifi-place-du-marche/",
        "venue-info-url": "https://services.example.sn/lieux/wifi-place-du-marche/",
    }
    assert told(phone.get("capport/forged")) == found


def test_the_api_knows_a_device_by_its_own_address_or_by_that_it_asks_from(
    phone: Phone, entered: tuple[str, Credential], on: Callable[..., Any]
) -> None:
    path, token = entered
    own = path.removeprefix("etat/").rstrip("/")
    assert told(phone.get(f"capport/{own}"))["captive"] is True
    on(token.holder, token.pk, address="10.20.0.9")
    found = told(phone.get(f"capport/{own}"))
    assert found["captive"] is False
    assert 0 < found["seconds-remaining"] <= 3600
    assert found["bytes-remaining"] == 100_000_000
    assert found["can-extend-session"] is True
    assert told(phone.get("capport", REMOTE_ADDR="10.20.0.9"))["captive"] is False
    assert told(phone.get("capport", REMOTE_ADDR="10.20.0.8"))["captive"] is True
    assert told(phone.get("capport", REMOTE_ADDR="192.0.2.1"))["captive"] is True
    Session.objects.update(ended_us=time.time_ns() // 1000)
    assert told(phone.get(f"capport/{own}"))["captive"] is True


def test_a_plan_without_limits_says_no_limit(phone: Phone, entered: tuple[str, Credential]) -> None:
    path, token = entered
    Plan.objects.update(daily_seconds=None, daily_octets=None)
    Credential.objects.filter(pk=token.pk).update(valid_until=None)
    places.forget()
    assert text(phone.get(path)).count("sans limite") == 2


def test_the_conditions_are_open_to_all_in_every_language(phone: Phone) -> None:
    for language in ("fr", "wo", "ff", "en"):
        page = phone.get("conditions/", f"l={language}")
        assert page.status_code == 200
        assert "Ce qui est gardé de vous" in text(page)


def test_who_asks_what_is_kept_of_a_phone_finds_its_use(phone: Phone) -> None:
    from smartsenegal.wifi.privacy.registry import holders_of

    state = phone.arrive()
    phone.post("entrer/", e=state, w="sms", phone=NUMBER)
    told = gone_to(phone.post("code/", e=state, phone=NUMBER, code=sent_code()))
    assert Credential.objects.get(login=told["username"]).holder in holders_of("+221771234567")
