"""`kill -9` at every form of the main job: nothing acknowledged is lost, nothing is done twice."""

import itertools
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from smartsenegal.run.config import Config
from smartsenegal.run.postgres import Cluster
from smartsenegal.run.processes import leftovers
from tests.faults.conftest import Ill
from tests.faults.people import Applicant
from tests.faults.stubborn import Blow, Chaos, StubbornJourney
from tests.instance import descendants

pytestmark = pytest.mark.fault

VICTIMS = ("pages", "travaux", "postgres", "operateur-wave")
MOMENTS = ("before", "during", "after")
# Early in a request, in its transaction, about its commit.
DELAYS = (0.005, 0.03, 0.08, 0.2)


def plan(start: int) -> Iterator[Blow]:
    """Blow after blow; four plans started one after the other deal every blow at about every form."""
    for number in itertools.count():
        turn = number + start
        moment = MOMENTS[(number + start // 2) % 3]
        yield Blow(VICTIMS[turn % 4], moment, DELAYS[number % 4] if moment == "during" else 0.0)


def test_the_main_job_under_blows(instance: Ill) -> None:
    """Two people at once: each suffers at each form, and from the other's blows at any moment.

    Two of the four plans a day, the other two the next: all would take a fifth of the time of all tests.
    """
    starts = ((0, 2), (1, 3))[datetime.now(UTC).toordinal() % 2]
    journeys = [StubbornJourney(instance.url, Chaos(instance, plan(start))) for start in starts]
    with ThreadPoolExecutor() as pool:
        for walk in [pool.submit(journey.walk) for journey in journeys]:
            walk.result()
    instance.wait_healthy()
    truth = instance.truth()
    for journey in journeys:
        assert journey.chaos is not None
        assert len(journey.chaos.dealt) >= 12, journey.chaos.dealt
        expect_one_whole_case(truth, journey.case)
    instance.verify_journal()


def expect_one_whole_case(truth: dict[str, Any], case: str) -> None:
    """This case was filed, paid, decided and sealed once, and nothing is wrong anywhere else."""
    found = truth["cases"][case]
    kinds = {
        kind: found["kinds"].get(kind, 0)
        for kind in ("submitted", "payment_settled", "proposed", "signed", "act_issued")
    }
    assert (found["state"], found["acts"], set(kinds.values())) == ("issued", 1, {1}), found
    paid = truth["money"]["payables"][case]
    assert (paid["state"], paid["lines"], paid["attempts"].get("settled"), paid["bookings"]) == (
        "settled", paid["amount"], 1, 1,
    ), paid  # fmt: skip
    expect_messages(truth["messages"]["by_case"][case])
    expect_nothing_wrong(truth)


def expect_messages(found: list[str]) -> None:
    """One message a step and channel; what is told of the filing depends on whether it is paid by then."""
    told = [message.replace("case.to_pay", "case.submitted") for message in found]
    names = ("case.submitted", "case.payment_settled", "case.act_issued")
    assert sorted(told) == sorted(f"{name} {channel}" for name in names for channel in ("page", "sms"))


def expect_nothing_wrong(truth: dict[str, Any]) -> None:
    assert {k: c["wrong_columns"] for k, c in truth["cases"].items() if c["wrong_columns"]} == {}
    references = [c["reference"] for c in truth["cases"].values() if c["reference"]]
    assert len(references) == len(set(references))
    money = truth["money"]
    assert money["trial_balance"] == 0
    assert money["several_payables"] == []
    assert money["received"] == money["booked"]
    assert truth["messages"]["several"] == []
    assert truth["messages"]["sent_twice"] == []
    assert truth["files"]["missing"] == []


# --- at one precise instant -------------------------------------------------------------


@contextmanager
def held(instance: Ill, query: str, *values: object) -> Iterator[None]:
    """Rows locked for the time of the block: what needs them waits in the middle of its transaction."""
    config = Config.from_environment(instance.environ())
    connection = psycopg.connect(Cluster(config).dsn("smartsenegal"))
    try:
        connection.execute(query, values)  # type: ignore[arg-type]
        yield
    finally:
        connection.close()


def waits(instance: Ill, condition: str, *values: object) -> None:
    until = time.monotonic() + 60
    while not instance.sql(condition, *values):
        assert time.monotonic() < until, condition
        time.sleep(0.002)


BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"


@pytest.mark.parametrize("victim", ["postgres", "pages"])
def test_killed_in_the_middle_of_a_filing(instance: Ill, applicant: Applicant, victim: str) -> None:
    """The transaction waits for its number; the person sends the same form again and is filed once."""
    applicant.ready()
    with ThreadPoolExecutor() as pool:
        with held(instance, "SELECT 1 FROM cases_counter FOR UPDATE"):
            sending = pool.submit(applicant.submit)
            waits(instance, BLOCKED, "%cases_counter%")
            instance.kill(victim)
        sending.result()
    instance.wait_healthy()
    truth = instance.truth()
    found = truth["cases"][applicant.case]
    assert (found["state"], found["kinds"]["submitted"]) == ("awaiting_payment", 1)
    expect_nothing_wrong(truth)
    instance.verify_journal()


def test_worker_killed_while_it_delivers_an_event(instance: Ill, applicant: Applicant) -> None:
    """The payment is settled, the event about it is being delivered when the worker dies."""
    case = applicant.filed()
    with ThreadPoolExecutor() as pool:
        with held(instance, "SELECT 1 FROM cases_case WHERE id = %s FOR UPDATE", case):
            paying = pool.submit(applicant.pay)
            waits(
                instance,
                "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing'"
                " AND args->>'listener' = 'cases.settle_payment'",
            )
            instance.kill("travaux")
        paying.result()
    waits(instance, "SELECT 1 FROM cases_case WHERE id = %s AND state = 'in_review'", case)
    truth = instance.truth()
    assert truth["cases"][case]["kinds"]["payment_settled"] == 1
    expect_nothing_wrong(truth)


def test_worker_killed_while_it_makes_the_act(instance: Ill, applicant: Applicant) -> None:
    applicant.paid()
    applicant.propose()
    applicant.sign()
    waits(
        instance,
        "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'cases.issue_act'"
        " AND args->>'case_id' = %s",
        applicant.case,
    )
    instance.kill("travaux")
    applicant.download()
    applicant.verify()
    waits(
        instance, "SELECT 1 FROM notifications_message WHERE template = 'case.act_issued' AND about = %s",
        f"case:{applicant.case}",
    )  # fmt: skip
    expect_one_whole_case(instance.truth(), applicant.case)
    numbers = [
        int(n.rsplit("-", 1)[1])
        for (n,) in instance.sql("SELECT number FROM documents_issuedact WHERE number LIKE 'ACR%%'")
    ]
    assert sorted(numbers) == list(range(1, len(numbers) + 1)), "acts are numbered without gaps"


def test_a_frozen_database_is_said_in_time_and_comes_back(instance: Ill, applicant: Applicant) -> None:
    """Stopped, not killed: its sockets stay open, and nothing ever comes of them."""
    case = applicant.filed()
    frozen = descendants(instance.pids("postgres")[0])  # the server, and who serves each connection
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        answers = [httpx.get(f"{instance.url}/healthz", timeout=15) for _ in range(3)]
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    assert [answer.status_code for answer in answers] == [503] * 3
    assert "ne répond pas" in answers[0].json()["parties"]["base"]["detail"]
    instance.wait_healthy()
    applicant.pay()
    waits(instance, "SELECT 1 FROM cases_case WHERE id = %s AND state = 'in_review'", case)
    expect_nothing_wrong(instance.truth())


def test_operator_killed_between_opening_and_payment(instance: Ill, applicant: Applicant) -> None:
    case = applicant.filed()
    page = applicant.person.open(f"/dossiers/{case}/paiement/")
    page = applicant.person.submit(page.form(button="avec Wave"), button="avec Wave")
    instance.kill("operateur-wave")
    operator = applicant.person.open(page.link("Ouvrir"))
    assert "Payer" in operator.text
    applicant.pay()
    truth = instance.truth()
    assert truth["money"]["payables"][case]["attempts"] == {"settled": 1}
    expect_nothing_wrong(truth)


def test_the_supervisor_itself_killed_leaves_nothing_and_starts_again(
    instance: Ill, applicant: Applicant
) -> None:
    applicant.ready()
    assert instance.process is not None
    instance.process.kill()
    instance.process.wait()
    until = time.monotonic() + 60
    while leftovers(instance.data):
        assert time.monotonic() < until, "its processes outlive it"
        time.sleep(0.05)
    instance.start()
    instance.wait_healthy()
    applicant.submit()
    truth = instance.truth()
    assert truth["cases"][applicant.case]["kinds"]["submitted"] == 1
    expect_nothing_wrong(truth)
    instance.verify_journal()


def test_a_start_ends_what_a_supervisor_left_running(instance: Ill, applicant: Applicant) -> None:
    """Children that do not hear of its death: stopped when it was killed, still there at the next start."""
    assert instance.process is not None
    deaf = instance.pids("travaux")
    for pid in deaf:
        os.kill(pid, signal.SIGSTOP)
    instance.process.kill()
    instance.process.wait()
    assert set(deaf) <= set(leftovers(instance.data))
    instance.start()
    assert not set(deaf) & set(leftovers(instance.data))
    applicant.paid()
