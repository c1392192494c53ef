"""What an operator does wrong: each payment is credited once, by reading it back."""

import time
from collections.abc import Callable

import httpx
import pytest

from tests.faults.conftest import Ill
from tests.faults.people import Applicant
from tests.faults.test_kills import expect_nothing_wrong

pytestmark = pytest.mark.fault


def session_of(instance: Ill, case: str) -> str:
    """The operator's reference of what is being paid for a case."""
    rows = instance.sql(
        "SELECT a.provider_ref FROM payments_attempt a JOIN payments_payable p ON p.id = a.payable_id"
        " WHERE p.subject = %s ORDER BY a.id DESC LIMIT 1",
        f"case:{case}",
    )
    return str(rows[0][0])


def eventually(condition: Callable[[], object], sentence: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, sentence
        time.sleep(0.2)


def credited(instance: Ill, case: str) -> list[tuple[str, str, int]]:
    """State of the payable, outcome of each attempt, transactions of the ledger."""
    return [
        (state, outcome, booked)
        for state, outcome, booked in instance.sql(
            "SELECT p.state, a.outcome, (SELECT count(*) FROM payments_transaction t"
            " WHERE t.key = 'attempt:' || a.key)"
            " FROM payments_payable p JOIN payments_attempt a ON a.payable_id = p.id"
            " WHERE p.subject = %s ORDER BY a.id",
            f"case:{case}",
        )
    ]


OUR_REFERENCES = (
    "SELECT a.key FROM payments_attempt a JOIN payments_payable p ON p.id = a.payable_id WHERE p.subject = %s"
)
ONCE = [("settled", "settled", 1)]


def all_callbacks_dealt_with(instance: Ill) -> bool:
    waiting = [e for e in instance.operator_state()["events"] if e["state"] in ("due", "held")]
    jobs = instance.sql(
        "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'payments' AND status <> 'failed'"
    )
    return not waiting and jobs[0][0] == 0


def begin(applicant: Applicant) -> str:
    """Open the payment of a new request; the address at the operator."""
    case = applicant.filed()
    page = applicant.person.open(f"/dossiers/{case}/paiement/")
    page = applicant.person.submit(page.form(button="avec Wave"), button="avec Wave")
    return page.link("Ouvrir")


def choose(address: str, choice: str) -> httpx.Response:
    return httpx.post(address, data={"choix": choice})


def test_a_callback_that_comes_twice_credits_once(instance: Ill, applicant: Applicant) -> None:
    instance.operator_faults(duplicate=1)
    choose(begin(applicant), "payer")
    eventually(lambda: credited(instance, applicant.case) == ONCE, "not credited")
    eventually(lambda: all_callbacks_dealt_with(instance), "callbacks are left")
    assert credited(instance, applicant.case) == ONCE
    applicant.pay()
    expect_nothing_wrong(instance.truth())


def test_a_callback_that_never_comes_is_not_needed(instance: Ill, applicant: Applicant) -> None:
    instance.operator_faults(callbacks="lose")
    choose(begin(applicant), "payer")
    applicant.pay()  # the payer's page makes us read back
    assert credited(instance, applicant.case) == ONCE
    assert any(e["state"] == "lost" for e in instance.operator_state()["events"])


def test_a_callback_that_comes_late_changes_nothing(instance: Ill, applicant: Applicant) -> None:
    instance.operator_faults(delay_seconds=4)
    choose(begin(applicant), "payer")
    applicant.pay()
    eventually(lambda: all_callbacks_dealt_with(instance), "the late callback did not come")
    assert credited(instance, applicant.case) == ONCE


def test_callbacks_in_disorder_end_at_the_truth(instance: Ill, applicant: Applicant) -> None:
    instance.operator_faults(reorder=1)
    address = begin(applicant)
    choose(address, "solde")
    choose(address, "payer")
    eventually(lambda: credited(instance, applicant.case) == ONCE, "not credited")
    eventually(lambda: all_callbacks_dealt_with(instance), "callbacks are left")
    assert credited(instance, applicant.case) == ONCE


def test_a_forged_callback_is_refused_and_written_in_the_journal(instance: Ill, applicant: Applicant) -> None:
    begin(applicant)
    session = session_of(instance, applicant.case)
    answer = httpx.post(f"{instance.operator}/_operateur/forger", data={"session": session})
    assert "401" in answer.text
    assert credited(instance, applicant.case) == [("open", "", 0)]
    assert instance.sql("SELECT 1 FROM audit_entry WHERE verb = 'payments.callback_forged' LIMIT 1")
    instance.verify_journal()


def test_a_real_callback_about_an_unpaid_session_credits_nothing(instance: Ill, applicant: Applicant) -> None:
    """Signed by the operator and still not believed: what it says is read back."""
    choose(begin(applicant), "refuser")
    eventually(lambda: all_callbacks_dealt_with(instance), "callbacks are left")
    assert credited(instance, applicant.case) == [("open", "", 0)]


@pytest.mark.parametrize("fault", ["down", "lost_answer"])
def test_an_operator_away_at_the_opening_is_paid_once_it_is_back(
    instance: Ill, applicant: Applicant, fault: str
) -> None:
    case = applicant.filed()
    if fault == "lost_answer":
        instance.operator_faults(create="lost_answer")
    else:
        instance.kill("operateur-wave")
    page = applicant.person.open(f"/dossiers/{case}/paiement/")
    page = applicant.person.submit(page.form(button="avec Wave"), button="avec Wave")
    assert "ne répond pas" in page.text or "attendons la réponse" in page.text
    instance.operator_ready()
    instance.operator_faults()
    applicant.pay()
    states = credited(instance, case)
    assert [s for s in states if s[1]] == ONCE, states
    paid = [s for s in instance.operator_state()["sessions"] if s["payment_status"] == "succeeded"]
    references = {str(k) for (k,) in instance.sql(OUR_REFERENCES, f"case:{case}")}
    assert len([s for s in paid if s["client_reference"] in references]) == 1


def test_another_amount_than_asked_is_held_and_the_ledger_adds_up(
    instance: Ill, applicant: Applicant
) -> None:
    instance.operator_faults(amount_delta=-50)
    choose(begin(applicant), "payer")
    eventually(lambda: credited(instance, applicant.case) == [("open", "held", 1)], "not held")
    instance.operator_faults()
    expect_nothing_wrong(instance.truth())
