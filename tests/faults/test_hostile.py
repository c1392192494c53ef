"""Hostile requests to a running instance: a clear refusal, nothing broken or doubled, the others served."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from smartsenegal.run.check.browser import Browser, Page
from smartsenegal.run.check.filling import answers
from tests.faults.conftest import Ill
from tests.faults.people import OFFICER, Applicant, post
from tests.faults.test_kills import expect_nothing_wrong

pytestmark = pytest.mark.fault

BROKEN = (
    b"",
    b"\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /%ED%A0%80/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /?q=%ED%A0%80%00%FF HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"POST /compte/connexion/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
    b"POST /compte/connexion/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /journal/ HTTP/1.1\r\n\r\n",
    b"POST /verifier/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + b"a" * 200_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
)


def say(instance: Ill, words: bytes, seconds: float = 5) -> bytes:
    """What the server answers to bytes, until it closes or says nothing more."""
    with socket.create_connection(("127.0.0.1", instance.port), timeout=seconds) as line:
        heard = b""
        try:
            line.sendall(words)
            line.shutdown(socket.SHUT_WR)
            while part := line.recv(65536):
                heard += part
        except OSError:
            pass
        return heard


@pytest.mark.parametrize("words", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_request_is_refused_and_breaks_nothing(instance: Ill, words: bytes) -> None:
    heard = say(instance, words)
    statuses = [line.split()[1] for line in heard.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    assert all(status < b"500" for status in statuses), heard[:300]
    assert instance.healthy()


def test_slow_lines_do_not_keep_others_out(instance: Ill) -> None:
    """Two hundred requests that never end; people are served meanwhile."""
    with ExitStack() as held:
        for _ in range(200):
            line = held.enter_context(socket.create_connection(("127.0.0.1", instance.port)))
            line.sendall(b"POST /verifier/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\na")
        for _ in range(5):
            assert httpx.get(f"{instance.url}/demarches/", timeout=10).status_code == 200


def test_a_form_too_large_is_refused_in_a_sentence(instance: Ill, applicant: Applicant) -> None:
    applicant.draft()
    form = next(f for f in applicant.person.page.forms if f.method == "post")
    answer = post(applicant.person, form, {"bulk": "é" * 3_000_000})
    assert answer.status_code == 413
    assert "trop" in answer.text


@pytest.mark.parametrize(
    "text", ["A\0wa", "\u202eawA", "Z" + "\u0301" * 300, "A" * 5000, "\ufeff", "<script>alert(1)</script>"]
)
def test_odd_letters_in_an_answer_are_told_beside_it_or_cleaned(
    instance: Ill, applicant: Applicant, text: str
) -> None:
    page = applicant.draft()
    while not any("first_names" in name for form in page.forms for name in form.names()):
        form = next(f for f in page.forms if f.method == "post")
        page = applicant.person.submit(form, answers(form))
    form = next(f for f in page.forms if any("first_names" in n for n in f.names()))
    name = next(n for n in form.names() if "first_names" in n)
    answer = post(applicant.person, form, {**answers(form), name: text})
    assert answer.status_code in (200, 302), answer.text[:500]
    assert "<script>alert" not in answer.text
    if answer.status_code == 200:
        again = Page(str(answer.url), 200, answer.text)
        assert again.title.startswith("Erreur"), again.title
        kept = next(f for f in again.forms if name in f.names()).values()
        assert any("Ndiaye" in v for values in kept.values() for v in values), "the rest stays typed"


def test_the_same_request_sent_twenty_times_at_once_is_filed_once(
    instance: Ill, applicant: Applicant
) -> None:
    applicant.ready()
    form = applicant.person.page.form(button="Envoyer")
    with ThreadPoolExecutor(20) as pool:
        sent = list(pool.map(lambda _: post(applicant.person, form).status_code, range(20)))
    assert set(sent) <= {302, 409}, sent
    truth = instance.truth()
    case = applicant.person.page.url.split("/dossiers/")[1].split("/")[0]
    assert truth["cases"][case]["kinds"]["submitted"] == 1
    assert truth["money"]["several_payables"] == []
    expect_nothing_wrong(truth)


def test_two_decisions_at_once_are_one(instance: Ill, applicant: Applicant) -> None:
    case = applicant.paid()
    officers = [applicant._agent(OFFICER), applicant._enter(applicant.visitor(), OFFICER)]
    forms = []
    for officer in officers:
        page = officer.open(f"/dossiers/{case}/instruction/accorder/")
        forms.append(page.form(button="Proposer"))
    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(lambda o, form: post(o, form, answers(form)).status_code, officers, forms))
    assert min(sent) == 302
    assert instance.truth()["cases"][case]["kinds"]["proposed"] == 1
    applicant.sign()


def test_the_case_of_somebody_else_is_not_there(instance: Ill, applicant: Applicant) -> None:
    case = applicant.filed()
    other = Applicant(instance.url)
    other.sign_up()
    for path in ("", "paiement/", "acte/", "reprendre/", "corrections/", "instruction/"):
        answer = other.person.client.get(f"{instance.url}/dossiers/{case}/{path}")
        assert answer.status_code in (403, 404), path
        assert "Ndiaye" not in answer.text
    form = next(f for f in other.draft().forms if f.method == "post")
    form.action = form.action.replace(other.case, case)
    assert post(other.person, form, answers(form)).status_code in (403, 404)
    expect_nothing_wrong(instance.truth())


def test_a_guessed_code_and_a_guessed_password_are_slowed_down(instance: Ill) -> None:
    """From one address: the door closes before a code of six digits can be found, and says for how long."""
    stranger = Browser(instance.url)
    stranger.client.headers["X-Forwarded-For"] = "10.9.9.9"
    page = stranger.open("/compte/connexion/mot-de-passe/")
    form = page.form(having="login")
    tried = [post(stranger, form, {"login": "conseil@demo.sn", "password": f"essai-{n}"}) for n in range(8)]
    assert tried[-1].status_code in (200, 422, 429)
    assert "trop" in tried[-1].text.lower() or tried[-1].status_code == 429
