"""Each act: what it keeps, who may do it, what a second sending does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.documents.api import StoredFile, UploadRefused
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity.api import ANONYMOUS, PermissionRefused
from smartsenegal.kernel.payments import api as payments
from smartsenegal.kernel.sites.api import Site
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.errors import CaseRefused, FilingRefused, StaleCase
from smartsenegal.onestop.cases.models import Case, CaseAction
from smartsenegal.onestop.cases.rules import Asked
from tests.onestop.cases.samples import CALENDAR, IDENTITY, PLAIN
from tests.onestop.cases.world import fill, picture, publish

ASKED = [
    Asked("piece", "extrait", "unreadable", "Prenez une photo plus nette."),
    Asked("answer", "motive", "inexact", "Dites le vrai motif."),
]


def soon(days: int = 10) -> date:
    return timezone.localdate() + timedelta(days=days)


def assert_columns_are_the_fold(case: Case) -> None:
    case.refresh_from_db()
    view = queries.for_system(case.pk).view
    found = rules.columns(view)
    kept = {name: getattr(case, name) for name in found}
    identifiers = ("act_id", "filed_by_id", "mandate_id")
    assert kept | {name: str(kept[name]) if kept[name] else None for name in identifiers} == found
    assert case.answers == dict(view.record.answers)


# --- drafts ---------------------------------------------------------------------------


def test_one_draft_a_person_and_a_procedure(world):
    first = actions.open_draft(world.awa, "certificat-gratuit")
    assert actions.open_draft(world.awa, "certificat-gratuit").pk == first.pk
    assert actions.open_draft(world.modou, "certificat-gratuit").pk != first.pk
    assert Case.objects.count() == 2
    assert_columns_are_the_fold(first)


def test_the_database_itself_refuses_a_second_draft(world):
    first = actions.open_draft(world.awa, "certificat-gratuit")
    with pytest.raises(DatabaseError, match="case_one_draft"), transaction.atomic():
        Case.objects.create(
            procedure=first.procedure,
            revision=first.revision,
            applicant=first.applicant,
            updated_at=timezone.now(),
        )


def test_no_draft_without_an_account_or_for_what_is_not_online(world):
    with pytest.raises(PermissionRefused):
        actions.open_draft(ANONYMOUS, "certificat-gratuit")
    publish(replace(PLAIN, code="papier", online=False))
    with pytest.raises(CaseRefused, match="en ligne"):
        actions.open_draft(world.awa, "papier")
    with pytest.raises(CaseRefused):
        actions.open_draft(world.awa, "inconnue")


def test_an_open_draft_stays_on_its_revision(world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    publish(replace(PLAIN, code="certificat-gratuit", title="Nouvelle révision"))
    assert actions.open_draft(world.awa, "certificat-gratuit").revision_id == case.revision_id
    assert actions.open_draft(world.modou, "certificat-gratuit").revision_id != case.revision_id


def test_answers_are_kept_and_nowhere_in_clear(world, draft):
    assert draft.answers["identity"] == IDENTITY
    assert_columns_are_the_fold(draft)
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM cases_case c UNION ALL SELECT a::text FROM cases_caseaction a")
        everything = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute(
            "SELECT payload::text FROM events_event UNION ALL SELECT detail::text FROM audit_entry"
        )
        everything += "\n".join(row[0] for row in cursor.fetchall())
    for word in ("Ndiaye", "1994-03-27", "extrait.jpg", b"Awa".hex(), b"Ndiaye".hex()):
        clear = everything.replace("Awa Ndiaye", "")  # the label of the account that acts
        assert word not in clear


def test_sealed_content_opens_nowhere_else(world, draft):
    from smartsenegal.lib.crypto import DecryptionFailed
    from smartsenegal.onestop.cases import sealing

    with pytest.raises(DecryptionFailed):
        sealing.open_json(bytes(draft.sealed_answers), "case:another")


def test_actions_are_written_once_for_ever(world, draft):
    row = draft.actions.first()
    for change in (lambda: row.delete(), lambda: CaseAction.objects.update(kind="noted")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_stranger_touches_nothing(world, draft):
    for act in (
        lambda: actions.answer(draft.pk, world.modou, "motif", {}),
        lambda: actions.submit(draft.pk, world.modou),
        lambda: actions.withdraw(draft.pk, world.modou),
        lambda: actions.add_piece(draft.pk, world.modou, "photo", picture(), filename="a.jpg"),
        lambda: actions.take(draft.pk, world.moussa),
    ):
        with pytest.raises(PermissionRefused):
            act()


# --- pieces -------------------------------------------------------------------------------


def test_a_file_that_is_none_is_refused_and_not_kept(world):
    import io

    case = actions.open_draft(world.awa, "certificat-gratuit")
    with pytest.raises(UploadRefused):
        actions.add_piece(
            case.pk,
            world.awa,
            "extrait",
            io.BytesIO(b"MZ\x90"),
            filename="a.jpg",
            issued_on=timezone.localdate(),
        )
    assert StoredFile.objects.count() == 0
    assert case.actions.count() == 1


def test_a_document_too_old_is_refused_before_it_is_read(world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    with pytest.raises(CaseRefused, match="a plus de 3"):
        actions.add_piece(
            case.pk, world.awa, "extrait", picture(), filename="a.jpg",
            issued_on=timezone.localdate() - timedelta(days=120),
        )  # fmt: skip
    assert StoredFile.objects.count() == 0


def test_a_file_taken_back_from_a_draft_is_destroyed(world, draft):
    (file,) = StoredFile.objects.all()
    actions.remove_piece(draft.pk, world.awa, "extrait", file.pk)
    file.refresh_from_db()
    assert file.is_purged
    assert queries.for_system(draft.pk).view.record.pieces == {}


def test_the_same_sending_twice_keeps_one_file(world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    sent = {"filename": "a.jpg", "issued_on": timezone.localdate(), "request_key": "k1"}
    first = actions.add_piece(case.pk, world.awa, "extrait", picture(), **sent)
    second = actions.add_piece(case.pk, world.awa, "extrait", picture(), **sent)
    assert second.replayed
    assert second.action == first.action
    assert StoredFile.objects.filter(purged_at=None).count() == 1


def test_no_more_files_than_the_procedure_says(world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    for rank in range(4):
        actions.add_piece(case.pk, world.awa, "photo", picture(), filename=f"{rank}.jpg")
    with pytest.raises(CaseRefused, match="Retirez-en un"):
        actions.add_piece(case.pk, world.awa, "photo", picture(), filename="5.jpg")


# --- filing ---------------------------------------------------------------------------------


def test_filing_numbers_routes_and_freezes(world, filed):
    filed.refresh_from_db()
    year = timezone.localdate().year
    assert filed.reference == f"CG-{year}-000001"
    assert (filed.service, filed.title) == (world.thies, "Awa Ndiaye")
    assert filed.territory_path == "SN/SN-TH"
    assert (filed.state, filed.waiting_for, filed.step) == ("in_review", "agent", "examen")
    assert filed.due_on == timezone.localdate() + timedelta(days=10)
    assert filed.search == f"cg {year} 000001 awa ndiaye"
    assert_columns_are_the_fold(filed)
    event = Event.objects.get(kind="case.submitted")
    assert event.payload["reference"] == filed.reference
    assert "Ndiaye" not in str(event.payload)
    assert audit.of_subject(filed.subject).filter(verb="cases.submitted").count() == 1


def test_numbers_follow_each_other(world, filed):
    second = actions.submit(fill(world, who=world.modou).pk, world.modou).case
    assert second.reference.endswith("-000002")


def test_filing_says_everything_that_is_missing(world):
    case = actions.open_draft(world.awa, "certificat-gratuit")
    with pytest.raises(FilingRefused) as refused:
        actions.submit(case.pk, world.awa)
    assert len(refused.value.faults) == 4
    assert case.actions.count() == 1


def test_filing_twice_with_one_key_files_once(world, draft):
    first = actions.submit(draft.pk, world.awa, request_key="k")
    again = actions.submit(draft.pk, world.awa, request_key="k")
    assert (again.replayed, again.case.reference) == (True, first.case.reference)
    with pytest.raises(CaseRefused, match="déjà envoyée"):
        actions.submit(draft.pk, world.awa)
    with pytest.raises(CaseRefused, match="autre acte"):
        actions.withdraw(draft.pk, world.awa, request_key="k")


def test_a_closed_court_hands_over_to_its_replacement(world, draft):
    mbour = Site.objects.get(code="tgi-mbour")
    Site.objects.filter(code="tgi-thies").update(state="closed", replacement=mbour)
    assert actions.submit(draft.pk, world.awa).case.service == world.mbour


def test_without_any_competent_service_the_draft_is_kept(world, draft):
    Site.objects.all().delete()
    with pytest.raises(CaseRefused, match="brouillon est gardé"):
        actions.submit(draft.pk, world.awa)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_fees_are_frozen_and_opened_once(world):
    case = actions.submit(fill(world, PLAIN.code).pk, world.awa).case
    assert (case.state, case.due_on) == ("awaiting_payment", None)
    first, second = actions.payable_of(case.pk), actions.payable_of(case.pk)
    assert first is not None
    assert first == second
    assert (first.amount, first.payer, first.lines.count()) == (400, str(case.applicant_id), 2)


def test_a_settled_payment_starts_the_clock_once(world):
    case = actions.submit(fill(world, PLAIN.code).pk, world.awa).case
    first = actions.settle_payment(case.pk, "p1")
    assert (first.case.state, first.case.due_on) == ("in_review", soon())
    assert actions.settle_payment(case.pk, "p1").replayed
    with pytest.raises(CaseRefused, match="Rien n’est à payer"):
        actions.settle_payment(case.pk, "p2")
    assert_columns_are_the_fold(case)


def test_a_free_request_has_nothing_to_pay(world, filed):
    assert actions.payable_of(filed.pk) is None
    assert payments.state_of(filed.subject) is None


# --- instruction -------------------------------------------------------------------------------


def test_only_the_service_handles_its_cases(world, filed):
    for act in (
        lambda by: actions.take(filed.pk, by),
        lambda by: actions.propose(filed.pk, by, "granted", fields={"mention": "Néant"}),
        lambda by: actions.request_corrections(filed.pk, by, ASKED, soon()),
        lambda by: actions.note(filed.pk, by, "Bonjour"),
    ):
        for by in (world.coumba, world.awa, world.lamine, world.modou):
            with pytest.raises(PermissionRefused):
                act(by)


def test_a_role_limited_to_a_territory_stops_there(world, filed):
    narrow = replace(world.moussa, grants=(replace(world.moussa.grants[0], territory_path="SN/SN-DK"),))
    with pytest.raises(PermissionRefused):
        actions.take(filed.pk, narrow)
    wide = replace(world.moussa, grants=(replace(world.moussa.grants[0], territory_path="SN/SN-TH"),))
    assert actions.take(filed.pk, wide).case.assigned_to_id is not None


def test_taking_and_entrusting(world, filed):
    actions.take(filed.pk, world.moussa)
    case = actions.assign(filed.pk, world.moussa, world.account(world.ibra)).case
    assert str(case.assigned_to_id) == world.ibra.account_id
    for wrong in (world.coumba, world.awa):
        with pytest.raises(CaseRefused, match="n’instruit pas"):
            actions.assign(filed.pk, world.moussa, world.account(wrong))


def test_corrections_whole_round(world, filed):
    case = actions.request_corrections(filed.pk, world.moussa, ASKED, soon()).case
    assert (case.state, case.suspended, case.due_on, case.sort_on) == (
        "corrections_requested",
        True,
        None,
        soon(),
    )
    assert_columns_are_the_fold(case)
    with pytest.raises(CaseRefused, match="Il reste à corriger"):
        actions.send_corrections(case.pk, world.awa)
    actions.answer(case.pk, world.awa, "motif", {"motive": "autre", "details": "Un concours"})
    actions.add_piece(
        case.pk, world.awa, "extrait", picture("red"), filename="b.jpg", issued_on=timezone.localdate()
    )
    done = actions.send_corrections(case.pk, world.awa, "Merci")
    assert (done.case.state, done.case.badges) == ("in_review", ["corrected"])
    assert done.view.answers["details"] == "Un concours"
    assert_columns_are_the_fold(case)


def test_a_name_written_right_is_the_name_of_the_case(world, filed):
    asked = [Asked("answer", "identity", "inexact", "Écrivez vos prénoms comme sur votre pièce.")]
    case = actions.request_corrections(filed.pk, world.moussa, asked, soon()).case
    assert case.title == "Awa Ndiaye"
    page = next(p.key for p in PLAIN.pages if any(f.key == "identity" for f in p.fields))
    actions.answer(case.pk, world.awa, page, {"identity": {**IDENTITY, "first_names": "Awa Marème"}})
    case = actions.send_corrections(case.pk, world.awa).case
    assert case.title == "Awa Marème Ndiaye"
    assert "mareme" in case.search
    assert_columns_are_the_fold(case)


def test_a_file_replaced_while_correcting_stays_in_the_case(world, filed):
    (old,) = StoredFile.objects.all()
    actions.request_corrections(filed.pk, world.moussa, ASKED, soon())
    actions.remove_piece(filed.pk, world.awa, "extrait", old.pk)
    old.refresh_from_db()
    assert not old.is_purged


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([], "Cochez"),
        ([Asked("piece", "photo", "inexact", "x")], "choisissez ce qui"),
        ([Asked("piece", "photo", "missing", " ")], "écrivez"),
        ([Asked("answer", "inconnu", "inexact", "x")], "ne figure pas"),
        ([Asked("answer", "motive", "inexact", "a\x00b")], "caractère"),
    ],
)
def test_a_request_for_corrections_must_be_whole(world, filed, asked, words):
    with pytest.raises(CaseRefused, match=words):
        actions.request_corrections(filed.pk, world.moussa, asked, soon())


def test_the_date_of_corrections_leaves_a_day(world, filed):
    with pytest.raises(CaseRefused, match="au moins un jour"):
        actions.request_corrections(filed.pk, world.moussa, ASKED, timezone.localdate())


def test_corrections_lapse_after_their_date_alone(world, filed, monkeypatch):
    case = actions.request_corrections(filed.pk, world.moussa, ASKED, soon(1)).case
    assert actions.lapse(case.pk) is None
    later = soon(2)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: later)
    done = actions.lapse(case.pk)
    assert done is not None
    assert done.case.state == "lapsed"
    assert actions.lapse(case.pk) is None


def test_one_reminder_a_request(world, filed):
    actions.request_corrections(filed.pk, world.moussa, ASKED, soon(2))
    assert actions.remind(filed.pk) is not None
    assert actions.remind(filed.pk) is None


# --- decisions --------------------------------------------------------------------------------------


def test_a_refusal_carries_its_reasons(world, filed):
    for reasons, text, words in (
        ([], "Faux", "au moins un motif"),
        (["piece"], "", "Expliquez"),
        (["autre"], "Faux", "ne figure pas"),
    ):
        with pytest.raises(CaseRefused, match=words):
            actions.propose(filed.pk, world.moussa, "refused", reasons=reasons, text=text)
    case = actions.propose(
        filed.pk, world.moussa, "refused", reasons=["piece"], text="L’extrait est faux."
    ).case
    done = actions.sign(case.pk, world.fatou)
    assert (done.case.state, done.case.decided_at is not None) == ("refused", True)
    assert Event.objects.filter(kind="case.refused").count() == 1
    assert_columns_are_the_fold(case)


def test_a_grant_needs_what_the_act_says(world, filed):
    with pytest.raises(CaseRefused, match="Remplissez"):
        actions.propose(filed.pk, world.moussa, "granted")


def test_the_last_signature_grants(world, proposed):
    done = actions.sign(proposed.pk, world.fatou)
    assert done.case.state == "granted"
    assert Event.objects.filter(kind="case.granted").count() == 1
    assert_columns_are_the_fold(proposed)


def test_four_eyes(world, filed):
    actions.propose(filed.pk, world.fatou, "granted", fields={"mention": "Néant"})
    with pytest.raises(CaseRefused, match="une autre personne"):
        actions.sign(filed.pk, world.fatou)
    with pytest.raises(PermissionRefused):
        actions.sign(filed.pk, world.moussa)


def test_sending_back_and_proposing_again(world, proposed):
    with pytest.raises(CaseRefused, match="Dites"):
        actions.return_proposal(proposed.pk, world.fatou, "  ")
    case = actions.return_proposal(proposed.pk, world.fatou, "Vérifiez le nom.").case
    assert (case.state, case.badges) == ("in_review", ["returned"])
    assert actions.propose(case.pk, world.ibra, "granted", fields={"mention": "Néant"}).case.badges == []


def test_the_act_is_recorded_once(world, proposed):
    actions.sign(proposed.pk, world.fatou)
    act = "0190aaaa-0000-7000-8000-000000000001"
    done = actions.record_act(proposed.pk, act, "B3-2026-000001")
    assert (done.case.state, str(done.case.act_id), done.case.act_number) == ("issued", act, "B3-2026-000001")
    assert actions.record_act(proposed.pk, act, "B3-2026-000001").replayed
    case = actions.record_revocation(proposed.pk, act).case
    assert case.badges == ["revoked"]
    assert rules.state_for_person(case.state, case.badges) == "Votre document est révoqué"
    assert_columns_are_the_fold(proposed)


def test_withdrawing_a_draft_destroys_its_files_and_frees_the_place(world, draft):
    actions.withdraw(draft.pk, world.awa)
    assert StoredFile.objects.get().is_purged
    assert actions.open_draft(world.awa, draft.procedure).pk != draft.pk


def test_withdrawing_a_filed_case_stops_everything(world, filed):
    assert actions.withdraw(filed.pk, world.awa).case.state == "withdrawn"
    assert not StoredFile.objects.get().is_purged
    with pytest.raises(CaseRefused):
        actions.propose(filed.pk, world.moussa, "granted", fields={"mention": "Néant"})


def test_an_agent_does_not_handle_their_own_request(world):
    own = actions.submit(fill(world, who=world.moussa).pk, world.moussa).case
    with pytest.raises(PermissionRefused, match="propre demande"):
        actions.take(own.pk, world.moussa)
    assert actions.take(own.pk, world.ibra)


# --- stale pages -----------------------------------------------------------------------------------------


def test_a_stale_page_is_refused_with_what_happened(world, filed):
    seen = filed.version
    actions.propose(filed.pk, world.ibra, "refused", reasons=["piece"], text="Faux.", version=seen)
    with pytest.raises(StaleCase) as stale:
        actions.propose(filed.pk, world.moussa, "granted", fields={"mention": "Néant"}, version=seen)
    assert "refus proposé" in stale.value.sentence
    assert stale.value.view.state == "awaiting_signature"


def test_the_signatory_signs_what_they_read(world, proposed):
    seen = Case.objects.get(pk=proposed.pk).version
    actions.return_proposal(proposed.pk, world.fatou, "À revoir", version=seen)
    actions.propose(proposed.pk, world.moussa, "refused", reasons=["piece"], text="Faux.")
    with pytest.raises(StaleCase):
        actions.sign(proposed.pk, world.fatou, version=seen)


def test_answers_typed_in_two_tabs_do_not_clash(world, draft):
    seen = draft.version
    actions.answer(draft.pk, world.awa, "qui", {"identity": IDENTITY}, version=seen)
    assert actions.answer(draft.pk, world.awa, "motif", {"motive": "autre"}, version=seen)
    with pytest.raises(StaleCase):
        actions.submit(draft.pk, world.awa, version=seen)


def test_every_prefix_of_the_story_gave_the_columns_of_its_time(world, proposed):
    done = actions.sign(proposed.pk, world.fatou)
    facts = [action for action, _key in CaseAction.objects.facts(done.case.pk)]
    for length in range(1, len(facts) + 1):
        assert rules.fold(done.view.definition, facts[:length], CALENDAR).version == length
    assert rules.columns(rules.fold(done.view.definition, facts, CALENDAR)) == rules.columns(done.view)
