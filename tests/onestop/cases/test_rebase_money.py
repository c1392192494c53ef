"""What is owed when a case moves to a newer revision: less for who has not paid, never more for anybody."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.payments import api as payments
from smartsenegal.onestop.cases import actions, queries
from smartsenegal.onestop.cases.actions import previews
from smartsenegal.onestop.cases.models import Case, CaseAction, Rebase
from smartsenegal.onestop.procedures.api import Definition, Delay, Revision
from smartsenegal.onestop.procedures.definition import DatedAmount
from tests.jobs import drain
from tests.onestop.cases.browsing import text_of
from tests.onestop.cases.permit import later
from tests.onestop.cases.samples import PLAIN
from tests.onestop.cases.test_actions import assert_columns_are_the_fold
from tests.onestop.cases.world import fill, person, publish

__all__ = ["later"]
URL = f"/dossiers/revisions/{PLAIN.code}/"


def tariff(amount: int, starts: date = date(2020, 1, 1), **more: Any) -> Definition:
    """The procedure with this amount for each of its two fees."""
    dated = (DatedAmount(starts, amount),)
    return replace(PLAIN, fees=tuple(replace(f, amounts=dated) for f in PLAIN.fees), **more)


@pytest.fixture
def khady(world) -> Any:
    """In charge of the procedure."""
    root, _ = Organisation.objects.get_or_create(
        code=PLAIN.owner, defaults={"name": "Ministère", "kind": "ministry", "territory": world.country}
    )
    return person("Khady Gueye", "+221771000041", ("procedure_owner", root))


@pytest.fixture
def owing(world) -> Case:
    """A case whose 400 F CFA are still to be paid."""
    case = actions.submit(fill(world, PLAIN.code).pk, world.awa).case
    drain("events.deliver")
    return case


def view_of(case: Case) -> Any:
    return queries.for_system(case.pk).view


def payables(case: Case) -> list[tuple[int, str]]:
    return [(p.amount, p.state) for p in payments.payables_of(case.subject)]


def move(case: Case, target: Revision, by: Any) -> queries.Plan:
    plan = actions.rebase_case(case.pk, target, by)
    drain("events.deliver")
    assert_columns_are_the_fold(Case.objects.get(pk=case.pk))
    return plan


def test_a_lower_fee_reaches_who_has_not_paid(owing, khady) -> None:
    assert payables(owing) == [(400, "open")]
    assert move(owing, publish(tariff(75)), khady).money == "lowered"
    assert payables(owing) == [(400, "cancelled"), (150, "open")]
    assert view_of(owing).total_to_pay == 150
    told = Message.objects.get(template="case.rebased", channel="page").body.replace("\u00a0", " ")
    assert "La somme à payer passe de 400 F CFA à 150 F CFA" in told.replace("\u202f", " ")
    open_one = payments.payables_of(owing.subject).last()
    assert actions.payable_of(owing.pk).pk == open_one.pk
    done = actions.settle_payment(owing.pk, str(open_one.pk), step=actions.step_of_key(open_one.key))
    assert (done.view.state, done.view.record.received) == ("in_review", 150)


def test_a_second_move_lowers_again_and_never_back(owing, khady) -> None:
    move(owing, publish(tariff(100)), khady)
    move(owing, publish(tariff(50)), khady)
    assert move(owing, publish(tariff(150)), khady).money == "due"
    assert payables(owing) == [(400, "cancelled"), (200, "cancelled"), (100, "open")]


def test_a_higher_fee_never_applies_to_who_filed(owing, khady) -> None:
    target = publish(tariff(900, delay=Delay(5, "calendar_days")))
    assert move(owing, target, khady).money == "due"
    assert Case.objects.get(pk=owing.pk).revision_id == target.pk
    assert payables(owing) == [(400, "open")]


def test_an_amount_that_does_not_hold_yet_changes_nothing(owing, khady) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    fees = tuple(replace(f, amounts=(*f.amounts, DatedAmount(tomorrow, 50))) for f in PLAIN.fees)
    assert move(owing, publish(replace(PLAIN, fees=fees)), khady).money == "due"
    assert payables(owing) == [(400, "open")]


def test_who_has_paid_keeps_what_they_paid(owing, khady) -> None:
    actions.settle_payment(owing.pk, "p")
    assert move(owing, publish(tariff(75)), khady).money == "paid"
    assert (view_of(owing).total, view_of(owing).record.received) == (400, 400)


DONE = {"outcome": "settled", "succeeded_at": timezone.now(), "received": 400}


@pytest.mark.parametrize(
    ("state", "left"),
    [("created", True), ("pending", True), ("unknown", True), ("succeeded", True),
     ("failed", False), ("expired", False)],
)  # fmt: skip
def test_a_payment_under_way_is_left_alone(owing, khady, world, state: str, left: bool) -> None:
    payable = payments.payables_of(owing.subject).get()
    # Paid, and the case not told yet, is left alone as well.
    more = DONE if state == "succeeded" else {}
    payments.Attempt.objects.create(
        payable=payable, provider="demo", key="k1", amount=400, state=state, **more
    )
    publish(tariff(75))
    browser = Client()
    browser.force_login(world.account(khady))
    sent = {"revisions": [owing.revision_id], "legal_text": ""}
    shown = browser.post(URL, sent, follow=True)
    seen = text_of(shown)
    assert ("Un paiement est en cours" in seen) is left
    assert ("Somme encore due, qui baisse 1" in seen) is not left
    browser.post(shown.request["PATH_INFO"])
    drain("cases.run_rebase", "events.deliver")
    assert payables(owing) == ([(400, "open")] if left else [(400, "cancelled"), (150, "open")])


def test_what_becomes_free_goes_on_at_once_and_its_delay_starts_then(owing, khady, later) -> None:
    later(3)
    plan = move(owing, publish(replace(PLAIN, fees=())), khady)
    assert "La somme à payer n’est plus due." in [c.sentence for c in plan.changes]
    view = view_of(owing)
    assert (view.state, view.to_pay) == ("in_review", ())
    assert view.due == timezone.localdate() + timedelta(days=13)
    assert payables(owing) == [(400, "cancelled")]


def test_what_a_service_assessed_stays(world, khady) -> None:
    from tests.onestop.cases.permit import make_permit
    from tests.onestop.cases.samples import PERMIT

    permit = make_permit(world)
    case = permit.consulted()
    actions.assess(case.pk, world.moussa, "liquidation", {"taxe": 2_000})
    drain("events.deliver")
    fees = tuple(replace(f, minimum=10, maximum=20) if f.assessed_at else f for f in PERMIT.fees)
    move(case, publish(replace(PERMIT, fees=fees)), khady)
    assert view_of(case).total_to_pay == 2_000
    assert payables(case)[-1] == (2_000, "open")


# --- the text that the revision carries, and the preview ------------------------------------


def test_the_revision_carries_the_text_that_applies_it(owing, khady, world) -> None:
    text = "Décret n° 2026-100, article 4"
    target = publish(tariff(200, delay=Delay(90, "calendar_days"), applies_to_open=text))
    actions.settle_payment(owing.pk, "p")
    browser = Client()
    browser.force_login(world.account(khady))
    page = browser.get(URL)
    assert text in text_of(page)
    assert "legal_text" not in page.content.decode()
    sent = {"revisions": [owing.revision_id], "legal_text": "Une note de service"}
    shown = browser.post(URL, sent, follow=True)
    seen = text_of(shown)
    assert "1 dossier sur 1 passerait" in seen
    assert f"Texte qui s’applique aux demandes en cours {text}" in seen
    browser.post(shown.request["PATH_INFO"])
    drain("cases.run_rebase")
    assert Case.objects.get(pk=owing.pk).revision_id == target.pk
    assert CaseAction.objects.get(case=owing, kind="rebased").payload["legal_text"] == text


def test_the_preview_counts_all_and_lists_the_first(owing, khady, world, monkeypatch) -> None:
    from smartsenegal.onestop.cases.queries import rebase as reading

    paid = actions.submit(fill(world, PLAIN.code, world.modou).pk, world.modou).case
    actions.settle_payment(paid.pk, "p")
    signed = actions.submit(fill(world, PLAIN.code, world.ibra).pk, world.ibra).case
    actions.settle_payment(signed.pk, "q")
    actions.propose(signed.pk, world.moussa, "granted", fields={"mention": "Néant"})
    publish(tariff(75, delay=Delay(5, "calendar_days")))
    monkeypatch.setattr(previews, "MOST_LISTED", 1)
    monkeypatch.setattr(previews, "AT_ONCE", 2)
    monkeypatch.setattr(previews, "TOGETHER", 2)
    monkeypatch.setattr(reading, "_TOGETHER", 2)
    browser = Client()
    browser.force_login(world.account(khady))
    sent = {"revisions": [owing.revision_id], "legal_text": ""}
    page = browser.post(URL, sent, follow=True).request["PATH_INFO"]
    assert "Dossiers examinés : 0 sur 3" in text_of(browser.get(page)).replace("\u00a0", " ")
    assert browser.post(page).status_code == 409, "nothing moves before it is known what would change"
    drain("cases.run_preview")
    seen = text_of(browser.get(page))
    assert "2 dossiers sur 3 passeraient" in seen
    assert "Somme encore due, qui baisse 1" in seen
    assert "Somme du dépôt déjà payée, rien ne change 1" in seen
    assert "déjà proposée ou signée : 1" in seen.replace("\u00a0", " ")
    listed = [c.reference for c in (owing, paid, signed) if c.reference in seen]
    assert listed == [owing.reference]
    monkeypatch.setattr(reading, "MOST_REBASED", 2)
    assert "il en restera 1" in text_of(browser.post(URL, sent, follow=True))
    publish(tariff(50))
    assert "Une autre révision est en vigueur" in text_of(browser.post(page))
    assert not Rebase.objects.exists()
