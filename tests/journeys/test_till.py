"""Paid in cash: the person shows a reference, the cashier takes the money and gives change."""

import re

import pytest

from tests.journeys.conftest import Visits
from tests.journeys.people import CASHIER, sign_in, wait
from tests.journeys.story import RECORD, Story
from tests.journeys.visit import Visit


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without-javascript"])
def test_a_payment_at_the_till(visits: Visits, script: bool) -> None:
    story = Story(RECORD, visits(phone=True, script=script, quiet=True))
    story.file()
    found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", story.person.text())
    assert found, story.person.text()
    cashier = sign_in(visits(script=script), CASHIER)
    open_till(cashier)
    wrong_reference(cashier)
    find(cashier, found[0].lower().replace("-", " ")).check()
    cashier.page.get_by_label("Espèces remises").fill("300")
    cashier.expected.append(422)
    cashier.press("Encaisser", exact=True).check()
    assert cashier.page.locator(".ss-error-summary").count() == 1, cashier.text()
    cashier.page.get_by_label("Espèces remises").fill("1 000")
    cashier.press("Encaisser", exact=True).sees("600 F CFA").check()
    story.told("Paiement")
    person = story.person
    person.quiet = False
    wait(lambda: "payés le" in person.open(story.draft + "/").text(), "the payment does not reach the case")
    person.check()
    find(cashier, found[0]).check()
    assert cashier.page.get_by_role("button", name="Encaisser").count() == 0
    close_till(cashier)


def open_till(cashier: Visit) -> None:
    cashier.open("/paiements/caisse/").check()
    if cashier.page.get_by_role("button", name="Ouvrir la caisse").count():
        cashier.page.get_by_label("Espèces comptées dans la caisse").fill("50 000")
        cashier.press("Ouvrir la caisse").sees("Encaissé").check()


def wrong_reference(cashier: Visit) -> None:
    find(cashier, "AAAA-AAAA").check()
    assert cashier.page.locator(".ss-error-summary").count() == 1, cashier.text()


def find(cashier: Visit, reference: str) -> Visit:
    cashier.open("/paiements/caisse/")
    cashier.page.get_by_label("Référence de paiement").fill(reference)
    return cashier.press("Trouver")


def close_till(cashier: Visit) -> None:
    """The count that was expected is told only afterwards."""
    cashier.open("/paiements/caisse/").follow("Fermer la caisse").check()
    assert "Attendu" not in cashier.text()
    cashier.page.get_by_label("Espèces comptées dans la caisse").fill("50 400")
    cashier.press("Fermer la caisse").sees("Attendu", "Écart").check()
