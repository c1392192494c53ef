"""The agents' pages: lists, the case, each act from it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import Asked
from tests.onestop.cases.browsing import hidden, send, text_of
from tests.onestop.cases.world import World, fill, picture


def sign_in(world: World, who) -> Client:
    client = Client()
    client.force_login(world.account(who))
    return client


@pytest.fixture
def officer(world) -> Client:
    return sign_in(world, world.moussa)


@pytest.fixture
def signatory(world) -> Client:
    return sign_in(world, world.fatou)


def act(name: str, case: Case) -> str:
    return reverse(f"cases:{name}", args=[case.pk])


def ask(world: World, case: Case) -> None:
    """Ask to correct the piece and the motive."""
    asked = [
        Asked("piece", "extrait", "unreadable", "Plus nette."),
        Asked("answer", "motive", "inexact", "Le vrai."),
    ]
    actions.request_corrections(case.pk, world.moussa, asked, timezone.localdate() + timedelta(days=9))


# --- the queue --------------------------------------------------------------------------


def test_the_queue_shows_what_the_service_has_to_do(officer, filed):
    page = officer.get("/dossiers/a-traiter/")
    seen = text_of(page)
    assert filed.reference in seen
    assert "1 dossier dans votre service" in seen
    assert re.search(r"Tout 1 .*En retard 0", seen)


def test_the_detail_of_the_first_row_comes_after_the_list_or_by_its_link(officer, filed):
    page = officer.get("/dossiers/a-traiter/?onglet=tout").content.decode()
    later = re.search(r'<aside[^>]*hx-get="([^"]+)" hx-trigger="load"', page)
    assert "Horloge légale" in text_of(officer.get(later[1]))
    link = re.search(r'href="([^"]+)">Voir le résumé', page)[1].replace("&amp;", "&")
    assert "onglet=tout" in link
    shown = text_of(officer.get(link))
    assert "Horloge légale : 10 jours" in shown
    assert "Voir le résumé" not in shown


def test_counts_that_stopped_say_so_in_the_sentence_too():
    from smartsenegal.onestop.cases.queries import Counts
    from smartsenegal.onestop.cases.views.queue import _sentence

    said = _sentence(Counts(all=1000, late=1000)).replace("\u202f", " ").replace("\u00a0", " ")
    assert said == "999+ dossiers dans votre service, 999+ en retard"
    said = _sentence(Counts(all=2, late=1)).replace("\u00a0", " ")
    assert said == "2 dossiers dans votre service, 1 en retard"


def test_a_list_is_not_the_reading_of_a_case(officer, filed):
    officer.get("/dossiers/a-traiter/")
    assert not audit.of_subject(filed.subject).filter(verb="cases.read").exists()
    officer.get(f"/dossiers/a-traiter/?choisi={filed.pk}")
    assert audit.of_subject(filed.subject).filter(verb="cases.read").count() == 1


def test_another_service_sees_another_queue(world, filed):
    assert filed.reference not in text_of(sign_in(world, world.coumba).get("/dossiers/a-traiter/"))


def test_the_queue_is_for_agents(world, filed):
    answer = sign_in(world, world.awa).get("/dossiers/a-traiter/")
    assert answer.status_code == 403
    assert "réservée aux agents" in text_of(answer)
    assert Client().get("/dossiers/a-traiter/").status_code == 302


def test_tabs_tell_late_soon_and_suspended_apart(world, officer, filed):
    actions.request_corrections(
        filed.pk, world.moussa, [Asked("answer", "motive", "inexact", "Dites.")],
        timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    late = actions.submit(fill(world, who=world.modou).pk, world.modou).case
    yesterday = timezone.localdate() - timedelta(days=1)
    Case.objects.filter(pk=late.pk).update(due_on=yesterday, sort_on=yesterday)
    in_tab = {
        tab: [ref for ref in (filed.reference, late.reference) if ref in _rows(officer, tab)]
        for tab in ("", "retard", "bientot", "suspendus")
    }
    assert in_tab == {
        "": [filed.reference, late.reference],
        "retard": [late.reference],
        "bientot": [],
        "suspendus": [filed.reference],
    }
    whole = _rows(officer, "")
    assert whole.index(late.reference) < whole.index(filed.reference)


def _rows(client: Client, tab: str) -> str:
    page = client.get("/dossiers/a-traiter/", {"onglet": tab}).content.decode()
    table = re.search(r"<tbody>(.*?)</tbody>", page, re.S)
    return table[1] if table else ""


def test_filters(world, officer, filed):
    other = actions.submit(fill(world, "bulletin-numero-3", world.modou).pk, world.modou).case
    actions.settle_payment(other.pk, "p")
    queue = "/dossiers/a-traiter/"
    assert other.reference not in text_of(officer.get(queue, {"demarche": "certificat-gratuit"}))
    assert filed.reference in text_of(officer.get(queue, {"texte": "ndiaye AWA"}))
    assert "ne répond à ces filtres" in text_of(officer.get(queue, {"texte": "inconnu"}))
    assert "ne répond à ces filtres" in text_of(officer.get(queue, {"moi": "1"}))
    actions.take(filed.pk, world.moussa)
    assert filed.reference in text_of(officer.get(queue, {"moi": "1"}))


@pytest.mark.parametrize(
    "query",
    [
        "apres=zz",
        "apres=agent.2026-13-01.x",
        "choisi=zz",
        "service=abc",
        "onglet=%00",
        "texte=%00",
        "service=99",
    ],
)
def test_nonsense_in_the_address_does_no_harm(officer, filed, query):
    assert officer.get(f"/dossiers/a-traiter/?{query}").status_code == 200


def test_pages_of_the_queue_follow_each_other(world, officer, monkeypatch):
    monkeypatch.setattr("smartsenegal.onestop.cases.queries.PAGE", 2)
    people = [world.awa, world.modou, world.coumba, world.ibra, world.lamine]
    for who in people:
        actions.submit(fill(world, who=who).pk, who)
    seen, url = [], "/dossiers/a-traiter/"
    while url:
        page = officer.get(url).content.decode()
        seen += re.findall(r'ss-table__link" href="[^"]+">([^<]+)<', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        url = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 5


def test_the_queue_asks_a_constant_number_of_queries(
    world, officer, filed, one_moment, django_assert_max_num_queries
):
    officer.get("/dossiers/a-traiter/")
    with django_assert_max_num_queries(5):
        officer.get("/dossiers/a-traiter/")
    for who in (world.modou, world.coumba, world.ibra):
        actions.submit(fill(world, who=who).pk, who)
    with django_assert_max_num_queries(5):
        officer.get("/dossiers/a-traiter/")


def test_live_changes_mark_rows_where_they_stand(world, officer, filed):
    url = reverse("cases:changes")
    unchanged = officer.get(url, {"vu": [f"{filed.pk}:{filed.version}"]})
    assert "hx-swap-oob" not in unchanged.content.decode()
    actions.take(filed.pk, world.ibra)
    changed = officer.get(url, {"vu": [f"{filed.pk}:{filed.version}", "nonsense"]}).content.decode()
    assert f'id="dossier-{filed.pk}"' in changed
    assert "modifié" in changed


def test_live_topics_are_guarded(world, filed):
    from smartsenegal.kernel.events.registry import may_follow

    topic = f"queue:{world.thies.pk}"
    assert may_follow(world.moussa, topic)
    assert not may_follow(world.coumba, topic)
    assert not may_follow(world.awa, topic)
    assert not may_follow(world.moussa, "queue:x")
    assert may_follow(world.awa, f"case:{filed.pk}")
    assert not may_follow(world.modou, f"case:{filed.pk}")
    assert not may_follow(world.awa, "case:zz")


def test_search_finds_by_number_and_by_name(world, officer, filed):
    for typed in (filed.reference, filed.reference.replace("-", " ").lower(), "ndiaye", "AWA Ndiayé"):
        assert filed.reference in text_of(officer.get("/dossiers/recherche/", {"q": typed}))
    assert "Aucun dossier trouvé" in text_of(officer.get("/dossiers/recherche/", {"q": "sarr"}))
    elsewhere = sign_in(world, world.coumba).get("/dossiers/recherche/", {"q": filed.reference})
    assert "Aucun dossier trouvé" in text_of(elsewhere)
    assert filed.reference in text_of(
        sign_in(world, world.lamine).get("/dossiers/recherche/", {"q": "ndiaye"})
    )


def test_the_export_is_a_table_a_spreadsheet_reads(world, officer, filed):
    Case.objects.filter(pk=filed.pk).update(title="=1+1")
    answer = officer.get(reverse("cases:export"))
    assert answer.streaming
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Dossier;Démarche")
    assert lines[1].startswith(filed.reference)
    assert "'=1+1" in lines[1]
    assert audit.of_actor(world.moussa.account_id).filter(verb="cases.exported").count() == 1


# --- the case -------------------------------------------------------------------------------


def test_the_case_page_shows_pieces_beside_answers(officer, filed):
    seen = officer.get(act("instruct", filed))
    words = text_of(seen)
    for expected in ("Awa", "Un emploi", "extrait.jpg", "Horloge légale", "Historique", "Proposer l’accord"):
        assert expected in words
    assert "/page/1/" in seen.content.decode()


def test_opening_a_case_is_journalled_once_a_minute(world, officer, filed):
    for _ in range(3):
        officer.get(act("instruct", filed))
    entries = audit.of_subject(filed.subject).filter(verb="cases.read")
    assert [(e.actor_id, e.ip) for e in entries] == [(world.moussa.account_id, "127.0.0.1")]


def test_the_case_page_asks_a_constant_number_of_queries(
    world, officer, filed, one_moment, django_assert_max_num_queries
):
    officer.get(act("instruct", filed))
    with django_assert_max_num_queries(8):
        officer.get(act("instruct", filed))
    for rank in range(6):
        actions.note(filed.pk, world.ibra, f"Note {rank}")
    with django_assert_max_num_queries(8):
        assert "Note 5" in text_of(officer.get(act("instruct", filed)))


def test_taking_from_the_page(world, officer, filed):
    page = officer.get(act("instruct", filed))
    answer = officer.post(act("take", filed), hidden(page), follow=True)
    assert "Dossier pris en charge" in text_of(answer)
    filed.refresh_from_db()
    assert str(filed.assigned_to_id) == world.moussa.account_id


def test_asking_for_corrections_from_the_page(world, officer, filed):
    url = act("ask_corrections", filed)
    due = timezone.localdate() + timedelta(days=8)
    nothing = send(officer, url, {"due_on": f"{due:%d %m %Y}"})
    assert "Cochez au moins" in text_of(nothing)
    half = send(
        officer, url, {"due_on": "32 1 2026", "tick-piece-extrait": "on", "sentence-piece-extrait": "Nette"}
    )
    assert "choisissez ce qui ne va pas" in text_of(half)
    assert 'value="Nette"' in half.content.decode()
    whole = {
        "due_on": f"{due:%d %m %Y}",
        "tick-piece-extrait": "on",
        "fault-piece-extrait": "unreadable",
        "sentence-piece-extrait": "Prenez une photo nette.",
        "tick-answer-motive": "on",
        "fault-answer-motive": "inexact",
        "sentence-answer-motive": "Dites le vrai motif.",
    }
    answer = send(officer, url, whole, follow=True)
    assert "Corrections attendues avant le" in text_of(answer)
    filed.refresh_from_db()
    assert (filed.state, filed.sort_on) == ("corrections_requested", due)


def test_an_answer_sent_back_unchanged_is_told_and_confirmed_on_purpose(world, filed):
    asked = [Asked("answer", "motive", "inexact", "Le vrai.")]
    actions.request_corrections(filed.pk, world.moussa, asked, timezone.localdate() + timedelta(days=9))
    person, url = sign_in(world, world.awa), act("corrections", filed)
    same = {key: value for key, value in filed.answers.items() if key in ("motive", "details") and value}
    told = text_of(send(person, url, {**same, "envoyer": "1"}))
    assert "Vous n’avez pas changé «" in told
    assert "Fait" not in told
    filed.refresh_from_db()
    assert filed.state == "corrections_requested"
    sent = send(person, url, {**same, "inchange-motif": "on", "envoyer": "1"})
    assert sent["Location"] == act("follow", filed)
    filed.refresh_from_db()
    assert filed.state != "corrections_requested"


def test_a_piece_that_was_asked_again_is_never_called_optional(world, filed):
    asked = [Asked("piece", "extrait", "unreadable", "Plus nette.")]
    actions.request_corrections(filed.pk, world.moussa, asked, timezone.localdate() + timedelta(days=9))
    person, url = sign_in(world, world.awa), act("corrections", filed)
    page = text_of(send(person, url, {"envoyer": "1"}))
    assert "Il reste à corriger" in page
    assert "Fichiers ou photos (facultatif)" not in page
    assert "Date du document (facultatif)" not in page


def test_the_applicant_corrects_everything_on_one_page(world, officer, filed):
    asked = [
        Asked("piece", "extrait", "unreadable", "Plus nette."),
        Asked("answer", "motive", "inexact", "Le vrai."),
    ]
    actions.request_corrections(filed.pk, world.moussa, asked, timezone.localdate() + timedelta(days=9))
    person = sign_in(world, world.awa)
    assert "Corriger ma demande" in text_of(person.get(act("follow", filed)))
    url = act("corrections", filed)
    page = person.get(url)
    assert "Plus nette." in text_of(page)
    wrong = send(person, url, {"motive": "autre", "details": "", "envoyer": "1"})
    assert wrong.status_code == 200
    assert "ss-error__text" in wrong.content.decode()
    too_soon = send(person, url, {"motive": "autre", "details": "Un concours", "envoyer": "1"})
    assert "Il reste à corriger" in text_of(too_soon)
    assert 'value="Un concours"' in too_soon.content.decode()
    today = timezone.localdate()
    whole = {
        "motive": "autre",
        "details": "Un concours",
        "extrait-files": picture("red"),
        "extrait-issued_on": f"{today:%d %m %Y}",
        "note": "Voici.",
        "envoyer": "1",
    }
    answer = send(person, url, whole, follow=True)
    assert "Corrections envoyées" in text_of(answer)
    seen = text_of(officer.get(act("instruct", filed)))
    assert "Corrections reçues" in seen
    assert "Un concours" in seen
    assert "Voici." in seen


def test_corrections_can_be_kept_and_finished_later(world, filed):
    asked = [
        Asked("piece", "extrait", "unreadable", "Plus nette."),
        Asked("answer", "motive", "inexact", "Le vrai."),
    ]
    actions.request_corrections(filed.pk, world.moussa, asked, timezone.localdate() + timedelta(days=9))
    person = sign_in(world, world.awa)
    answer = send(
        person, act("corrections", filed), {"motive": "autre", "details": "Plus tard", "garder": "1"}
    )
    assert answer.status_code == 302
    filed.refresh_from_db()
    assert filed.state == "corrections_requested"
    assert 'value="Plus tard"' in person.get(act("corrections", filed)).content.decode()


def test_granting_from_the_page_then_signing(world, officer, signatory, filed):
    empty = send(officer, act("grant", filed), {"mention": ""})
    assert empty.status_code == 200
    assert send(officer, act("grant", filed), {"mention": "Néant"}).status_code == 302
    assert filed.reference in text_of(signatory.get("/dossiers/a-signer/"))
    page = signatory.get(act("instruct", filed))
    assert "Signer l’accord" in text_of(page)
    answer = signatory.post(act("sign", filed), hidden(page), follow=True)
    assert "Décision signée" in text_of(answer)
    filed.refresh_from_db()
    assert filed.state == "granted"


def test_who_proposed_sees_why_they_cannot_sign(world, signatory, filed):
    actions.propose(filed.pk, world.fatou, "granted", fields={"mention": "Néant"})
    page = signatory.get(act("instruct", filed))
    assert "une autre personne doit la signer" in text_of(page)
    assert "Signer l’accord" not in text_of(page)
    answer = signatory.post(act("sign", filed), hidden(page), follow=True)
    assert "une autre personne doit la signer" in text_of(answer)


def test_refusing_with_reasons_and_appeal(world, officer, signatory, filed):
    page = officer.get(act("refuse", filed))
    assert "Recours devant le tribunal." in text_of(page)
    empty = send(officer, act("refuse", filed), {})
    assert "Choisissez au moins un motif" in text_of(empty)
    assert "Expliquez le refus" in text_of(empty)
    send(officer, act("refuse", filed), {"reasons": ["piece"], "text": "L’extrait est faux."})
    signatory.post(act("sign", filed), hidden(signatory.get(act("instruct", filed))))
    seen = text_of(sign_in(world, world.awa).get(act("follow", filed)))
    for words in ("Demande refusée", "Pièce fausse", "L’extrait est faux.", "Recours devant le tribunal."):
        assert words in seen


def test_sending_back_with_a_note(world, officer, signatory, proposed):
    assert "Écrivez" in text_of(send(signatory, act("send_back", proposed), {"note": " "}))
    send(signatory, act("send_back", proposed), {"note": "Vérifiez le nom."})
    seen = text_of(officer.get(act("instruct", proposed)))
    assert "Vérifiez le nom." in seen
    assert "Renvoyé par le signataire" in seen


def test_entrusting_and_noting(world, officer, filed):
    page = officer.get(act("assign", filed))
    assert "Ibra Sarr" in text_of(page)
    assert "Coumba Ba" not in text_of(page)
    assert "Choisissez un agent" in text_of(
        send(officer, act("assign", filed), {"to": world.coumba.account_id})
    )
    send(officer, act("assign", filed), {"to": world.ibra.account_id})
    send(officer, act("note", filed), {"note": "Appelé le greffe."})
    seen = text_of(officer.get(act("instruct", filed)))
    assert "Confié à Ibra Sarr" in seen
    assert "Appelé le greffe." in seen
    assert "Appelé le greffe." not in text_of(sign_in(world, world.awa).get(act("follow", filed)))


def test_a_page_sent_after_somebody_else_decided_keeps_what_was_typed(world, officer, filed):
    url = act("refuse", filed)
    page = officer.get(url)
    actions.request_corrections(
        filed.pk, world.ibra, [Asked("answer", "motive", "inexact", "Dites.")],
        timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    answer = officer.post(url, {**hidden(page), "reasons": ["piece"], "text": "Un long texte."})
    assert answer.status_code == 409
    assert "a changé" in text_of(answer)
    assert "Un long texte." in text_of(answer)


def test_an_officer_is_not_offered_to_sign(officer, proposed):
    page = officer.get(act("instruct", proposed))
    assert "Signer" not in text_of(page).replace("À signer", "")
    assert officer.post(act("sign", proposed), hidden(page)).status_code == 403
    assert officer.get(act("send_back", proposed)).status_code == 403


def test_an_inspector_reads_the_journal_and_changes_nothing(world, officer, filed):
    officer.get(act("instruct", filed))
    inspector = sign_in(world, world.lamine)
    seen = text_of(inspector.get(act("journal", filed)))
    assert "Moussa Diop" in seen
    assert "Dossier déposé" in seen
    assert officer.get(act("journal", filed)).status_code == 403
    for name in ("ask_corrections", "grant", "refuse", "send_back", "note", "assign"):
        assert inspector.get(act(name, filed)).status_code == 403
    assert inspector.post(act("take", filed)).status_code == 403


def test_the_panel_alone_is_for_the_same_people_and_journalled(world, officer, filed):
    seen = officer.get(act("panel", filed))
    assert filed.reference in text_of(seen)
    assert "<html" not in seen.content.decode()
    assert audit.of_subject(filed.subject).filter(verb="cases.read").count() == 1
    assert sign_in(world, world.coumba).get(act("panel", filed)).status_code == 403


def test_a_correction_that_calls_for_more_shows_it_at_once(world, officer):
    from dataclasses import replace

    from smartsenegal.onestop.procedures.definition import Field, Page
    from tests.onestop.cases.samples import PLAIN
    from tests.onestop.cases.world import publish

    other = {"field": "motive", "is": "autre"}
    goal = Page("but", "Dans quel but ?", (Field("goal", "text", "But"),), when=other)
    publish(replace(PLAIN, code="chaine", fees=(), pages=(*PLAIN.pages, goal)))
    case = actions.submit(fill(world, "chaine").pk, world.awa).case
    asked = [Asked("answer", "motive", "inexact", "Le vrai.")]
    actions.request_corrections(case.pk, world.moussa, asked, timezone.localdate() + timedelta(days=9))
    person = sign_in(world, world.awa)
    first = send(person, act("corrections", case), {"motive": "autre", "details": "X", "envoyer": "1"})
    assert first.status_code == 200
    assert "Il reste à corriger : But" in text_of(first)
    assert 'name="goal"' in first.content.decode()
    whole = {"motive": "autre", "details": "X", "goal": "Étudier", "envoyer": "1"}
    done = person.post(act("corrections", case), hidden(first) | whole)
    assert done.status_code == 302, text_of(done)
    case.refresh_from_db()
    assert case.state == "in_review"


def test_an_agent_of_two_services_chooses_one(world, filed):
    from smartsenegal.kernel.identity.api import Account, RoleAssignment

    account = Account.objects.get(pk=world.coumba.account_id)
    RoleAssignment.objects.create(
        account=account, role="officer", organisation=world.thies, starts_on="2026-01-01"
    )
    both = sign_in(world, world.coumba)
    page = both.get("/dossiers/a-traiter/")
    assert filed.reference in text_of(page)
    assert "Tous mes services" in text_of(page)
    other = both.get("/dossiers/a-traiter/", {"service": world.mbour.pk})
    assert filed.reference not in text_of(other)
    stranger = sign_in(world, world.moussa)
    assert "Tous mes services" not in text_of(stranger.get("/dossiers/a-traiter/"))


def test_a_long_story_shows_its_latest_lines_and_the_rest_a_link_away(world, officer, filed):
    for number in range(40):
        actions.note(filed.pk, world.moussa, f"Note {number}.")
    page = officer.get(act("instruct", filed)).content.decode()
    assert page.count("ss-timeline__item") == 30
    assert "Note 39." in page
    assert "Note 9." not in page
    assert "Dossier déposé" not in page
    link = re.search(r'href="(\?[^"#]+)#historique">Voir toute l’histoire', page)
    assert link is not None
    whole = officer.get(act("instruct", filed) + link[1]).content.decode()
    assert "Note 0." in whole
    assert "Dossier déposé" in whole
    assert "Voir toute l’histoire" not in whole
