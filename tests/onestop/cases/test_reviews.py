"""The applicant says how it went, once it is over; nothing leads back to the request."""

import pytest
from django.test import Client

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.procedures.models import Review
from tests.onestop.cases.test_awaited import client_of


def text(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


@pytest.fixture
def refused(world, filed):
    actions.propose(filed.pk, world.moussa, "refused", reasons=["piece"], text="L’extrait est faux.")
    return actions.sign(filed.pk, world.fatou).case


def test_the_end_of_a_request_asks_for_a_review(world, refused):
    awa: Client = client_of(world, world.awa)
    page = f"/dossiers/{refused.pk}/mon-avis/"
    assert "Donner mon avis" in text(awa.get(f"/dossiers/{refused.pk}/"))
    empty = awa.post(page, {"mark": "", "comment": "Des mots à ne pas perdre"})
    assert empty.status_code == 422
    assert "Choisissez une réponse." in text(empty)
    assert "Des mots à ne pas perdre" in text(empty)
    assert awa.post(page, {"mark": "2", "comment": "Trop long"}).status_code == 302
    assert "Vous avez répondu « Difficile »" in text(awa.get(f"/dossiers/{refused.pk}/"))
    assert "Trop long" in text(awa.get(page))
    review = Review.objects.get()
    assert str(refused.pk) not in review.key
    assert (review.mark, review.procedure.code) == (2, refused.procedure)


def test_a_request_under_way_asks_nothing(world, filed):
    awa: Client = client_of(world, world.awa)
    assert "mon-avis" not in text(awa.get(f"/dossiers/{filed.pk}/"))
    assert awa.get(f"/dossiers/{filed.pk}/mon-avis/").status_code == 302
    with pytest.raises(CaseRefused, match="terminée"):
        actions.give_review(filed.pk, world.awa, 5, "")


def test_nobody_speaks_for_the_applicant(world, refused):
    for who in (world.moussa, world.modou, world.lamine):
        with pytest.raises(PermissionRefused):
            actions.give_review(refused.pk, who, 5, "")
    assert Review.objects.count() == 0
