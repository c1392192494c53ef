"""Who signs for another: what they see, what is printed, and that it ends at once."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents.api import acts_of, verify_code
from smartsenegal.kernel.documents.models import StoredFile
from smartsenegal.kernel.identity.api import (
    Delegation,
    PermissionRefused,
    RoleAssignment,
    assign_role,
    delegate,
    end_delegation,
    principal_for,
    system,
)
from smartsenegal.lib.ids import uuid7
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.access import scope_of
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, CaseAction
from smartsenegal.onestop.cases.queries import Wanted
from smartsenegal.onestop.procedures.api import definition_of
from tests.jobs import drain
from tests.onestop.cases.browsing import send, text_of
from tests.onestop.cases.permit import Permit, make_permit
from tests.onestop.cases.world import fill, person, picture


def _terms(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "starts_on": today,
        "ends_on": today + timedelta(days=20),
        "quality": "Le greffier en chef adjoint",
        "number": "12/2026",
        "act_on": today,
        "document": str(uuid7()),
    } | changes


@pytest.fixture
def anta(world) -> Any:
    """Works in the court without instructing nor signing."""
    return person("Anta Mbaye", "+221771000031", ("adviser", world.thies))


def given(world, to, **changes: Any) -> Delegation:
    return delegate(world.fatou, world.account(to), world.thies, **_terms(**changes))


def now(world, who) -> Any:
    """The principal of somebody, as their next request has it."""
    return principal_for(world.account(who))


def client_of(world, who) -> Client:
    client = Client()
    client.force_login(world.account(who))
    return client


def test_a_deputy_signs_and_the_case_names_both(world, proposed, anta) -> None:
    with pytest.raises(PermissionRefused):
        actions.sign(proposed.pk, anta)
    held = given(world, anta)
    done = actions.sign(proposed.pk, now(world, anta))
    signed = done.view.record.signatures[-1]
    assert signed.delegation["giver"] == "Fatou Sow"
    assert done.view.record.decision.delegation == signed.delegation
    story = rules.for_agent(done.view.definition, [done.action])[0]
    assert "Accord signé, pour Fatou Sow par délégation (acte n°\u00a012/2026 du" in story.text
    assert story.by == "Anta Mbaye"
    entry = Entry.objects.get(verb="cases.signed")
    assert entry.detail["delegation"]["id"] == str(held.pk)
    assert entry.actor_label == "Anta Mbaye"


def test_the_act_and_the_page_that_checks_it_say_for_whom(world, proposed, anta) -> None:
    given(world, anta)
    actions.sign(proposed.pk, now(world, anta))
    drain("events.deliver", "cases.issue_act")
    act = acts_of(proposed.subject)[0]
    quality = f"Pour {definition_of(proposed.revision_id).act.signatory_quality.lower()} et par délégation"
    assert act.issued_by.startswith("Anta Mbaye, ")
    assert "et par délégation, le greffier en chef adjoint" in act.issued_by, (quality, act.issued_by)
    assert verify_code(act.code).signed_by == act.issued_by
    assert "par délégation" in text_of(Client().get(f"/v/{act.code}/"))


def test_an_interim_says_so(world, proposed, anta) -> None:
    given(world, anta, kind="deputy")
    actions.sign(proposed.pk, now(world, anta))
    drain("events.deliver", "cases.issue_act")
    assert ", par intérim, le greffier" in acts_of(proposed.subject)[0].issued_by


def test_a_refusal_is_signed_for_another_too(world, filed, anta) -> None:
    given(world, anta)
    reason = definition_of(filed.revision_id).reasons
    actions.propose(
        filed.pk, world.moussa, "refused", reasons=[r.key for r in reason[:1]], text="Faits inexacts."
    )
    done = actions.sign(filed.pk, now(world, anta))
    assert done.view.record.decision.delegation["number"] == "12/2026"


def test_withdrawn_in_the_middle_the_next_signature_is_refused_with_a_sentence(world, proposed, anta) -> None:
    held = given(world, anta)
    by = now(world, anta)
    browser = client_of(world, anta)
    assert browser.get(f"/dossiers/{proposed.pk}/instruction/").status_code == 200
    end_delegation(world.fatou, held)
    with pytest.raises(PermissionRefused, match="Vous ne signez plus pour Fatou Sow"):
        actions.sign(proposed.pk, now(world, anta))
    refused = browser.post(f"/dossiers/{proposed.pk}/instruction/signer/")
    assert refused.status_code == 403
    assert "Vous ne signez plus pour Fatou Sow" in text_of(refused)
    assert by.may("cases.sign")  # the principal of a request that is over
    assert Case.objects.get(pk=proposed.pk).state == "awaiting_signature"


def test_a_delegation_of_one_procedure_opens_its_cases_alone(world, proposed, anta) -> None:
    held = given(world, anta, procedures=["certificat-payant"])
    by = now(world, anta)
    assert queries.to_sign(scope_of(by, "cases.sign"), Wanted()) == []
    assert queries.search(scope_of(by, "cases.read"), proposed.reference) == []
    with pytest.raises(PermissionRefused):
        queries.agent_case(proposed.pk, by)
    end_delegation(world.fatou, held)
    step = f"{proposed.procedure}/{proposed.step}"
    given(world, anta, procedures=[step])
    by = now(world, anta)
    assert [c.pk for c in queries.to_sign(scope_of(by, "cases.sign"), Wanted())] == [proposed.pk]
    assert [c.pk for c in queries.search(scope_of(by, "cases.read"), proposed.reference)] == [proposed.pk]
    assert (
        queries.counts(scope_of(by, "cases.queue"), scope_of(by, "cases.sign"), timezone.localdate()).to_sign
        == 1
    )
    actions.sign(proposed.pk, by)


def test_another_step_of_the_procedure_is_not_covered(world, proposed, anta) -> None:
    given(world, anta, procedures=[f"{proposed.procedure}/autre"])
    with pytest.raises(PermissionRefused, match="ne couvre pas cette étape"):
        actions.sign(proposed.pk, now(world, anta))


def test_a_role_in_part_of_the_service_is_not_widened(world, proposed, anta) -> None:
    """Who instructs everything there keeps it beside a delegation that names one procedure."""
    assign_role(system("test"), world.account(anta), "officer", world.thies)
    given(world, anta, procedures=["certificat-payant"])
    assert scope_of(now(world, anta), "cases.queue").partly == ()
    assert [c.pk for c in queries.search(scope_of(now(world, anta), "cases.read"), proposed.reference)]


def test_nobody_decides_of_the_request_of_who_they_sign_for(world, anta) -> None:
    case = actions.submit(fill(world, who=world.fatou).pk, world.fatou).case
    actions.propose(case.pk, world.moussa, "granted", fields={"mention": "Néant"})
    given(world, anta)
    with pytest.raises(PermissionRefused, match="une autre personne doit en décider"):
        actions.sign(case.pk, now(world, anta))


def test_who_proposed_does_not_sign_for_another(world, filed) -> None:
    given(world, world.moussa)
    by = now(world, world.moussa)
    actions.propose(filed.pk, by, "granted", fields={"mention": "Néant"})
    with pytest.raises(CaseRefused, match="une autre personne doit la signer"):
        actions.sign(filed.pk, by)


def test_a_visa_and_an_act_of_the_state_are_given_for_the_prefect(world) -> None:
    permit: Permit = make_permit(world)
    deputy = person("Sous-préfète", "+221771000032", ("officer", permit.prefecture))
    delegate(permit.prefect, world.account(deputy), permit.prefecture, **_terms(quality="La sous-préfète"))
    case = permit.signed()
    by = now(world, deputy)
    step = next(s.key for s in definition_of(case.revision_id).circuit if s.kind == "visa")
    done = actions.give_visa(case.pk, by, step)
    assert done.action.data["delegation"]["quality"] == "La sous-préfète"
    text = rules.for_agent(done.view.definition, [done.action])[0].text
    assert "par délégation (acte n°\u00a012/2026" in text


def test_several_are_signed_together_under_a_delegation(world, anta) -> None:
    make_permit(world)
    given(world, anta)
    case = actions.submit(fill(world, "certificat-lot").pk, world.awa).case
    case = actions.propose(case.pk, world.moussa, "granted", fields={"mention": "Néant"}).case
    batch = actions.start_batch(now(world, anta), {case.pk: case.version})
    actions.run_batch(batch.pk)
    signed = CaseAction.objects.get(case=case, kind="signed")
    assert signed.payload["delegation"]["giver"] == "Fatou Sow"


# --- pages ----------------------------------------------------------------------------


def _sent(world, to, **changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "kind": "delegation",
        "deputy": to.account_id,
        "quality": "Le greffier en chef adjoint",
        "starts_on": today.strftime("%d/%m/%Y"),
        "ends_on": (today + timedelta(days=20)).strftime("%d/%m/%Y"),
        "number": "7/2026",
        "act_on": today.strftime("%d/%m/%Y"),
        "scan": _named(picture(), "arrete.jpg"),
    } | changes


def _named(stream: io.BytesIO, name: str) -> io.BytesIO:
    stream.name = name
    return stream


def test_the_page_keeps_the_scan_and_lists_what_is_signed_under_it(world, proposed, anta) -> None:
    browser = client_of(world, world.fatou)
    url = "/dossiers/delegations/nouvelle/"
    done = send(browser, url, _sent(world, anta), follow=True)
    held = Delegation.objects.get()
    assert done.request["PATH_INFO"] == f"/dossiers/delegations/{held.pk}/"
    assert "signe pour vous dès maintenant" in text_of(done)
    assert StoredFile.objects.get(pk=held.document).subject == f"delegation:{held.pk}"
    actions.sign(proposed.pk, now(world, anta))
    page = text_of(browser.get(f"/dossiers/delegations/{held.pk}/"))
    assert proposed.reference in page
    assert "Décision signée, accord" in page
    for who in (world.fatou, anta, world.lamine):
        client = client_of(world, who)
        assert client.get(f"/dossiers/delegations/{held.pk}/").status_code == 200
        assert client.get(f"/pieces/{held.document}/").status_code == 200
        assert "7/2026" in text_of(client.get("/dossiers/delegations/"))
    for who in (world.coumba, world.awa):
        client = client_of(world, who)
        assert client.get(f"/dossiers/delegations/{held.pk}/").status_code == 404
        assert client.get(f"/pieces/{held.document}/").status_code in (403, 404)


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(world, anta) -> None:
    browser = client_of(world, world.fatou)
    url = "/dossiers/delegations/nouvelle/"
    past = (timezone.localdate() - timedelta(days=1)).strftime("%d/%m/%Y")
    page = send(browser, url, _sent(world, anta, starts_on=past))
    assert page.status_code == 422
    assert "Le premier jour est déjà passé" in text_of(page)
    assert "7/2026" in page.content.decode()
    assert not StoredFile.objects.filter(purged_at=None, purpose="delegation").exists()
    page = send(browser, url, _sent(world, anta, scan=_named(io.BytesIO(b"<script>x</script>"), "a.pdf")))
    assert page.status_code == 422
    page = send(browser, url, {k: v for k, v in _sent(world, anta).items() if k != "scan"})
    assert "sans lui, la délégation n’a pas de preuve" in text_of(page)
    page = send(browser, url, _sent(world, anta, deputy=world.coumba.account_id))
    assert page.status_code == 422
    assert not Delegation.objects.exists()


def test_ended_on_the_page_by_who_gave_it(world, anta) -> None:
    held = given(world, anta)
    url = f"/dossiers/delegations/{held.pk}/fin/"
    assert client_of(world, anta).post(url).status_code == 403
    page = client_of(world, world.fatou).post(url, follow=True)
    assert "La délégation est terminée" in text_of(page)
    page = client_of(world, world.fatou).post(url, follow=True)
    assert "déjà terminée" in text_of(page)


def test_a_deputy_cannot_open_the_form(world, anta) -> None:
    given(world, anta)
    page = client_of(world, anta).get("/dossiers/delegations/nouvelle/")
    assert page.status_code == 403
    assert "ce qui est délégué ne se délègue pas" in text_of(page)


def test_the_list_costs_the_same_however_long(world, anta) -> None:
    browser = client_of(world, world.fatou)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get("/dossiers/delegations/").status_code == 200
        return len(seen)

    given(world, anta, procedures=["a"])
    before = cost()
    for code in "bcdef":
        given(world, anta, procedures=[code])
    assert cost() == before


def test_the_end_of_the_role_of_who_gave_it_is_told(world, proposed, anta) -> None:
    given(world, anta)
    RoleAssignment.objects.filter(account=world.account(world.fatou)).delete()
    with pytest.raises(PermissionRefused, match="avec les fonctions de cette personne"):
        actions.sign(proposed.pk, now(world, anta))


def test_signing_for_oneself_prints_nothing_more(world, proposed) -> None:
    done = actions.sign(proposed.pk, world.fatou)
    assert "delegation" not in done.action.data
    assert replace(done.view.record.decision, delegation=None) == done.view.record.decision
