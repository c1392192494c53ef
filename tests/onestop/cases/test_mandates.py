"""Filing in another's name: under a mandate, as a member; its limits, its end, who is told, who sees what."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity import actions as identity
from smartsenegal.kernel.identity.api import (
    Account,
    Mandate,
    Party,
    PermissionRefused,
    acting_for,
    parties_of,
    principal_for,
)
from smartsenegal.kernel.identity.models import Membership
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.payments import api as payments
from smartsenegal.kernel.payments.actions.attempts import may_pay
from smartsenegal.onestop.cases import access, actions, holdings, queries
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import Asked
from smartsenegal.onestop.procedures.api import Field, Page
from tests.jobs import drain
from tests.onestop.cases.browsing import hidden, send, text_of
from tests.onestop.cases.samples import ANSWERS, PLAIN
from tests.onestop.cases.world import FREE as GRATUIT
from tests.onestop.cases.world import person, picture, publish

FREE, PAID = "certificat-gratuit", "bulletin-numero-3"
PERSONAL = replace(GRATUIT, parties=("person",))


def mandate_of(world, **limits: Any) -> Mandate:
    """Awa lets Modou do her procedures."""
    ends_on = limits.pop("ends_on", timezone.localdate() + timedelta(days=30))
    return identity.give_mandate(world.awa, world.account(world.modou), ends_on=ends_on, **limits)


def party_of(by) -> Party:
    return parties_of(by)[-1]


def begun(by, code: str = FREE, party: Party | None = None) -> Case:
    """A draft with everything it needs, in the last name that one may use."""
    case = actions.open_draft(by, code, party or party_of(by))
    actions.answer(case.pk, by, "qui", {"identity": ANSWERS["identity"]})
    actions.answer(case.pk, by, "lieu", {"birthplace": ANSWERS["birthplace"]})
    actions.answer(case.pk, by, "motif", {"motive": "emploi", "details": None})
    today = timezone.localdate()
    actions.add_piece(case.pk, by, "extrait", picture(), filename="extrait.jpg", issued_on=today)
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def mandate(world) -> Mandate:
    return mandate_of(world)


@pytest.fixture
def teranga(world):
    """A company of Awa's, with Modou a member."""
    made = identity.open_organisation(
        world.awa, kind="company", name="Teranga SARL", territory=world.country, registration=""
    )
    Membership.objects.create(account=world.account(world.modou), organisation=made, role="member")
    return made


def browser_of(world, who, choice: str = "") -> Client:
    client = Client()
    client.force_login(world.account(who))
    if choice:
        assert client.post("/compte/agir/choisir/", {"party": choice}).status_code == 302
    return client


def told(case: Case, who) -> list[str]:
    sent = Message.objects.filter(about=case.subject, recipient=who.account_id, channel="sms")
    return [m.body for m in sent.order_by("created_at", "id")]


# --- under a mandate ------------------------------------------------------------------------


def test_a_draft_begun_for_someone_is_theirs_and_there_is_one(world, mandate):
    case = actions.open_draft(world.modou, FREE, party_of(world.modou))
    assert (str(case.applicant_id), case.organisation_id) == (world.awa.account_id, None)
    assert actions.open_draft(world.awa, FREE).pk == case.pk
    assert actions.open_draft(world.modou, FREE).pk != case.pk
    assert access.owns(case, world.awa)
    assert access.owns(case, world.modou)
    assert not access.may_read(case, world.ibra)


def test_what_is_filed_under_a_mandate_says_so_everywhere(world, mandate):
    case = actions.submit(begun(world.modou).pk, world.modou).case
    case.refresh_from_db()
    assert (str(case.applicant_id), str(case.filed_by_id)) == (world.awa.account_id, world.modou.account_id)
    assert case.mandate_id == mandate.pk
    mandate.refresh_from_db()
    assert mandate.uses == 1
    entry = Entry.objects.get(subject=case.subject, verb="cases.submitted")
    assert (entry.actor_id, entry.detail["for"], entry.detail["mandate"]) == (
        world.modou.account_id,
        f"account:{world.awa.account_id}",
        str(mandate.pk),
    )
    used = Entry.objects.get(subject=f"account:{world.awa.account_id}", verb="identity.mandate_used")
    assert used.detail["subject"] == case.subject
    officer = browser_of(world, world.moussa)
    seen = text_of(officer.get(reverse("cases:instruct", args=[case.pk])))
    assert "Modou Fall, au titre d’un mandat" in seen
    assert "Awa Ndiaye" in seen
    mine = text_of(browser_of(world, world.awa).get(reverse("cases:follow", args=[case.pk])))
    assert "Déposée par Modou Fall, au titre d’un mandat" in mine
    assert "Modou Fall, par mandat" in mine
    assert "Demande faite pour" not in mine


