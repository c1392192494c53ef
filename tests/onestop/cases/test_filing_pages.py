"""The applicant's way, page by page, as a browser without JavaScript walks it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.models import Case
from tests.onestop.cases.browsing import hidden, send, text_of
from tests.onestop.cases.world import fill, picture

IDENTITY = {
    "identity-first_names": "Awa",
    "identity-last_name": "Ndiaye",
    "identity-birth_date": "27 3 1994",
    "identity-birth_country": "SN",
    "identity-birth_commune": "Thiès Nord",
}


@pytest.fixture
def browser(world) -> Client:
    client = Client()
    client.force_login(world.account(world.awa))
    return client


def test_one_needs_an_account(client, world):
    answer = client.get("/dossiers/nouveau/certificat-gratuit/")
    assert answer.status_code == 302
    assert "next=/dossiers/nouveau/certificat-gratuit/" in answer["Location"]


def test_the_whole_way_to_a_sent_request(browser, world):
    first = browser.get("/dossiers/nouveau/certificat-gratuit/")
    case = Case.objects.get()
    url = reverse("cases:question", args=[case.pk, "qui"])
    assert first["Location"] == url
    page = browser.get(url)
    assert "question 1 sur 3" in text_of(page)

    answer = send(browser, url, IDENTITY)
    assert answer["Location"] == reverse("cases:question", args=[case.pk, "lieu"]), text_of(answer)
    answer = send(browser, answer["Location"], {"birthplace": "Mbour"})
    assert answer["Location"].endswith("/questions/motif/")
    answer = send(browser, answer["Location"], {"motive": "emploi"})
    assert answer["Location"].endswith("/pieces/extrait/")
    today = timezone.localdate()
    sent = {"issued_on": f"{today.day} {today.month} {today.year}", "files": picture()}
    answer = send(browser, answer["Location"], sent)
    assert answer["Location"].endswith("/pieces/photo/"), text_of(answer)
    last = answer["Location"]
    optional = browser.get(last)
    assert "Passer cette pièce" in text_of(optional)

    check = browser.get(reverse("cases:check", args=[case.pk]))
    assert check.context["back"] == last
    seen = text_of(check)
    for words in (
        "Vérifiez vos réponses",
        "Mbour",
        "27 mars 1994".replace(" ", "\u00a0"),
        "Un emploi",
        "gratuite",
    ):
        assert words.replace("\u00a0", " ") in seen.replace("\u00a0", " ")
    answer = browser.post(reverse("cases:submit", args=[case.pk]), hidden(check), follow=True)
    case.refresh_from_db()
    assert case.reference in text_of(answer)
    assert case.service == world.mbour
    assert "Demande envoyée" in text_of(answer)
    assert case.reference in text_of(browser.get("/espace/"))
    assert browser.get(f"/dossiers/{case.reference}/", follow=True).status_code == 200


def test_a_wrong_answer_is_said_beside_the_field_and_stays_typed(browser, world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    answer = send(
        browser,
        reverse("cases:question", args=[case.pk, "qui"]),
        {**IDENTITY, "identity-birth_date": "31 2 1994"},
    )
    assert answer.status_code == 200
    assert "Il y a un problème" in text_of(answer)
    assert 'value="31 2 1994"' in answer.content.decode()
    assert 'value="Awa"' in answer.content.decode()
    case.refresh_from_db()
    assert case.answers == {}


def test_the_draft_is_found_again_where_it_was_left(browser, world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    send(browser, reverse("cases:question", args=[case.pk, "qui"]), IDENTITY)
    assert browser.get("/dossiers/nouveau/certificat-gratuit/")["Location"].endswith("/questions/lieu/")
    assert "Brouillons" in text_of(browser.get("/espace/"))
    assert Case.objects.count() == 1


def test_a_procedure_that_does_not_exist_is_not_found(browser):
    assert browser.get("/dossiers/nouveau/inconnue/").status_code == 404


def test_changing_an_answer_comes_back_to_the_check(browser, world, draft):
    check = browser.get(reverse("cases:check", args=[draft.pk]))
    url = re.search(r'href="([^"]*questions/motif/\?retour=verification)"', check.content.decode())[1]
    answer = send(browser, url, {"motive": "autre", "details": "Un voyage"})
    assert answer["Location"] == reverse("cases:check", args=[draft.pk])
    assert "Un voyage" in text_of(browser.get(answer["Location"]))


def test_sending_an_unfinished_draft_says_everything_that_lacks(browser, world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    check = browser.get(reverse("cases:check", args=[case.pk]))
    answer = browser.post(reverse("cases:submit", args=[case.pk]), hidden(check))
    assert answer.status_code == 409
    seen = answer.content.decode()
    assert seen.count("questions/") >= 3
    assert "Ajoutez la pièce" in seen


def test_a_page_sent_after_the_answers_changed_is_refused_and_shown_again(browser, world, draft):
    check = browser.get(reverse("cases:check", args=[draft.pk]))
    actions.answer(draft.pk, world.awa, "motif", {"motive": "autre", "details": "Z"})
    answer = browser.post(reverse("cases:submit", args=[draft.pk]), hidden(check))
    assert answer.status_code == 409
    assert "a changé" in text_of(answer)
    again = browser.post(reverse("cases:submit", args=[draft.pk]), hidden(answer))
    assert again.status_code == 302


def test_a_double_click_sends_once(browser, world, draft):
    check = browser.get(reverse("cases:check", args=[draft.pk]))
    url = reverse("cases:submit", args=[draft.pk])
    first, second = (browser.post(url, hidden(check)) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert draft.actions.filter(kind="submitted").count() == 1


def test_a_refused_file_is_said_beside_the_control(browser, world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    url = reverse("cases:piece", args=[case.pk, "photo"])
    bad = picture()
    bad.name, content = "photo.jpg", bad.getvalue()[:20]
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = send(browser, url, {"files": SimpleUploadedFile("photo.jpg", content, "image/jpeg")})
    assert answer.status_code == 200
    assert "ss-error__text" in answer.content.decode()
    missing = send(browser, reverse("cases:piece", args=[case.pk, "extrait"]), {})
    assert "Choisissez un fichier" in text_of(missing)


def test_a_file_can_be_taken_back(browser, world, draft):
    url = reverse("cases:piece", args=[draft.pk, "extrait"])
    page = browser.get(url)
    value = re.search(r'name="retirer" value="([^"]+)"', page.content.decode())[1]
    answer = browser.post(url, {**hidden(page), "retirer": value}, follow=True)
    assert "Déjà joint" not in text_of(answer)


def test_abandoning_a_draft_asks_once_more(browser, world, draft):
    url = reverse("cases:withdraw", args=[draft.pk])
    page = browser.get(url)
    assert "Abandonner ce brouillon" in text_of(page)
    assert browser.post(url, hidden(page))["Location"] == "/espace/"
    draft.refresh_from_db()
    assert draft.state == "withdrawn"
    assert "Certificat gratuit" not in text_of(browser.get("/espace/"))


@pytest.mark.parametrize(
    "name",
    ["follow", "resume", "check", "sent", "pay", "corrections", "withdraw", "act", "instruct", "journal"],
)
def test_another_person_sees_nothing_of_it(world, filed, name):
    stranger = Client()
    stranger.force_login(world.account(world.modou))
    answer = stranger.get(reverse(f"cases:{name}", args=[filed.pk]))
    assert answer.status_code == 403
    assert filed.reference not in text_of(answer)


def test_an_unknown_case_is_not_found(browser, world):
    unknown = "01900000-0000-7000-8000-000000000000"
    for name in ("follow", "check", "instruct"):
        assert browser.get(reverse(f"cases:{name}", args=[unknown])).status_code == 404
    assert browser.post(reverse("cases:submit", args=[unknown])).status_code == 404
    assert browser.get("/dossiers/CJ-2026-999999/").status_code == 404


def test_pages_ask_a_constant_number_of_queries(
    browser, world, draft, one_moment, django_assert_max_num_queries
):
    pages = {
        reverse("cases:question", args=[draft.pk, "qui"]): 7,
        reverse("cases:piece", args=[draft.pk, "extrait"]): 7,
        reverse("cases:check", args=[draft.pk]): 7,
        "/espace/": 7,
    }
    for url, most in pages.items():
        browser.get(url)
        with django_assert_max_num_queries(most):
            assert browser.get(url).status_code == 200


def test_following_asks_a_constant_number_of_queries(
    browser, world, filed, one_moment, django_assert_max_num_queries
):
    url = reverse("cases:follow", args=[filed.pk])
    browser.get(url)
    with django_assert_max_num_queries(8):
        assert browser.get(url).status_code == 200
    for rank in range(5):
        actions.note(filed.pk, world.moussa, f"Note {rank}")
    with django_assert_max_num_queries(8):
        page = browser.get(url)
    assert "Note 1" not in text_of(page)


def test_the_space_leads_to_the_account_and_to_who_one_acts_for(browser):
    page = browser.get("/espace/").content.decode()
    for url in (reverse("account"), reverse("parties"), reverse("privacy:mine")):
        assert f'href="{url}"' in page
        assert browser.get(url).status_code == 200


def test_the_space_says_first_what_awaits_the_person(browser, world):
    paid = actions.submit(fill(world, "bulletin-numero-3").pk, world.awa).case
    other = actions.submit(fill(world).pk, world.awa).case
    seen = text_of(browser.get("/espace/"))
    assert (
        seen.index("À faire")
        < seen.index(paid.reference)
        < seen.index("En cours")
        < seen.index(other.reference)
    )


def test_what_the_commune_asks_is_shown_and_frozen_with_the_request(browser, world):
    from dataclasses import replace
    from datetime import date

    from smartsenegal.kernel.identity.api import system
    from smartsenegal.onestop.procedures import actions_tariffs
    from smartsenegal.onestop.procedures.api import Fee
    from smartsenegal.onestop.procedures.definition import DatedAmount
    from tests.onestop.cases.samples import PLAIN
    from tests.onestop.cases.world import publish

    amounts = (DatedAmount(date(2020, 1, 1), 200),)
    fee = Fee("vignette", "Vignette", "commune", "vignette", amounts, minimum=75, maximum=500)
    publish(replace(PLAIN, fees=(fee,)))
    case, today = fill(world, PLAIN.code), timezone.localdate()
    check = reverse("cases:check", args=[case.pk])
    assert "200 F CFA" in text_of(browser.get(check)).replace("\u00a0", " ")
    for place, amount in (("SN-TH", 400), ("072-mbour", 100)):
        actions_tariffs.set_local_tariff(
            PLAIN.code, "vignette", place, today, amount, "Délibération", system("test")
        )
    assert "400 F CFA" in text_of(browser.get(check)).replace("\u00a0", " ")
    done = actions.submit(case.pk, world.awa)
    assert done.view.total == 400
    actions_tariffs.set_local_tariff(
        PLAIN.code, "vignette", "071-thies-nord", today, 300, "Délibération", system("test")
    )
    assert actions.payable_of(case.pk).amount == 400


def test_who_one_is_need_not_be_typed_again(browser, world):
    sent = fill(world)
    actions.submit(sent.pk, world.awa)
    sent.refresh_from_db()
    case = actions.open_draft(world.awa, "certificat-gratuit")
    url = reverse("cases:question", args=[case.pk, "qui"])
    page = browser.get(url)
    assert f"Repris de votre demande {sent.reference}" in text_of(page)
    name = sent.answers["identity"]["last_name"]
    assert f'name="identity-last_name" value="{name}"' in page.content.decode()
    assert Case.objects.get(pk=case.pk).answers == {}, "nothing is answered before it is sent"
    again = browser.get(reverse("cases:question", args=[case.pk, "lieu"]))
    assert "Repris" not in text_of(again)


def test_what_somebody_else_sent_is_not_offered(browser, world):
    sent = fill(world, who=world.modou)
    actions.submit(sent.pk, world.modou)
    case = actions.open_draft(world.awa, "certificat-gratuit")
    page = browser.get(reverse("cases:question", args=[case.pk, "qui"]))
    assert "Repris" not in text_of(page)
