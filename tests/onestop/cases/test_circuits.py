"""A permit from its deposit to its act: services consulted, an amount set on the way, visas, silence."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents.api import acts_of, verify_code
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity.api import PermissionRefused, RoleAssignment
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.payments import api as payments
from smartsenegal.kernel.sites.api import Site
from smartsenegal.onestop.cases import actions, jobs, moment, queries, rules
from smartsenegal.onestop.cases.access import may_read, scope_of
from smartsenegal.onestop.cases.actions import batches
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.cli import silence
from smartsenegal.onestop.cases.errors import CaseRefused, LinkRefused
from smartsenegal.onestop.cases.models import BatchLine, Case, CaseAction, CaseTask, ConsultationLink
from smartsenegal.onestop.cases.views import consultation
from smartsenegal.onestop.procedures.api import definition_of
from tests.jobs import drain
from tests.onestop.cases.browsing import send, text_of
from tests.onestop.cases.permit import Permit, later, make_permit
from tests.onestop.cases.world import fill

__all__ = ["later"]


@pytest.fixture
def permit(world) -> Permit:
    return make_permit(world)


def fresh(case) -> Case:
    return Case.objects.get(pk=case.pk)


def same_as_refolded(case) -> None:
    """Cached columns and tasks are those that the actions make."""
    row = fresh(case)
    facts = [a for a, _ in CaseAction.objects.facts(row.pk)]
    view = rules.fold(definition_of(row.revision_id), facts, country_calendar())
    assert {name: getattr(row, name) for name in rules.columns(view)} == {
        name: value if not name.endswith("_id") else getattr(row, name)
        for name, value in rules.columns(view).items()
    }
    awaited = {s.key: s.due for s in view.open_steps if s.kind in rules.CONSULTED}
    if view.state == "deemed_granted" and view.record.requested_at:
        awaited[rules.SUBSTITUTION] = view.silence.act_due
    assert dict(CaseTask.objects.filter(case=row).values_list("step", "due_on")) == awaited


def client_of(world, who) -> Client:
    client = Client()
    client.force_login(world.account(who))
    return client


def test_what_a_service_will_assess_is_said_before_the_request_is_sent(permit):
    draft = fill(permit.world, "permis-construire")
    free = fill(permit.world, "certificat-gratuit")
    client = client_of(permit.world, permit.world.awa)
    said = text_of(client.get(reverse("cases:check", args=[draft.pk])))
    assert "Le service calcule d’autres frais" in said
    said = text_of(client.get(reverse("cases:check", args=[free.pk])))
    assert "Cette demande est gratuite." in said
    assert "Le service calcule" not in said


def test_who_has_nothing_to_instruct_is_led_to_what_awaits_them_elsewhere(permit):
    permit.filed()
    client = client_of(permit.world, permit.cadastre)
    page = client.get(reverse("cases:queue"))
    assert "Rien à traiter" in text_of(page)
    door = '<a class="ss-button" href="/dossiers/avis-et-visas/">'
    assert door in page.content.decode()
    assert door not in client_of(permit.world, permit.prefect).get(reverse("cases:queue")).content.decode()


def test_each_service_lists_what_awaits_it_and_reads_only_that(permit):
    case = permit.filed()
    same_as_refolded(case)
    assert fresh(case).state == "consulting"
    for who, step in ((permit.cadastre, "cadastre"), (permit.fire, "pompiers")):
        assert [t.step for t in queries.tasks_of(scope_of(who, "cases.queue"))] == [step]
        assert may_read(fresh(case), who)
    assert not may_read(fresh(case), permit.prefect)
    with pytest.raises(PermissionRefused, match="n’est pas demandé"):
        actions.give_opinion(case.pk, permit.prefect, "cadastre", "favourable")
    with pytest.raises(CaseRefused, match="Aucun avis"):
        actions.give_opinion(case.pk, permit.fire, "cadastre", "favourable")
    actions.give_opinion(case.pk, permit.cadastre, "cadastre", "favourable")
    assert not may_read(fresh(case), permit.cadastre)
    same_as_refolded(case)


def test_reserves_are_written_and_read_by_who_decides(permit):
    case = permit.filed()
    with pytest.raises(CaseRefused, match="Écrivez vos réserves"):
        actions.give_opinion(case.pk, permit.fire, "pompiers", "reserved")
    done = actions.give_opinion(case.pk, permit.fire, "pompiers", "reserved", "Prévoir une issue.")
    opinion = done.view.record.opinions[0]
    assert (opinion.words, opinion.by_label) == ("Favorable avec réserves", "Sapeurs-pompiers de Thiès")
    assert "issue" not in str(CaseAction.objects.get(case=case, kind="opinion_given").payload)


def test_two_services_at_once_do_not_stand_in_each_others_way(permit):
    case = permit.filed()
    version = fresh(case).version
    actions.give_opinion(case.pk, permit.cadastre, "cadastre", "favourable", version=version)
    actions.give_opinion(case.pk, permit.fire, "pompiers", "favourable", version=version)


def test_the_whole_permit_money_adds_up_and_the_visa_holds_the_act_back(permit):
    case = permit.consulted()
    with pytest.raises(CaseRefused, match="compris entre"):
        actions.assess(case.pk, permit.world.moussa, "liquidation", {"taxe": 6_000})
    done = actions.assess(case.pk, permit.world.moussa, "liquidation", {"taxe": 2_000})
    assert (done.view.state, done.view.total_to_pay, done.view.total) == ("awaiting_payment", 2_000, 2_400)
    followed = text_of(client_of(permit.world, permit.world.awa).get(reverse("cases:follow", args=[case.pk])))
    assert "jusqu’à vos corrections" not in followed
    assert ("jusqu’à votre paiement" in followed) == done.view.suspended
    drain("events.deliver")
    payable = payments.payable_for(f"case:{case.pk}:fees:taxe")
    assert (payable.amount, payments.payable_for(f"case:{case.pk}:fees").amount) == (2_000, 400)
    told = Message.objects.filter(about=case.subject, channel="sms").values_list("template", flat=True)
    assert "case.assessed" in told
    actions.settle_payment(case.pk, str(payable.pk), step=actions.step_of_key(payable.key))
    same_as_refolded(case)
    actions.propose(case.pk, permit.world.moussa, "granted", fields={"mention": "Néant"})
    done = actions.sign(case.pk, permit.world.fatou)
    assert (done.view.state, done.view.record.decision) == ("consulting", None)
    same_as_refolded(case)
    done = actions.give_visa(case.pk, permit.prefect, "prefet")
    assert (done.view.state, done.view.record.decision.by_label) == ("granted", "Fatou Sow")
    drain()
    assert fresh(case).state == "issued"
    same_as_refolded(case)


def test_a_visa_refused_sends_the_case_back_with_its_reason(permit):
    case = permit.signed()
    with pytest.raises(CaseRefused, match="pourquoi"):
        actions.refuse_visa(case.pk, permit.prefect, "prefet", " ")
    done = actions.refuse_visa(case.pk, permit.prefect, "prefet", "Le terrain est au domaine public.")
    assert (done.view.state, done.view.step) == ("in_review", "examen")
    assert done.view.record.note.startswith("Le terrain")
    assert done.view.record.signatures == ()
    same_as_refolded(case)


def test_a_refusal_goes_straight_to_its_signature(permit):
    world = permit.world
    case = actions.submit(fill(world, "permis-construire").pk, world.awa).case
    actions.settle_payment(case.pk, "timbres", step="frais")
    with pytest.raises(CaseRefused, match="Déclarez d’abord"):
        actions.propose(case.pk, world.moussa, "granted", fields={"mention": "x"})
    actions.propose(case.pk, world.moussa, "refused", reasons=["piece"], text="Plans faux.")
    done = actions.sign(case.pk, world.fatou)
    assert (done.view.state, CaseTask.objects.filter(case=case).count()) == ("refused", 0)


def test_a_service_that_says_nothing_counts_where_the_texts_say_so(permit, later):
    case = permit.filed()
    later(10)
    jobs.hear_silence(0)
    assert fresh(case).version == case.version
    later(11)
    jobs.hear_silence(0)
    jobs.hear_silence(0)
    view = queries.for_system(case.pk).view
    assert [(o.step, o.silent) for o in view.record.opinions] == [("cadastre", True)]
    with pytest.raises(PermissionRefused):
        actions.give_opinion(case.pk, permit.cadastre, "cadastre", "unfavourable", "Non.")
    same_as_refolded(case)


def test_silence_after_a_notice_grants_and_the_state_gives_the_act(permit, later):
    world, case = permit.world, permit.filed()
    with pytest.raises(CaseRefused, match="Vous pourrez la mettre en demeure"):
        actions.put_on_notice(case.pk, world.awa)
    later(29)
    actions.put_on_notice(case.pk, world.awa)
    same_as_refolded(case)
    assert fresh(case).silent_on == moment.today() + timedelta(days=30)
    later(59)
    jobs.hear_silence(0)
    assert fresh(case).state == "consulting"
    later(60)
    with pytest.raises(CaseRefused, match="le silence a décidé"):
        actions.give_opinion(case.pk, permit.fire, "pompiers", "unfavourable", "Non.")
    for _ in range(2):
        jobs.hear_silence(0)
    assert fresh(case).state == "deemed_granted"
    deemed = CaseAction.objects.get(case=case, kind="deemed_granted")
    assert [line["text"] for line in deemed.payload["lines"]][-1] == "Sans décision\u00a0: accord tacite"
    same_as_refolded(case)
    drain()
    view = queries.for_system(case.pk).view
    attestation = acts_of(case.subject).get()
    assert (view.record.attestation.number, view.waiting_for) == (attestation.number, "nobody")
    assert verify_code(attestation.code).act_id == attestation.pk
    actions.request_act(case.pk, world.awa)
    task = CaseTask.objects.get(case=case)
    assert (task.service_id, task.due_on) == (permit.prefecture.pk, moment.today() + timedelta(days=8))
    with pytest.raises(PermissionRefused):
        actions.substitute(case.pk, world.fatou)
    actions.substitute(case.pk, permit.prefect)
    drain()
    same_as_refolded(case)
    assert (fresh(case).state, acts_of(case.subject).count()) == ("issued", 2)
    templates = set(Message.objects.filter(about=case.subject).values_list("template", flat=True))
    assert {"case.put_on_notice", "case.deemed_granted", "case.attested", "case.act_requested"} <= templates


def test_the_applicant_reads_what_silence_means_and_acts_on_it(permit, later):
    world, case = permit.world, permit.filed()
    client = client_of(world, world.awa)
    page = text_of(client.get(f"/dossiers/{case.pk}/"))
    assert "Si l’administration ne répond pas" in page
    assert "Mise en demeure possible à partir du" in page
    assert client.get(f"/dossiers/{case.pk}/mise-en-demeure/").status_code == 302
    later(29)
    assert "Mettre l’administration en demeure" in text_of(client.get(f"/dossiers/{case.pk}/"))
    assert send(client, f"/dossiers/{case.pk}/mise-en-demeure/", {}).status_code == 302
    later(60)
    jobs.hear_silence(0)
    drain()
    page = client.get(f"/dossiers/{case.pk}/")
    assert "Télécharger l’attestation" in text_of(page)
    assert "Décompte du délai" in text_of(page)
    assert client.get(f"/dossiers/{case.pk}/attestation/").status_code == 302
    assert send(client, f"/dossiers/{case.pk}/acte-etat/", {}).status_code == 302
    state = client_of(world, permit.prefect)
    assert case.reference in text_of(state.get("/dossiers/avis-et-visas/"))
    assert send(state, f"/dossiers/{case.pk}/avis/substitution/", {}).status_code == 302
    assert fresh(case).state == "granted"


def test_services_answer_from_their_pages(permit):
    world, case = permit.world, permit.filed()
    client = client_of(world, permit.cadastre)
    listed = client.get("/dossiers/avis-et-visas/")
    assert case.reference in text_of(listed)
    url = f"/dossiers/{case.pk}/avis/cadastre/"
    assert "Écrivez vos réserves" in text_of(send(client, url, {"verdict": "unfavourable", "text": ""}))
    assert send(client, url, {"verdict": "favourable", "text": "Conforme."}).status_code == 302
    assert client.get(url).status_code == 410
    other = client_of(world, permit.fire)
    assert send(other, f"/dossiers/{case.pk}/avis/pompiers/", {"verdict": "favourable"}).status_code == 302
    officer = client_of(world, world.moussa)
    page = send(officer, f"/dossiers/{case.pk}/avis/liquidation/", {"fee-taxe": "9 000"})
    assert "compris entre" in text_of(page)
    assert send(officer, f"/dossiers/{case.pk}/avis/liquidation/", {"fee-taxe": "2 000"}).status_code == 302
    assert "Payer 2 000 F CFA" in text_of(client_of(world, world.awa).get(f"/dossiers/{case.pk}/"))
    actions.settle_payment(case.pk, "x", step="taxe")
    actions.propose(case.pk, world.moussa, "granted", fields={"mention": "Néant"})
    actions.sign(case.pk, world.fatou)
    prefect = client_of(world, permit.prefect)
    refused = send(prefect, f"/dossiers/{case.pk}/avis/prefet/", {"answer": "refuse", "text": ""})
    assert "pourquoi le visa" in text_of(refused)
    assert send(prefect, f"/dossiers/{case.pk}/avis/prefet/", {"answer": "give"}).status_code == 302
    assert fresh(case).state == "granted"


def test_an_officer_passes_a_case_on_and_sees_who_is_consulted(permit):
    world = permit.world
    case = actions.submit(fill(world, "permis-construire").pk, world.awa).case
    actions.settle_payment(case.pk, "timbres", step="frais")
    client = client_of(world, world.moussa)
    page = client.get(f"/dossiers/{case.pk}/instruction/")
    assert "Déclarer recevable" in text_of(page)
    assert "Proposer l’accord" not in text_of(page)
    assert client.post(f"/dossiers/{case.pk}/instruction/recevable/").status_code == 302
    page = text_of(client.get(f"/dossiers/{case.pk}/instruction/"))
    assert "Cadastre de Thiès" in page
    assert "Créer un lien" in page


def test_the_list_asks_the_same_number_of_questions_whatever_its_length(permit):
    client = client_of(permit.world, permit.cadastre)
    counted = []
    for _ in range(2):
        permit.filed()
        client.get("/dossiers/avis-et-visas/")
        with CaptureQueriesContext(connection) as queries_made:
            assert client.get("/dossiers/avis-et-visas/").status_code == 200
        counted.append(len(queries_made))
    assert counted[0] == counted[1]


def test_days_that_wait_for_the_payment_do_not_count(permit, later):
    case = permit.consulted()
    actions.assess(case.pk, permit.world.moussa, "liquidation", {"taxe": 2_000})
    assert queries.for_system(case.pk).view.suspended
    later(5)
    actions.settle_payment(case.pk, "taxe", step="taxe")
    view = queries.for_system(case.pk).view
    assert view.due == moment.today() - timedelta(days=5) + timedelta(days=28 + 5)


# --- links -----------------------------------------------------------------------------------


def test_a_link_answers_once_and_is_journalled(permit):
    world, case = permit.world, permit.filed()
    officer = client_of(world, world.moussa)
    url = f"/dossiers/{case.pk}/instruction/lien/pompiers/"
    made = send(officer, url, {"label": "Capitaine Ndiaye", "days": "7"})
    address = made.content.decode().partition("/dossiers/consultation/")[2].partition('"')[0]
    token = address.rstrip("/")
    link = ConsultationLink.objects.get()
    assert token.encode() not in bytes(link.digest)
    stranger = Client()
    page = stranger.get(f"/dossiers/consultation/{token}/")
    assert "Capitaine Ndiaye" in text_of(page)
    assert page.headers["Cache-Control"].startswith("max-age=0")
    file = queries.for_system(case.pk).view.record.pieces["extrait"][0].file
    assert stranger.get(f"/dossiers/consultation/{token}/pieces/{file}/").status_code == 200
    elsewhere = fill(world, who=world.modou)
    other = queries.for_system(elsewhere.pk).view.record.pieces["extrait"][0].file
    assert stranger.get(f"/dossiers/consultation/{token}/pieces/{other}/").status_code == 404
    opened = Entry.objects.filter(subject=case.subject, verb="cases.link_opened")
    before = opened.count()
    wrong = stranger.post(f"/dossiers/consultation/{token}/", {"verdict": "nothing"})
    assert wrong.status_code == 200
    assert opened.count() == before + 1, "a form sent wrong shows the case as much as the link opened"
    sent = stranger.post(f"/dossiers/consultation/{token}/", {"verdict": "favourable"})
    assert "Avis rendu" in text_of(sent)
    again = stranger.post(f"/dossiers/consultation/{token}/", {"verdict": "unfavourable", "text": "Non."})
    assert (again.status_code, "déjà servi" in text_of(again)) == (410, True)
    assert stranger.get(f"/dossiers/consultation/{token}/pieces/{file}/").status_code == 410
    verbs = set(Entry.objects.filter(subject=case.subject).values_list("verb", flat=True))
    assert {"cases.link_created", "cases.link_opened", "cases.opinion_given"} <= verbs
    opinion = queries.for_system(case.pk).view.record.opinions[0]
    assert opinion.by_label == "Capitaine Ndiaye"


def test_forged_expired_revoked_and_late_links_open_nothing(permit, later):
    world, case = permit.world, permit.filed()
    assert Client().get("/dossiers/consultation/abcdef/").status_code == 410
    link, token = actions.create_link(case.pk, world.moussa, "pompiers", "Capitaine", 7)
    with pytest.raises(PermissionRefused):
        actions.revoke_link(link.pk, permit.fire)
    later(8)
    with pytest.raises(LinkRefused, match="expiré"):
        actions.open_link(token)
    later(0)
    actions.revoke_link(link.pk, world.moussa)
    with pytest.raises(LinkRefused, match="révoqué"):
        actions.answer_by_link(token, "favourable", "")
    _, token = actions.create_link(case.pk, world.moussa, "pompiers", "Capitaine", 7)
    actions.give_opinion(case.pk, permit.fire, "pompiers", "favourable")
    with pytest.raises(LinkRefused, match="n’est plus attendu"):
        actions.answer_by_link(token, "favourable", "")


def test_links_tried_too_often_are_slowed(permit, monkeypatch):
    monkeypatch.setattr(consultation, "MOST_A_MINUTE", 2)
    client = Client()
    answers = [client.get(f"/dossiers/consultation/essai{n}/").status_code for n in range(4)]
    assert (answers[0], answers[-1]) == (410, 429)


# --- batches ------------------------------------------------------------------------------------


def _to_sign(world, count) -> list[Case]:
    made = []
    for _ in range(count):
        case = actions.submit(fill(world, "certificat-lot").pk, world.awa).case
        made.append(actions.propose(case.pk, world.moussa, "granted", fields={"mention": "Néant"}).case)
    return made


def test_a_batch_signs_each_case_by_itself_and_says_what_it_refused(permit):
    world = permit.world
    cases = _to_sign(world, 3)
    client = client_of(world, world.fatou)
    page = client.get("/dossiers/a-signer/lot/")
    every = client.get("/dossiers/a-signer/lot/?cocher=tous").content.decode()
    assert page.content.decode().count(" checked") == 0
    assert every.count(" checked") == every.count('name="dossier"') > 0
    assert all(case.reference in text_of(page) for case in cases)
    # What one would sign is read on the row; what waits is counted on the pages of other modules too.
    assert [text_of(client.get(f"/dossiers/a-signer/{p}")).count("Accord proposé") for p in ("", "lot/")] == [
        3,
        3,
    ]
    assert '<span class="ss-rail__count">3</span>' in client.get("/dossiers/delegations/").content.decode()
    actions.return_proposal(cases[2].pk, world.fatou, "À revoir.")
    chosen = [f"{case.pk}.{case.version}" for case in cases]
    sent = client.post("/dossiers/a-signer/lot/", {"dossier": chosen})
    assert "En cours" in text_of(client.get(sent.headers["Location"]))
    drain("cases.run_batch")
    told = text_of(client.get(sent.headers["Location"]))
    assert "Terminée" in told
    assert cases[2].reference in told
    assert [fresh(case).state for case in cases] == ["granted", "granted", "in_review"]
    batch = BatchLine.objects.first().batch_id
    actions.run_batch(batch)
    assert CaseAction.objects.filter(kind="signed").count() == 2
    assert client_of(world, world.awa).get(sent.headers["Location"]).status_code == 404


def test_a_batch_stops_signing_when_its_signatory_may_no_more(permit, monkeypatch):
    world = permit.world
    cases = _to_sign(world, 2)
    batch = actions.start_batch(world.fatou, {case.pk: case.version for case in cases})
    real = batches.sign_together

    def then_leaves(*args, **options):
        done = real(*args, **options)
        RoleAssignment.objects.filter(account=world.account(world.fatou)).delete()
        return done

    monkeypatch.setattr(batches, "sign_together", then_leaves)
    monkeypatch.setattr(batches, "TOGETHER", 1)
    actions.run_batch(batch.pk)
    assert sorted(batch.lines.values_list("state", flat=True)) == ["done", "refused"]
    assert CaseAction.objects.filter(kind="signed").count() == 1


def test_a_batch_killed_in_the_middle_signs_each_case_once(permit, monkeypatch):
    world = permit.world
    cases = _to_sign(world, 5)
    batch = actions.start_batch(world.fatou, {case.pk: case.version for case in cases})
    real, groups = batches.sign_together, []

    def dies(versions, *args, **options):
        said = real(versions, *args, **options)
        groups.append(versions)
        if len(groups) == 2:
            raise KeyboardInterrupt
        return said

    monkeypatch.setattr(batches, "TOGETHER", 2)
    monkeypatch.setattr(batches, "sign_together", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.run_batch(batch.pk)
    assert CaseAction.objects.filter(kind="signed").count() == 2
    assert batch.lines.filter(state="done").count() == 2
    actions.run_batch(batch.pk)
    assert {fresh(case).state for case in cases} == {"granted"}
    assert CaseAction.objects.filter(kind="signed").count() == 5
    assert Event.objects.filter(kind="case.granted").count() == 5
    assert not audit.check().faults


def test_signing_many_costs_few_statements_whatever_their_number(
    permit, one_moment, django_assert_max_num_queries
):
    world = permit.world
    versions = {case.pk: case.version for case in _to_sign(world, 10)}
    with django_assert_max_num_queries(17 + len(versions)):
        assert set(batches.sign_together(versions, world.fatou).values()) == {""}


def test_a_batch_takes_only_procedures_that_admit_it(permit, proposed):
    world = permit.world
    with pytest.raises(CaseRefused, match="se signe seul"):
        actions.start_batch(world.fatou, {proposed.pk: proposed.version})
    with pytest.raises(CaseRefused, match="au moins un"):
        actions.start_batch(world.fatou, {})
    with pytest.raises(PermissionRefused):
        actions.start_batch(world.moussa, {proposed.pk: proposed.version})


# --- a service that closes ------------------------------------------------------------------------


def test_open_cases_follow_a_service_that_closes(permit, filed):
    world = permit.world
    old, new = Site.objects.get(code="tgi-thies"), Site.objects.get(code="tgi-mbour")
    Site.objects.filter(pk=old.pk).update(state="closed", replacement=new)
    assert actions.follow_closed_site("tgi-thies") == 1
    assert actions.follow_closed_site("tgi-thies") == 0
    case = fresh(filed)
    assert (case.service_id, case.due_on) == (world.mbour.pk, filed.due_on)
    assert not may_read(case, world.moussa)
    assert RoleAssignment.objects.filter(organisation=world.mbour).exists()
    assert Entry.objects.filter(subject=case.subject, verb="cases.transferred").exists()
    same_as_refolded(case)


def test_the_command_hears_silence_at_once(permit, later, capsys):
    case = permit.filed()
    later(11)
    assert (silence(["demain"]), silence([])) == (2, 0)
    assert "Usage" in capsys.readouterr().err
    assert [o.silent for o in queries.for_system(case.pk).view.record.opinions] == [True]


def test_a_tacit_grant_cancels_an_assessed_tax_still_unpaid(permit, later, settings):
    """Silence grants whole: nobody owes any more what was set and not paid; what comes after goes back."""
    world, case = permit.world, permit.consulted()
    later(29)
    actions.put_on_notice(case.pk, world.awa)
    actions.assess(case.pk, world.moussa, "liquidation", {"taxe": 2_000})
    drain()
    payable = actions.payable_of(case.pk)
    assert (payable.amount, payable.state) == (2_000, "open")
    later(60)
    jobs.hear_silence(0)
    drain()
    assert fresh(case).state == "deemed_granted"
    payable.refresh_from_db()
    assert payable.state == "cancelled"
    attempt = payments.Attempt.objects.create(payable=payable, provider="mobile", key="f" * 32, amount=2_000)
    from smartsenegal.kernel.payments.actions import apply_reading
    from smartsenegal.kernel.payments.base import Reading

    paid = apply_reading(attempt.pk, Reading("t/f", "f" * 32, "paid", 2_000, "XOF"))
    assert (paid.outcome, paid.refunds.get().automatic) == ("duplicate", True)
    assert fresh(case).state == "deemed_granted"
    same_as_refolded(case)
