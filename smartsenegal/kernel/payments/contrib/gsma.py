"""Mobile money by the GSMA Mobile Money API 1.2, which operators may offer under that common form.

Checked in the OpenAPI document of version 1.2.0 that the GSMA publishes (a stored copy), and in its
guidelines as others quote them: `POST /transactions/type/merchantpay` (plain `POST /transactions` is
deprecated there) with `amount` as a string, `currency`, `creditParty` and `debitParty` as lists of
{key, value}; headers `X-Date`, `X-CorrelationID` (a UUID), `X-API-Key`, `X-Client-Id`, `X-Callback-URL`,
`X-Content-Hash` (SHA-256 of the content); 202 with a request state {serverCorrelationId, status: pending,
completed or failed, objectReference, error}, read at `/requeststates/{serverCorrelationId}`;
`/responses/{clientCorrelationId}` answering {link} to what our request became; `/transactions/{reference}`;
`POST /transactions/{reference}/reversals` with `type` "reversal" or "adjustment";
`/accounts/{identifierType}/{identifier}/statemententries` with `fromDateTime`, `toDateTime`, `limit`,
`offset`; errors {errorCategory, errorCode}. The same X-CorrelationID again is refused (`duplicateRequest`).
Callbacks are a PUT of the transaction, or of an error object, with the X-CorrelationID of the request and
the client's X-API-Key; the specification signs nothing, so a callback is believed in nothing but its
reference, like any other.

Not checked against an operator: none is under contract. `transactionStatus` is free text in the
specification: what is not plainly an end is taken as still open. Whether a reversal may be partial
("adjustment"), and what fees a merchant pays, are each operator's to say.

A payment's reference here is the path of its resource, `requeststates/…` until the operator has named the
transaction, then `transactions/…`.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import httpx
from django.conf import settings
from django.utils import timezone

from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.base import (
    Callback,
    Checkout,
    Forged,
    Reading,
    Refused,
    StatementLine,
    Unknown,
    Unreachable,
)
from smartsenegal.kernel.payments.contrib.plain import francs, plain

TIMEOUT = httpx.Timeout(12, connect=4)
PAGE = 200
UNREACHABLE = (
    "L’opérateur ne répond pas pour le moment. Réessayez dans quelques minutes, ou payez au guichet."
)
REFUSED = "L’opérateur a refusé ce paiement : choisissez un autre moyen, ou payez au guichet."
NO_ACCOUNT = "Ce numéro n’a pas de compte de mobile money : vérifiez-le, ou payez autrement."
_LIMIT = "Ce paiement dépasse un plafond de ce compte : payez autrement, ou au guichet."
_ERRORS = {
    "insufficientFunds": "Le solde de ce compte de mobile money ne suffit pas.",
    "requestDeclined": "La demande a été refusée sur le téléphone.",
    "identifierError": NO_ACCOUNT,
    "dailyVolumeLimitExceeded": _LIMIT,
    "dailyValueLimitExceeded": _LIMIT,
    "weeklyVolumeLimitExceeded": _LIMIT,
    "weeklyValueLimitExceeded": _LIMIT,
    "monthlyVolumeLimitExceeded": _LIMIT,
    "monthlyValueLimitExceeded": _LIMIT,
    "greaterThanTransactionMaxValue": _LIMIT,
    "lessThanTransactionMinValue": "Cette somme est trop petite pour être payée ainsi : payez au guichet.",
}
# Errors that say nothing about whether the request was carried out.
_UNSAID = frozenset({"duplicateRequest", "genericError"})
# A payment reversed before we booked it brought nothing; one that we have booked is not read again.
_PAID, _FAILED, _EXPIRED = (
    frozenset({"completed", "success", "successful"}),
    frozenset({"failed", "declined", "rejected", "cancelled", "canceled", "reversed"}),
    frozenset({"expired", "timeout"}),
)
_LONGEST_REFERENCE = 100


class MobileMoney:
    name = "mobile"
    needs_number = True
    can_close = False
    refunds_parts = True

    @property
    def label(self) -> str:
        return str(settings.MOBILE_MONEY_LABEL)

    def create(self, checkout: Checkout) -> Reading:
        payload = {
            "amount": str(checkout.amount),
            "currency": rules.XOF,
            "debitParty": [{"key": "msisdn", "value": checkout.number}],
            "creditParty": [_merchant()],
            "requestingOrganisationTransactionReference": checkout.key,
            "descriptionText": checkout.title[:160],
            "requestDate": _now(),
        }
        answer = _call("POST", "/transactions/type/merchantpay", key=checkout.key, payload=payload)
        return _created(answer, checkout.key)

    def query(self, ref: str, key: str) -> Reading | None:
        kind, _, name = ref.partition("/")
        if kind == "transactions":
            return _transaction(name, key)
        answer = _call("GET", f"/requeststates/{quote(name, safe='')}", missing_is_fine=True)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return _state(_json(answer), key)

    def find(self, key: str) -> Sequence[Reading]:
        answer = _call("GET", f"/responses/{UUID(key)}", missing_is_fine=True)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return []
        kind, _, name = urlsplit(str(_json(answer).get("link") or "")).path.strip("/").rpartition("/")
        if not name or not kind.endswith(("transactions", "reversals", "requeststates")):
            raise Unknown("a response that leads nowhere")
        found = self.query(
            f"{'requeststates' if kind.endswith('requeststates') else 'transactions'}/{name}", key
        )
        return [found] if found else []

    def expire(self, ref: str) -> bool:
        """False: the specification has no way to take a request back; it lapses on the phone by itself."""
        return False

    def refund(self, ref: str, key: str, amount: int, whole: bool) -> Reading:
        # What our key became first: a reversal is never asked for twice.
        if found := self.find(key):
            return found[0]
        payload = {
            "type": "reversal" if whole else "adjustment",
            "amount": str(amount),
            "currency": rules.XOF,
            "requestingOrganisationTransactionReference": key,
            "requestDate": _now(),
        }
        name = quote(ref.partition("/")[2], safe="")
        return _created(_call("POST", f"/transactions/{name}/reversals", key=key, payload=payload), key)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Callback:
        lowered = {k.lower(): v for k, v in headers.items()}
        secret = settings.MOBILE_MONEY_CALLBACK_KEY
        given = lowered.get("x-api-key", "")
        if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
            raise Forged
        digest = lowered.get("x-content-hash")
        if digest is not None and digest.lower() != hashlib.sha256(body).hexdigest():
            raise Forged
        return _callback(lowered.get("x-correlationid", ""), body)

    def reconcile(self, day: date) -> Sequence[StatementLine]:
        account = f"/accounts/{quote(settings.MOBILE_MONEY_ACCOUNT.replace('=', '/', 1))}/statemententries"
        since = datetime(day.year, day.month, day.day, tzinfo=UTC)
        until = since + timedelta(days=1) - timedelta(milliseconds=1)
        lines: list[StatementLine] = []
        offset = 0
        while True:
            params = {
                "fromDateTime": _stamp(since),
                "toDateTime": _stamp(until),
                "limit": str(PAGE),
                "offset": str(offset),
            }
            entries = _list(_call("GET", account, params=params))
            lines += [line for entry in entries if (line := _statement_line(entry))]
            offset += len(entries)
            if len(entries) < PAGE:
                return lines


# --- calls ------------------------------------------------------------------------------


def _call(
    method: str,
    path: str,
    *,
    key: str = "",
    payload: Mapping[str, Any] | None = None,
    params: Mapping[str, str] | None = None,
    missing_is_fine: bool = False,
) -> httpx.Response:
    body = json.dumps(payload).encode() if payload is not None else b""
    base = settings.MOBILE_MONEY_URL.rstrip("/")
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=_is_far(base)) as client:
            answer = client.request(
                method, base + path, headers=_headers(key, body), content=body or None, params=params
            )
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise Unreachable(UNREACHABLE) from error
    except httpx.HTTPError as error:
        raise Unknown(type(error).__name__) from error
    if answer.is_success or (missing_is_fine and answer.status_code == httpx.codes.NOT_FOUND):
        return answer
    raise _trouble(answer)


def _headers(key: str, body: bytes) -> dict[str, str]:
    headers = {
        "X-Date": _now(),
        "X-API-Key": settings.MOBILE_MONEY_KEY,
        "X-Client-Id": settings.MOBILE_MONEY_CLIENT,
        "X-Channel": "Web",
    }
    if key:
        headers |= {
            "X-CorrelationID": str(UUID(key)),
            "X-Callback-URL": settings.MOBILE_MONEY_CALLBACK_URL,
            "X-Content-Hash": hashlib.sha256(body).hexdigest(),
            "Content-Type": "application/json",
        }
    return headers


def _is_far(url: str) -> bool:
    """Whether a proxy named in the environment applies: not to an operator on this machine."""
    return urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}


def _trouble(answer: httpx.Response) -> Exception:
    """What an error means: nothing was done, it was refused, or nobody knows."""
    try:
        code = str(answer.json().get("errorCode"))
    except (ValueError, AttributeError):
        code = ""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or code == "rateLimitError":
        return Unreachable(UNREACHABLE)
    if answer.is_server_error or answer.status_code == httpx.codes.CONFLICT or code in _UNSAID:
        return Unknown(f"HTTP {answer.status_code} {code}"[:80])
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Refused("Le paiement par mobile money n’est pas disponible : payez autrement, ou au guichet.")
    return Refused(_ERRORS.get(code, REFUSED))


def _json(answer: httpx.Response) -> dict[str, Any]:
    body = _any(answer)
    if not isinstance(body, dict):
        raise Unknown("the answer is not an object")
    return body


def _list(answer: httpx.Response) -> list[Any]:
    body = _any(answer)
    if not isinstance(body, list):
        raise Unknown("the answer is not a list")
    return body


def _any(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise Unknown("the answer is not JSON") from error


def _now() -> str:
    return _stamp(timezone.now())


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _merchant() -> dict[str, str]:
    """Our own account at the operator, written "key=value" in the environment."""
    key, _, value = settings.MOBILE_MONEY_ACCOUNT.partition("=")
    return {"key": key, "value": value}


# --- what is read -------------------------------------------------------------------------


def _created(answer: httpx.Response, key: str) -> Reading:
    body = _json(answer)
    return _state(body, key) if "serverCorrelationId" in body else _of_transaction(body, key)


def _state(body: Mapping[str, Any], key: str) -> Reading:
    """A request state; once it is completed, the transaction itself says what was paid."""
    name, status = str(body.get("serverCorrelationId") or ""), body.get("status")
    reference = str(body.get("objectReference") or "")
    if not name or status not in ("pending", "completed", "failed"):
        raise Unknown("a request state without its essential fields")
    if status == "completed":
        found = _transaction(reference, key) if reference else None
        if found is None:
            raise Unknown("completed, and the transaction is not there")
        return found
    error = body.get("error") or {}
    return Reading(
        ref=f"requeststates/{name}"[:_LONGEST_REFERENCE],
        key=key,
        status=rules.READ_OPEN if status == "pending" else rules.READ_FAILED,
        amount=0,
        currency=rules.XOF,
        checkout_url=f"{settings.MOBILE_MONEY_PHONE_URL}{name}" if settings.MOBILE_MONEY_PHONE_URL else "",
        error=_ERRORS.get(str(error.get("errorCode")), REFUSED) if status == "failed" else "",
        minimal={"status": status, "error": error.get("errorCode")},
    )


def _transaction(name: str, key: str) -> Reading | None:
    answer = _call("GET", f"/transactions/{quote(name, safe='')}", missing_is_fine=True)
    return None if answer.status_code == httpx.codes.NOT_FOUND else _of_transaction(_json(answer), key)


def _of_transaction(body: Mapping[str, Any], key: str) -> Reading:
    try:
        name, amount = str(body["transactionReference"]), francs(body["amount"])
        status, currency = _status(str(body["transactionStatus"])), str(body["currency"])
    except (KeyError, ValueError) as error:
        raise Unknown("a transaction without its essential fields") from error
    said = body.get("requestingOrganisationTransactionReference")
    if said and str(said) != key:
        raise Unknown("a transaction of another request")
    if len(name) > _LONGEST_REFERENCE - len("transactions/"):
        raise Unknown("a reference longer than any we keep")
    return Reading(
        ref=f"transactions/{name}",
        key=key,
        status=status,
        amount=amount,
        currency=currency,
        error=REFUSED if status == rules.READ_FAILED else "",
        transaction_ref=name,
        minimal={"status": body["transactionStatus"], "amount": str(body["amount"]), "transaction_id": name},
    )


def _status(text: str) -> str:
    """A reading of the operator's own word; one that is not known is no end."""
    word = text.strip().lower()
    if word in _PAID:
        return rules.READ_PAID
    if word in _EXPIRED:
        return rules.READ_EXPIRED
    return rules.READ_FAILED if word in _FAILED else rules.READ_OPEN