def test_both_are_told_each_in_their_words(world, mandate):
    case = actions.submit(begun(world.modou).pk, world.modou).case
    drain("events.deliver")
    (to_awa,), (to_modou,) = told(case, world.awa), told(case, world.modou)
    assert to_awa.startswith("Par Modou Fall, pour vous. ")
    assert to_modou.startswith("Pour Awa Ndiaye. ")
    asked = [Asked("answer", "motive", "inexact", "Dites le vrai motif.")]
    due = timezone.localdate() + timedelta(days=10)
    actions.request_corrections(case.pk, world.moussa, asked, due)
    drain("events.deliver")
    assert len(told(case, world.awa)) == len(told(case, world.modou)) == 2
    assert not told(case, world.awa)[-1].startswith("P")
    pages = Message.objects.filter(about=case.subject, channel="page", recipient=world.modou.account_id)
    assert "Démarche faite pour Awa Ndiaye." in pages.latest("created_at").body


def test_after_take_back_the_helper_sees_and_learns_nothing_the_person_everything(world, mandate):
    case = actions.submit(begun(world.modou).pk, world.modou).case
    drain("events.deliver")
    helper, url = browser_of(world, world.modou), reverse("cases:follow", args=[case.pk])
    assert helper.get(url).status_code == 200
    reading = (world.modou.account_id, case.subject)
    assert holdings.outside([reading, (world.ibra.account_id, case.subject)]) == set()
    assert holdings.outside([(world.coumba.account_id, case.subject)])
    identity.withdraw_mandate(mandate, world.awa)
    answer = helper.get(url)
    assert answer.status_code == 403
    assert "le mandat est terminé" in text_of(answer)
    case.refresh_from_db()
    assert not access.may_read(case, world.modou)
    file = queries.own_case(case.pk, world.awa).view.record.pieces["extrait"][0].file
    assert helper.get(reverse("documents:piece", args=[file])).status_code in (403, 404)
    assert case.reference not in text_of(helper.get("/espace/"))
    with pytest.raises(PermissionRefused):
        actions.withdraw(case.pk, world.modou)
    before = len(told(case, world.modou))
    actions.propose(case.pk, world.moussa, "granted", fields={"mention": "Néant"})
    actions.sign(case.pk, world.fatou)
    drain("events.deliver")
    assert len(told(case, world.modou)) == before
    assert browser_of(world, world.awa).get(url).status_code == 200


def test_who_filed_for_someone_does_not_instruct_the_request(world):
    mandate = identity.give_mandate(world.awa, world.account(world.moussa), ends_on=timezone.localdate())
    case = actions.submit(begun(world.moussa).pk, world.moussa).case
    identity.withdraw_mandate(mandate, world.awa)
    with pytest.raises(PermissionRefused, match="propre demande"):
        actions.take(case.pk, world.moussa)
    with pytest.raises(CaseRefused, match="n’instruit pas"):
        actions.assign(case.pk, world.ibra, world.account(world.moussa))


def test_a_mandate_withdrawn_in_the_middle_sends_nothing_and_loses_nothing(world, mandate):
    case = begun(world.modou)
    choice = f"mandate:{mandate.pk}"
    helper = browser_of(world, world.modou, choice)
    page = helper.get(reverse("cases:check", args=[case.pk]))
    assert "Demande faite pour Awa Ndiaye" in text_of(page)
    identity.withdraw_mandate(mandate, world.awa)
    answer = helper.post(reverse("cases:submit", args=[case.pk]), hidden(page))
    assert answer.status_code == 403
    assert "Rien d’autre n’est envoyé" in text_of(answer)
    question = helper.post(reverse("cases:question", args=[case.pk, "motif"]), {"motive": "concours"})
    assert question.status_code == 403
    case.refresh_from_db()
    assert (case.state, case.answers["motive"]) == ("draft", "emploi")
    assert "/reprendre/" in browser_of(world, world.awa).get("/espace/").content.decode()
    done = actions.submit(case.pk, world.awa)
    assert (done.case.mandate_id, str(done.case.filed_by_id)) == (None, world.awa.account_id)


