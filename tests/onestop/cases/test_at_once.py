"""Several people, or several copies of one request, at the same moment: real transactions in real threads."""

from typing import Any

import pytest

from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.errors import CaseRefused, StaleCase
from smartsenegal.onestop.cases.models import Case
from tests.at_once import at_once
from tests.onestop.cases.world import World, fill, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def there(transactional_db: Any) -> World:
    return make_world()


def test_two_officers_decide_at_once_and_one_alone_decides(there):
    case = actions.submit(fill(there).pk, there.awa).case
    outcomes = at_once(
        lambda: actions.propose(
            case.pk, there.moussa, "granted", fields={"mention": "Néant"}, version=case.version
        ),
        lambda: actions.propose(
            case.pk, there.ibra, "refused", reasons=["piece"], text="Faux.", version=case.version
        ),
    )
    refused = [o for o in outcomes if isinstance(o, Exception)]
    assert [type(o) for o in refused] == [StaleCase]
    assert case.actions.filter(kind="proposed").count() == 1
    case.refresh_from_db()
    assert case.version == case.actions.count()


def test_one_click_sent_five_times_files_once(there):
    draft = fill(there)
    outcomes = at_once(
        *[lambda: actions.submit(draft.pk, there.awa, version=draft.version, request_key="k")] * 5
    )
    assert {o.case.reference for o in outcomes} == {Case.objects.get(pk=draft.pk).reference}
    assert sum(not o.replayed for o in outcomes) == 1


def test_a_procedure_opened_five_times_at_once_makes_one_draft(there):
    outcomes = at_once(*[lambda: actions.open_draft(there.awa, "certificat-gratuit")] * 5)
    assert len({o.pk for o in outcomes}) == 1
    assert Case.objects.count() == 1


def test_a_payment_noted_twice_at_once_counts_once(there):
    case = actions.submit(fill(there, "bulletin-numero-3").pk, there.awa).case
    outcomes = at_once(*[lambda: actions.settle_payment(case.pk, "p1")] * 4)
    assert sum(not o.replayed for o in outcomes) == 1
    assert case.actions.filter(kind="payment_settled").count() == 1


def test_numbers_given_at_once_are_never_the_same(there):
    people = [there.awa, there.modou, there.coumba, there.ibra]
    drafts = [(fill(there, who=who), who) for who in people]
    outcomes = at_once(*[lambda d=d, w=w: actions.submit(d.pk, w) for d, w in drafts])
    assert len({o.case.reference for o in outcomes}) == len(people)


def test_withdrawing_while_the_signatory_signs(there):
    case = actions.submit(fill(there).pk, there.awa).case
    actions.propose(case.pk, there.moussa, "granted", fields={"mention": "Néant"})
    outcomes = at_once(
        lambda: actions.sign(case.pk, there.fatou), lambda: actions.withdraw(case.pk, there.awa)
    )
    assert sum(isinstance(o, CaseRefused) for o in outcomes) == 1
    case.refresh_from_db()
    assert case.state in ("granted", "withdrawn")