def _callback(correlation: str, body: bytes) -> Callback:
    try:
        event, key = json.loads(body), UUID(correlation).hex
    except ValueError as error:
        raise Forged from error
    if not isinstance(event, dict):
        raise Forged
    name = plain(event.get("transactionReference"), _LONGEST_REFERENCE)
    return Callback(
        event_id=hashlib.sha256(key.encode() + body).hexdigest(),
        kind="transaction" if name else f"error {plain(event.get('errorCode'), 60)}".strip(),
        ref=f"transactions/{name}" if name else "",
        key=key,
    )


def _statement_line(entry: Any) -> StatementLine | None:
    """A completed entry, money in as positive; None for one that moved nothing."""
    try:
        status = str(entry["transactionStatus"])
        # A payment given back moved money twice: its own line, and that of its reversal.
        if _status(status) != rules.READ_PAID and status.strip().lower() != "reversed":
            return None
        amount, name = francs(entry["amount"]), str(entry["transactionReference"])
        comes_in = _merchant() in [{"key": p["key"], "value": p["value"]} for p in entry["creditParty"]]
        at = datetime.fromisoformat(str(entry.get("creationDate") or entry["requestDate"]))
    except (TypeError, KeyError, ValueError) as error:
        raise Unknown("a statement entry without its essential fields") from error
    return StatementLine(
        transaction_ref=name,
        kind=plain(entry.get("displayType"), 80),
        amount=amount if comes_in else -amount,
        fee=None,
        key="",
        at=at.astimezone(UTC),
    )
