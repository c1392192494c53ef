"""What follows from a case's events: money, messages, the act; each once, however often it is delivered."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.documents.api import StoredFile, act_content, acts_of, verify_bytes
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.events.actions import deliver_once
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.notifications.rules import sms_size
from smartsenegal.kernel.notifications.templating import render, template_for
from smartsenegal.kernel.payments import api as payments
from smartsenegal.onestop.cases import actions, jobs, messages
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import Asked
from tests.jobs import drain
from tests.onestop.cases.browsing import text_of
from tests.onestop.cases.world import fill

ASKED = [Asked("answer", "motive", "inexact", "Dites le vrai motif.")]


def told(case: Case, channel: str = "sms") -> list[str]:
    about = Message.objects.filter(about=case.subject, channel=channel).order_by("created_at", "id")
    return [m.template for m in about]


def test_filing_with_fees_opens_the_payable_and_says_to_pay(world):
    case = actions.submit(fill(world, "bulletin-numero-3").pk, world.awa).case
    drain("events.deliver")
    payable = payments.payable_for(f"case:{case.pk}:fees")
    assert payable is not None
    assert payable.amount == 400
    assert told(case) == ["case.to_pay"]
    body = Message.objects.get(about=case.subject, channel="sms").body
    assert case.reference in body
    assert f"/dossiers/{case.reference}/" in body


def test_a_settled_payment_reaches_the_case_once(world):
    case = actions.submit(fill(world, "bulletin-numero-3").pk, world.awa).case
    drain("events.deliver")
    payable = payments.payable_for(f"case:{case.pk}:fees")
    for _ in range(2):  # an operator that calls back twice
        events.emit("payment.settled", case.subject, {"payable": str(payable.pk), "subject": case.subject})
    drain("events.deliver")
    case.refresh_from_db()
    assert case.state == "in_review"
    assert case.actions.filter(kind="payment_settled").count() == 1
    assert told(case) == ["case.to_pay", "case.payment_settled"]


def test_a_payment_of_something_else_is_left_alone(world, filed):
    events.emit("payment.settled", "till:1", {"payable": "x", "subject": "till:1"})
    drain("events.deliver")
    filed.refresh_from_db()
    assert not filed.actions.filter(kind="payment_settled").exists()


def test_an_event_delivered_twice_tells_once(world, filed):
    drain("events.deliver")
    event = Event.objects.get(kind="case.submitted", subject=filed.subject)
    assert not deliver_once(event.pk, "cases.tell:case.submitted")
    assert told(filed) == ["case.submitted"]
    assert told(filed, "page") == ["case.submitted"]


def test_each_step_has_its_message(world, filed):
    drain("events.deliver")
    actions.request_corrections(filed.pk, world.moussa, ASKED, timezone.localdate() + timedelta(days=2))
    drain("events.deliver")
    body = Message.objects.get(template="case.corrections_requested", channel="page").body
    assert "Dites le vrai motif." in body
    jobs.remind(0)
    jobs.remind(0)
    drain("events.deliver")
    actions.answer(filed.pk, world.awa, "motif", {"motive": "emploi"})
    actions.send_corrections(filed.pk, world.awa)
    actions.propose(filed.pk, world.moussa, "refused", reasons=["piece"], text="Faux.")
    actions.sign(filed.pk, world.fatou)
    drain("events.deliver")
    assert told(filed) == [
        "case.submitted", "case.corrections_requested", "case.reminded", "case.corrected", "case.refused",
    ]  # fmt: skip


def test_what_is_corrected_meanwhile_is_not_asked_any_more(world, filed):
    drain("events.deliver")
    actions.request_corrections(filed.pk, world.moussa, ASKED, timezone.localdate() + timedelta(days=2))
    actions.answer(filed.pk, world.awa, "motif", {"motive": "emploi"})
    actions.send_corrections(filed.pk, world.awa)
    drain("events.deliver")
    assert told(filed) == ["case.submitted", "case.corrected"]


def test_a_draft_given_up_tells_nothing(world, draft):
    actions.withdraw(draft.pk, world.awa)
    drain("events.deliver")
    assert told(draft) == []


def test_withdrawing_cancels_what_was_to_pay(world):
    case = actions.submit(fill(world, "bulletin-numero-3").pk, world.awa).case
    drain("events.deliver")
    actions.withdraw(case.pk, world.awa)
    drain("events.deliver")
    assert payments.state_of(case.subject) == "cancelled"
    late = actions.settle_payment(case.pk, "late")
    assert late.case.badges == ["refund_due"]


def test_corrections_that_do_not_come_close_the_case(world, filed, monkeypatch):
    actions.request_corrections(filed.pk, world.moussa, ASKED, timezone.localdate() + timedelta(days=2))
    jobs.close_overdue(0)
    filed.refresh_from_db()
    assert filed.state == "corrections_requested"
    later = timezone.localdate() + timedelta(days=3)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: later)
    jobs.close_overdue(0)
    jobs.close_overdue(0)
    filed.refresh_from_db()
    assert filed.state == "lapsed"
    assert filed.actions.filter(kind="lapsed").count() == 1


def test_a_grant_makes_one_signed_act(world, proposed):
    actions.sign(proposed.pk, world.fatou)
    drain()
    jobs.issue_act(str(proposed.pk))  # a worker killed just before its end
    proposed.refresh_from_db()
    (act,) = acts_of(proposed.subject)
    assert (proposed.state, proposed.act_number) == ("issued", act.number)
    assert proposed.act_id == act.pk
    assert told(proposed)[-1] == "case.act_issued"
    assert act.authority == world.thies.name


def test_an_act_made_but_not_noted_is_noted_at_the_next_try(world, proposed, monkeypatch):
    actions.sign(proposed.pk, world.fatou)
    from smartsenegal.onestop.cases.actions import acts

    def killed(*args: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(acts, "record_act", killed)
        with pytest.raises(RuntimeError):
            actions.issue_act(proposed.pk)
    actions.issue_act(proposed.pk)
    assert len(acts_of(proposed.subject)) == 1
    proposed.refresh_from_db()
    assert proposed.state == "issued"


def test_the_act_says_what_was_decided_and_can_be_verified(world, proposed):
    actions.sign(proposed.pk, world.fatou)
    drain()
    (act,) = acts_of(proposed.subject)
    content = act_content(act)
    assert content.holder == "Awa Ndiaye"
    assert content.fields["n"] == "Awa Ndiaye"
    person = Client()
    person.force_login(world.account(world.awa))
    page = person.get(f"/dossiers/{proposed.pk}/")
    assert act.number in text_of(page)
    assert act.code in page.content.decode()
    pdf = b"".join(person.get(f"/dossiers/{proposed.pk}/acte/", follow=True).streaming_content)
    assert pdf.startswith(b"%PDF-")
    assert verify_bytes(pdf).state == "genuine"
    stranger = Client()
    stranger.force_login(world.account(world.modou))
    assert stranger.get(f"/pieces/{act.pdf_id}/").status_code == 404


def test_pieces_are_scheduled_for_destruction_once_it_is_over(world, proposed, settings):
    from smartsenegal.kernel.documents.queries import retention_rules

    actions.sign(proposed.pk, world.fatou)
    drain()
    known = {rule.purpose for rule in retention_rules() if rule.days is not None}
    file = StoredFile.objects.get(subject=proposed.subject, purpose="piece")
    assert (file.purge_after is not None) == ("piece" in known)


def test_a_revoked_act_is_noted(world, proposed):
    actions.sign(proposed.pk, world.fatou)
    drain()
    (act,) = acts_of(proposed.subject)
    from smartsenegal.kernel.documents.api import REVOCATION_REASONS, revoke

    revoke(act.pk, world.fatou, next(iter(REVOCATION_REASONS)))
    drain()
    proposed.refresh_from_db()
    assert proposed.badges == ["revoked"]
    assert told(proposed)[-1] == "case.act_revoked"


@pytest.mark.parametrize("name", messages.WORDS)
def test_every_text_is_complete_and_its_sms_short(name):
    for channel in ("sms", "page", "email"):
        _, body = render(template_for(name, channel, "fr"), messages.SAMPLE)
        assert messages.SAMPLE["link"] in body
    from smartsenegal.kernel.notifications.rules import economical

    _, sms = render(template_for(name, "sms", "fr"), messages.SAMPLE)
    size = sms_size(economical(sms))
    assert (size.encoding, size.segments <= 2) == ("gsm7", True)