def test_a_mandate_withdrawn_between_the_check_and_the_count_sends_nothing(world, mandate, monkeypatch):
    case = begun(world.modou)
    numbered = actions.applicant.next_reference

    def withdrawn_meanwhile(prefix: str, year: int) -> str:
        Mandate.objects.filter(pk=mandate.pk).update(state="withdrawn")
        return numbered(prefix, year)

    monkeypatch.setattr(actions.applicant, "next_reference", withdrawn_meanwhile)
    with pytest.raises(PermissionRefused, match="mandat est terminé"):
        actions.submit(case.pk, world.modou)
    case.refresh_from_db()
    assert case.state == "draft"


@pytest.mark.parametrize("how", ["expired", "elsewhere"])
def test_an_old_mandate_or_one_for_something_else_is_refused(world, how):
    mandate = mandate_of(world, procedures=[PAID] if how == "elsewhere" else [])
    party = party_of(world.modou)
    if how == "expired":
        day = timezone.localdate() - timedelta(days=1)
        Mandate.objects.filter(pk=mandate.pk).update(starts_on=day, ends_on=day)
        with pytest.raises(PermissionRefused):
            actions.open_draft(world.modou, FREE, party)
    else:
        with pytest.raises(CaseRefused, match="ne couvre pas"):
            actions.open_draft(world.modou, FREE, party)
        helper = browser_of(world, world.modou, f"mandate:{mandate.pk}")
        answer = helper.get(reverse("cases:start", args=[FREE]))
        assert answer.status_code == 409
        assert "Agir en un autre nom" in text_of(answer)
    assert not Case.objects.exists()
    own = actions.submit(begun(world.awa, party=parties_of(world.awa)[0]).pk, world.awa).case
    assert not access.may_read(own, world.modou)


def test_the_number_of_requests_is_counted_and_the_draft_kept(world):
    mandate_of(world, max_requests=1)
    actions.submit(begun(world.modou).pk, world.modou)
    second = begun(world.modou)
    with pytest.raises(CaseRefused, match=r"atteint\. Le brouillon est gardé"):
        actions.submit(second.pk, world.modou)
    second.refresh_from_db()
    assert second.state == "draft"
    assert Mandate.objects.get().uses == 1


def test_a_second_mandate_serves_once_the_first_is_used_up(world):
    mandate_of(world, max_requests=1)
    other = mandate_of(world)
    actions.submit(begun(world.modou).pk, world.modou)
    case = actions.submit(begun(world.modou).pk, world.modou).case
    case.refresh_from_db()
    assert case.mandate_id == other.pk


def test_somebody_elses_name_in_the_request_is_refused(world, mandate):
    forged = Party(f"account:{world.fatou.account_id}", "Fatou Sow", "mandate", world.fatou.account_id)
    with pytest.raises(PermissionRefused, match="en ce nom"):
        actions.open_draft(world.modou, FREE, forged)
    stranger = browser_of(world, world.ibra)
    assert stranger.post("/compte/agir/choisir/", {"party": f"mandate:{mandate.pk}"}).status_code == 403
    assert stranger.get(reverse("cases:start", args=[FREE])).status_code == 302
    assert str(Case.objects.get().applicant_id) == world.ibra.account_id


# --- money ----------------------------------------------------------------------------------


def test_what_is_owed_is_paid_in_the_persons_name_within_the_mandate(world, mandate):
    case = actions.submit(begun(world.modou, PAID).pk, world.modou).case
    payable = actions.payable_of(case.pk)
    assert payable is not None
    assert payable.payer == world.awa.account_id
    assert may_pay(payable, world.awa)
    assert may_pay(payable, world.modou)
    assert not may_pay(payable, world.ibra)
    helper = browser_of(world, world.modou)
    pay = helper.get(reverse("cases:pay", args=[case.pk]))
    assert pay.status_code == 302
    assert "Pour le compte de&nbsp;: <strong>Awa Ndiaye</strong>" in _page(helper.get(pay.url))
    assert "Pour le compte de" not in _page(browser_of(world, world.awa).get(pay.url))
    Mandate.objects.filter(pk=mandate.pk).update(procedures=[FREE])
    assert not may_pay(payable, world.modou)
    assert helper.get(reverse("cases:pay", args=[case.pk])).status_code == 403
    identity.withdraw_mandate(mandate, world.awa)
    assert not may_pay(payable, world.modou)
    assert payments.payable_for(payable.key).payer == world.awa.account_id


