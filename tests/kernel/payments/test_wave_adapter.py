"""Wave's signature and answers, without any operator."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.base import Refused, Unknown, Unreachable
from smartsenegal.kernel.payments.contrib import wave
from smartsenegal.kernel.payments.contrib.wave_signature import is_right, sign

SESSION = {
    "id": "cos-1",
    "amount": "2000",
    "currency": "XOF",
    "checkout_status": "open",
    "payment_status": "processing",
    "client_reference": "k",
    "wave_launch_url": "https://pay.example/c/cos-1",
}


def test_a_signature_worked_by_hand() -> None:
    # printf '1639081943{"id":"EV_1"}' | openssl dgst -sha256 -hmac wave_secret
    body = b'{"id":"EV_1"}'
    expected = "4e51dbfe5738d248f32f309ebff49c1b158338a75ea682bf6275b4245da573b1"
    assert sign("wave_secret", "1639081943", body) == expected


@given(st.binary(max_size=200), st.integers(0, 2**33), st.text(min_size=1, max_size=40))
def test_only_the_right_signature_passes(body: bytes, timestamp: int, secret: str) -> None:
    right = sign(secret, str(timestamp), body)
    assert is_right(f"t={timestamp},v1={right}", body, secret)
    assert is_right(f"t={timestamp}, v1={'0' * 64}, v1={right}", body, secret)
    assert not is_right(f"t={timestamp},v1={right}", body + b" ", secret)
    assert not is_right(f"t={timestamp + 1},v1={right}", body, secret)
    assert not is_right(f"t={timestamp},v1={right}", body, secret + "x")
    assert not is_right(f"t={timestamp},v0={right}", body, secret)


@pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=1,t=2,v1=00", "=,=", "é", "t=1,v1=é"])
def test_a_header_that_says_nothing_is_refused(header: str) -> None:
    assert not is_right(header, b"{}", "s")
    assert not is_right(f"t=1,v1={sign('', '1', b'{}')}", b"{}", ""), "no secret, no trust"


@pytest.mark.parametrize(
    ("checkout", "payment", "status"),
    [
        ("open", "processing", rules.READ_OPEN),
        ("open", None, rules.READ_OPEN),
        ("complete", "succeeded", rules.READ_PAID),
        ("expired", "succeeded", rules.READ_PAID),
        ("complete", "cancelled", rules.READ_FAILED),
        ("complete", "processing", rules.READ_OPEN),
        ("expired", "cancelled", rules.READ_EXPIRED),
        ("expired", "processing", rules.READ_EXPIRED),
        ("anything", "else", rules.READ_OPEN),
    ],
)
def test_states_of_a_session(checkout: str, payment: str | None, status: str) -> None:
    read = wave._reading({**SESSION, "checkout_status": checkout, "payment_status": payment})
    assert read.status == status


@pytest.mark.parametrize(("text", "francs"), [("2000", 2000), ("2000.00", 2000), (2000, 2000)])
def test_amounts_are_whole_francs(text: Any, francs: int) -> None:
    assert wave._reading({**SESSION, "amount": text}).amount == francs


@pytest.mark.parametrize(
    "broken",
    [{"amount": "12.50"}, {"amount": None}, {"amount": "x"}, {"id": ...}, {"currency": ...}],
)
def test_a_session_that_cannot_be_read_is_unknown(broken: dict[str, Any]) -> None:
    session = {k: v for k, v in {**SESSION, **broken}.items() if v is not ...}
    with pytest.raises(Unknown):
        wave._reading(session)


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (400, Refused),
        (401, Refused),
        (403, Refused),
        (422, Refused),
        (429, Unreachable),
        (409, Unknown),
        (500, Unknown),
        (503, Unknown),
    ],
)
def test_what_an_answer_means(status: int, raised: type[Exception]) -> None:
    assert type(wave._trouble(httpx.Response(status))) is raised


def test_the_search_keeps_only_our_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {**SESSION, "id": "cos-2", "client_reference": "K"}
    body = json.dumps({"result": [SESSION, other]}).encode()
    monkeypatch.setattr(wave, "_call", lambda *args, **options: httpx.Response(200, content=body))
    assert [r.ref for r in wave.Wave().find("k")] == ["cos-1"]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"result": null}', b"<html>"])
def test_an_answer_that_is_no_answer_is_unknown(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr(wave, "_call", lambda *args, **options: httpx.Response(200, content=body))
    with pytest.raises(Unknown):
        wave.Wave().find("k")
    with pytest.raises(Unknown):
        wave.Wave().query("cos-1", "k")
