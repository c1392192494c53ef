"""What the GSMA's answers mean, without any operator."""

import hashlib
import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.base import Forged, Refused, Unknown, Unreachable
from smartsenegal.kernel.payments.contrib import gsma

KEY = "0190aaaabbbb7ccc8ddd0123456789ab"
TRANSACTION = {
    "transactionReference": "MP1",
    "transactionStatus": "completed",
    "amount": "2000.00",
    "currency": "XOF",
}


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (400, "insufficientFunds", Refused),
        (400, "duplicateRequest", Unknown),
        (400, "genericError", Unknown),
        (400, "rateLimitError", Unreachable),
        (401, "clientAuthorisationError", Refused),
        (404, "identifierError", Refused),
        (409, "", Unknown),
        (429, "", Unreachable),
        (500, "genericError", Unknown),
        (503, "", Unknown),
    ],
)
def test_what_an_error_means(status: int, code: str, raised: type[Exception]) -> None:
    body = json.dumps({"errorCategory": "businessRule", "errorCode": code}).encode()
    assert type(gsma._trouble(httpx.Response(status, content=body))) is raised


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>"])
def test_an_error_that_is_no_error_object(body: bytes) -> None:
    assert type(gsma._trouble(httpx.Response(500, content=body))) is Unknown


@given(st.text(max_size=30))
def test_an_unknown_word_is_no_end(word: str) -> None:
    known = {"completed", "success", "successful", "reversed", "failed", "declined", "rejected"}
    known |= {"cancelled", "canceled", "expired", "timeout"}
    if word.strip().lower() not in known:
        assert gsma._status(word) == rules.READ_OPEN


@pytest.mark.parametrize(
    "broken",
    [
        {"amount": "12.50"},
        {"amount": None},
        {"transactionReference": ...},
        {"currency": ...},
        {"amount": "x"},
    ],
)
def test_a_transaction_that_cannot_be_read_is_unknown(broken: dict[str, Any]) -> None:
    body = {k: v for k, v in {**TRANSACTION, **broken}.items() if v is not ...}
    with pytest.raises(Unknown):
        gsma._of_transaction(body, KEY)


def test_a_transaction_of_another_request_is_not_ours() -> None:
    body = {**TRANSACTION, "requestingOrganisationTransactionReference": "autre"}
    with pytest.raises(Unknown, match="another request"):
        gsma._of_transaction(body, KEY)


@pytest.mark.parametrize("state", [{}, {"serverCorrelationId": "x", "status": "perhaps"}])
def test_a_request_state_that_says_nothing_is_unknown(state: dict[str, Any]) -> None:
    with pytest.raises(Unknown):
        gsma._state(state, KEY)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": "faux"},
        {"X-API-Key": "é"},
        {"X-API-Key": "juste", "X-CorrelationID": "pas un uuid"},
        {"X-API-Key": "juste", "X-CorrelationID": KEY, "X-Content-Hash": "00"},
    ],
)
def test_a_callback_without_its_key_or_its_request_is_forged(headers: dict[str, str], settings: Any) -> None:
    settings.MOBILE_MONEY_CALLBACK_KEY = "juste"
    with pytest.raises(Forged):
        gsma.MobileMoney().verify_webhook(headers, b"{}")


def test_without_a_secret_nothing_is_trusted(settings: Any) -> None:
    settings.MOBILE_MONEY_CALLBACK_KEY = ""
    with pytest.raises(Forged):
        gsma.MobileMoney().verify_webhook({"X-API-Key": "", "X-CorrelationID": KEY}, b"{}")


def test_what_a_callback_says(settings: Any) -> None:
    settings.MOBILE_MONEY_CALLBACK_KEY = "juste"
    body = json.dumps({"transactionReference": "MP1\x00"}).encode()
    told = gsma.MobileMoney().verify_webhook(
        {
            "x-api-key": "juste",
            "X-CorrelationID": KEY,
            "X-Content-Hash": hashlib.sha256(body).hexdigest().upper(),
        },
        body,
    )
    assert (told.key, told.ref) == (KEY, "transactions/MP1")


@pytest.mark.parametrize(
    ("status", "credit", "amount"),
    [
        ("completed", "accountid", 700),
        ("completed", "msisdn", -700),
        ("reversed", "accountid", 700),
        ("pending", "accountid", None),
        ("failed", "accountid", None),
    ],
)
def test_a_statement_entry_is_a_movement_of_our_account(
    settings: Any, status: str, credit: str, amount: int | None
) -> None:
    settings.MOBILE_MONEY_ACCOUNT = "accountid=42"
    line = gsma._statement_line(
        {
            **TRANSACTION,
            "transactionStatus": status,
            "amount": "700",
            "creditParty": [{"key": credit, "value": "42"}],
            "creationDate": "2026-11-24T23:59:59+01:00",
        }
    )
    assert (line and line.amount) == amount
    if line:
        assert line.at.isoformat() == "2026-11-24T22:59:59+00:00"


def test_a_payment_reversed_before_it_was_booked_brought_nothing() -> None:
    read = gsma._of_transaction({**TRANSACTION, "transactionStatus": "reversed"}, KEY)
    assert read.status == rules.READ_FAILED