def _page(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_accountant_reads_and_pays_but_files_nothing(world, teranga):
    case = actions.submit(begun(world.awa, PAID).pk, world.awa).case
    draft = begun(world.awa)
    Membership.objects.filter(account_id=world.modou.account_id).update(role="accountant")
    payable = actions.payable_of(case.pk)
    assert may_pay(payable, world.modou)
    client = browser_of(world, world.modou, f"member:{teranga.pk}")
    assert f"Pour le compte de&nbsp;: <strong>{teranga.name}</strong>" in _page(
        client.get(reverse("payments:payable", args=[payable.pk]))
    )
    assert client.get(reverse("cases:follow", args=[case.pk])).status_code == 200
    assert client.get(reverse("cases:check", args=[draft.pk])).status_code == 403
    space = text_of(client.get("/espace/"))
    assert case.reference in space
    assert "Brouillons" not in space
    with pytest.raises(CaseRefused, match="Votre rôle"):
        actions.open_draft(world.modou, FREE, party_of(world.modou))
    with pytest.raises(PermissionRefused):
        actions.withdraw(case.pk, world.modou)


# --- an organisation --------------------------------------------------------------------------


def test_a_company_asks_in_its_own_name(world, teranga):
    teranga.registration = "0059183472A1"
    teranga.save()
    case = actions.submit(begun(world.modou).pk, world.modou).case
    case.refresh_from_db()
    assert (case.applicant_id, case.organisation_id) == (None, teranga.pk)
    assert (str(case.filed_by_id), case.mandate_id) == (world.modou.account_id, None)
    drain("events.deliver")
    assert told(case, world.awa)[0].startswith("Par Modou Fall, pour Teranga SARL. ")
    assert told(case, world.modou)[0].startswith("Pour Teranga SARL. ")
    seen = text_of(browser_of(world, world.moussa).get(reverse("cases:instruct", args=[case.pk])))
    assert "Teranga SARL (NINEA 0059183472A1)" in seen
    owner = browser_of(world, world.awa, f"member:{teranga.pk}")
    space = text_of(owner.get("/espace/"))
    assert "Vous agissez pour Teranga SARL" in space
    assert "déposée par Modou Fall" in space
    assert case.reference not in text_of(browser_of(world, world.awa).get("/espace/"))


def test_a_company_asks_nothing_that_is_for_persons_only(world, teranga):
    by, browser = world.modou, browser_of(world, world.modou, f"member:{teranga.pk}")
    begun_before = begun(by)
    publish(PERSONAL)
    with pytest.raises(CaseRefused, match="au nom de Teranga SARL"):
        actions.open_draft(by, FREE, party_of(by))
    answer = browser.get(reverse("cases:start", args=[FREE]))
    assert answer.status_code == 409
    assert "elle ne se fait pas au nom d’une organisation" in text_of(answer)
    assert f'href="/compte/agir/?next=/dossiers/nouveau/{FREE}/"' in answer.content.decode()
    # The draft begun before follows the revision in force, and is sent no more, by pages or by the API.
    led = browser.get(reverse("cases:resume", args=[begun_before.pk]))
    assert led["Location"] == reverse("cases:ineligible", args=[begun_before.pk])
    assert "agissez en votre nom" in text_of(browser.get(led["Location"]))
    with pytest.raises(CaseRefused, match="au nom de Teranga SARL"):
        actions.submit(begun_before.pk, by)
    sent = browser.post(f"/api/v1/dossiers/{begun_before.pk}/envoi", "{}", "application/json")
    assert (sent.status_code, "en votre nom" in sent.json()["title"]) == (409, True)
    assert Case.objects.get(pk=begun_before.pk).state == "draft"
    assert actions.open_draft(by, FREE).applicant_id


def test_what_is_for_organisations_only_is_not_asked_by_a_person(world, teranga):
    publish(replace(GRATUIT, parties=("organisation",)))
    browser = browser_of(world, world.modou)
    answer = browser.get(reverse("cases:start", args=[FREE]))
    assert (answer.status_code, "Agir en un autre nom" in text_of(answer)) == (409, True)
    assert actions.submit(begun(world.modou).pk, world.modou).case.organisation_id == teranga.pk


def test_a_mandate_of_a_person_files_what_is_for_persons_only(world, mandate):
    publish(PERSONAL)
    assert actions.submit(begun(world.modou).pk, world.modou).case.applicant_id


def test_a_member_removed_sees_nothing_any_more(world, teranga):
    case = actions.submit(begun(world.modou, PAID).pk, world.modou).case
    payable = actions.payable_of(case.pk)
    identity.remove_member(world.awa, Membership.objects.get(account_id=world.modou.account_id))
    assert browser_of(world, world.modou).get(reverse("cases:follow", args=[case.pk])).status_code == 403
    assert not may_pay(payable, world.modou)
    drain("events.deliver")
    assert told(case, world.modou) == []
    assert told(case, world.awa)
    with pytest.raises(PermissionRefused):
        actions.take(case.pk, principal_for(world.account(world.modou)))


def test_two_members_at_once_share_one_draft_and_send_it_once(world, teranga):
    mine, theirs = party_of(world.awa), party_of(world.modou)
    case = begun(world.awa, party=mine)
    assert actions.open_draft(world.modou, FREE, theirs).pk == case.pk
    version = queries.own_case(case.pk, world.awa).view.version
    actions.answer(case.pk, world.modou, "motif", {"motive": "concours", "details": None}, version=version)
    with pytest.raises(CaseRefused, match="a changé"):
        actions.answer(case.pk, world.awa, "motif", {"motive": "emploi", "details": None}, version=version)
    actions.submit(case.pk, world.modou)
    with pytest.raises(CaseRefused):
        actions.submit(case.pk, world.awa)
    assert Case.objects.exclude(state="draft").count() == 1


def test_one_helps_a_company_under_a_mandate_of_its_owner(world, teranga):
    helper = person("Coumba Sarr", "+221771000009")
    ends_on = timezone.localdate()
    account = Account.objects.get(pk=helper.account_id)
    mandate = identity.give_mandate(world.awa, account, ends_on=ends_on, organisation=teranga)
    (party,) = acting_for(helper)
    case = actions.submit(begun(helper, party=party).pk, helper).case
    case.refresh_from_db()
    assert (case.organisation_id, case.mandate_id) == (teranga.pk, mandate.pk)
    identity.withdraw_mandate(mandate, world.awa)
    with pytest.raises(PermissionRefused):
        queries.own_case(case.pk, helper)
    assert queries.own_case(case.pk, world.modou)


# --- pages ------------------------------------------------------------------------------------


def test_the_whole_way_by_pages_in_somebody_elses_name(world, mandate):
    helper = browser_of(world, world.modou, f"mandate:{mandate.pk}")
    first = helper.get(reverse("cases:start", args=[FREE]))
    case = Case.objects.get()
    page = text_of(helper.get(first["Location"]))
    assert "Demande faite pour Awa Ndiaye" in page
    assert "« Vous » désigne Awa Ndiaye" in page.replace("\u00a0", " ")
    answer = send(
        helper,
        first["Location"],
        {
            "identity-first_names": "Awa",
            "identity-last_name": "Ndiaye",
            "identity-birth_date": "27 3 1994",
            "identity-birth_country": "SN",
            "identity-birth_commune": "Thiès Nord",
        },
    )
    answer = send(helper, answer["Location"], {"birthplace": "Mbour"})
    answer = send(helper, answer["Location"], {"motive": "emploi"})
    today = timezone.localdate()
    sent = {"issued_on": f"{today.day} {today.month} {today.year}", "files": picture()}
    answer = send(helper, answer["Location"], sent)
    check = helper.get(reverse("cases:check", args=[case.pk]))
    assert "J’envoie cette demande pour Awa Ndiaye" in text_of(check)
    done = helper.post(reverse("cases:submit", args=[case.pk]), hidden(check), follow=True)
    assert "à vous et à Awa Ndiaye" in text_of(done)
    read = Entry.objects.filter(subject=case.subject, verb="cases.read", actor_id=world.modou.account_id)
    helper.get(reverse("cases:follow", args=[case.pk]))
    assert read.exists()
    mine = browser_of(world, world.awa).get(reverse("cases:follow", args=[case.pk]))
    assert re.search(r"Déposée par\s+Modou Fall", text_of(mine))


def test_a_form_offers_what_is_known_of_who_asks_and_nothing_of_who_types(world, teranga):
    name = Field("nom", "text", "Nom de la société", autocomplete="organization")
    pages = (Page("societe", "Quelle société ?", (name,)), *PLAIN.pages)
    publish(replace(PLAIN, code="societe", prefix="SO", fees=(), pages=pages))
    member = browser_of(world, world.modou, f"member:{teranga.pk}")
    company = member.get("/dossiers/nouveau/societe/", follow=True).content.decode()
    assert 'value="Teranga SARL"' in company
    assert 'autocomplete="organization"' not in company
    own = browser_of(world, world.modou).get("/dossiers/nouveau/societe/", follow=True).content.decode()
    assert "Teranga SARL" not in own
    assert 'autocomplete="organization"' in own


def test_ones_own_request_is_said_so_while_one_acts_for_another(world, mandate):
    own = begun(world.modou, party=parties_of(world.modou)[0])
    helper = browser_of(world, world.modou, f"mandate:{mandate.pk}")
    assert "Demande faite pour vous-même" in text_of(helper.get(reverse("cases:check", args=[own.pk])))


def test_pages_of_a_helper_ask_a_constant_number_of_queries(
    world, mandate, one_moment, django_assert_max_num_queries
):
    case = actions.submit(begun(world.modou).pk, world.modou).case
    helper = browser_of(world, world.modou, f"mandate:{mandate.pk}")
    for _ in range(2):
        with django_assert_max_num_queries(13):
            helper.get(reverse("cases:follow", args=[case.pk]))
    for _ in range(5):
        mandate_of(world)
    with django_assert_max_num_queries(13):
        helper.get(reverse("cases:follow", args=[case.pk]))
    with django_assert_max_num_queries(6):
        helper.get("/espace/")


# --- what is held about whom ------------------------------------------------------------------


def test_a_helpers_archive_holds_nothing_of_the_person(world, mandate, teranga):
    theirs = actions.submit(begun(world.modou, party=acting_for(world.modou)[0]).pk, world.modou).case
    company = actions.submit(begun(world.awa, party=party_of(world.awa)).pk, world.awa).case
    assert holdings.subjects(world.modou.account_id) == []
    assert holdings.subjects(world.awa.account_id) == sorted([theirs.subject, company.subject])
    told = [json.loads(b"".join(i.chunks)) for i in holdings.export(world.awa.account_id)
            if i.path.endswith("demande.json")]  # fmt: skip
    assert [(t["au_nom_de"], t["deposee_par"]) for t in told] == [
        ("", "Modou Fall"),
        ("Teranga SARL", "Awa Ndiaye"),
    ]
    outcomes = holdings.erase(world.awa.account_id, world.awa)
    assert any("organisation" in o.what for o in outcomes)


def readings(case: Case, who) -> int:
    found = Entry.objects.filter(subject=case.subject, verb="cases.read", actor_id=who.account_id)
    return found.count()


@pytest.mark.parametrize("page", ["cases:question qui", "cases:piece extrait", "cases:check"])
def test_whatever_page_shows_a_draft_to_who_acts_for_another_it_is_in_the_journal(world, mandate, page):
    case = begun(world.modou)
    name, *more = page.split()
    path = reverse(name, args=[case.pk, *more])
    assert browser_of(world, world.modou).get(path).status_code == 200
    assert readings(case, world.modou) == 1
    assert browser_of(world, world.awa).get(path).status_code == 200
    assert readings(case, world.awa) == 0


@pytest.mark.parametrize("page", ["cases:sent", "cases:corrections"])
def test_whatever_page_shows_a_request_to_who_acts_for_another_it_is_in_the_journal(world, mandate, page):
    case = actions.submit(begun(world.modou).pk, world.modou).case
    if page == "cases:corrections":
        asked = [Asked("piece", "extrait", "unreadable", "Refaites la photo.")]
        due = timezone.localdate() + timedelta(days=10)
        actions.request_corrections(case.pk, world.moussa, asked, due)
    assert browser_of(world, world.modou).get(reverse(page, args=[case.pk])).status_code == 200
    assert readings(case, world.modou) == 1
