"""Wave checkout (Senegal), after Wave's public documentation.

Checked in the public pages docs.wave.com/checkout and docs.wave.com/webhook (stored copies, and public
client code that agrees with them): bearer key, one per wallet; `POST /v1/checkout/sessions` with `amount`
as a string without decimals, `currency` "XOF", `client_reference` (255 signs at most), `success_url`,
`error_url`; the session's fields (`checkout_status` open, complete, expired; `payment_status` processing,
cancelled, succeeded; `last_payment_error`; `wave_launch_url`; `transaction_id`); `GET …/sessions/:id`,
`GET …/sessions/search?client_reference=` answering `{"result": […]}`, `POST …/:id/expire`, `…/:id/refund`
(a second refund answers 200 again); callbacks signed by `Wave-Signature: t=<seconds>,v1=<hex>[,v1=…]`,
HMAC-SHA256 of the timestamp followed by the raw body; callbacks may come twice; answer 2xx first.

Not checked against Wave itself, for want of a merchant's account (Wave has no public test mode): the
statement `GET /v1/transactions?date=`, the life of a session, whether a timestamp too old must be refused
(we accept it: a replay changes nothing, since each payment is read back before it is booked), and whether
creation honours `Idempotency-Key` (documented for payouts). We send the key and do not rely on it: a
creation that broke is looked up by `client_reference` before it is tried again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django.conf import settings

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
from smartsenegal.kernel.payments.contrib.wave_signature import is_right

SESSIONS = "/v1/checkout/sessions"
TIMEOUT = httpx.Timeout(12, connect=4)
UNREACHABLE = "Wave ne répond pas pour le moment. Réessayez dans quelques minutes, ou payez au guichet."
_ERRORS = {
    "insufficient-funds": "Le solde du compte Wave ne suffit pas.",
    "blocked-account": "Ce compte Wave est bloqué : adressez-vous à Wave.",
    "payer-mobile-mismatch": "Ce paiement doit être fait avec un autre numéro Wave.",
    "kyb-limits-exceeded": "Le compte qui encaisse a atteint son plafond : payez plus tard ou au guichet.",
    "cross-border-payment-not-allowed": "Wave n’accepte pas ce paiement depuis un compte d’un autre pays.",
    "customer-age-restricted": "Wave n’accepte pas ce paiement pour un compte de mineur.",
}
_PAYMENT_FAILED = "Le paiement a été refusé ou interrompu chez Wave."


class Wave:
    name = "wave"
    label = "Wave"
    needs_number = False
    can_close = True
    refunds_parts = False  # `…/refund` gives the whole payment back

    def create(self, checkout: Checkout) -> Reading:
        payload = {
            "amount": str(checkout.amount),
            "currency": rules.XOF,
            "client_reference": checkout.key,
            "success_url": checkout.success_url,
            "error_url": checkout.error_url,
        }
        answer = _call("POST", SESSIONS, json=payload, headers={"Idempotency-Key": checkout.key})
        reading = _reading(_json(answer))
        if not reading.checkout_url:
            raise Unknown("no wave_launch_url in the answer")
        return reading

    def query(self, ref: str, key: str) -> Reading | None:
        answer = _call("GET", f"{SESSIONS}/{quote(ref, safe='')}", missing_is_fine=True)
        return None if answer.status_code == httpx.codes.NOT_FOUND else _reading(_json(answer))

    def find(self, key: str) -> Sequence[Reading]:
        body = _json(_call("GET", f"{SESSIONS}/search", params={"client_reference": key}))
        found = body.get("result")
        if not isinstance(found, list):
            raise Unknown("no result in the answer to a search")
        # The search may be lenient; our reference is not.
        return [r for r in map(_reading, found) if r.key == key]

    def expire(self, ref: str) -> bool:
        answer = _call("POST", f"{SESSIONS}/{quote(ref, safe='')}/expire", conflict_is_fine=True)
        return answer.status_code != httpx.codes.CONFLICT

    def refund(self, ref: str, key: str, amount: int, whole: bool) -> Reading:
        if not whole:
            raise Refused("Wave rembourse un paiement entier, pas une partie.")
        # A second refund of the same session answers 200 again: harmless under any key.
        _call("POST", f"{SESSIONS}/{quote(ref, safe='')}/refund")
        return Reading(ref="", key=key, status=rules.READ_PAID, amount=amount, currency=rules.XOF)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Callback:
        lowered = {k.lower(): v for k, v in headers.items()}
        if not is_right(lowered.get("wave-signature", ""), body, settings.WAVE_WEBHOOK_SECRET):
            raise Forged
        return _callback(body)

    def reconcile(self, day: date) -> Sequence[StatementLine]:
        lines: list[StatementLine] = []
        cursor: str | None = ""
        while cursor is not None:
            params = {"date": day.isoformat(), **({"after": cursor} if cursor else {})}
            body = _json(_call("GET", "/v1/transactions", params=params))
            lines += [_statement_line(item) for item in body.get("items", [])]
            page = body.get("page_info") or {}
            cursor = str(page["end_cursor"]) if page.get("has_next_page") and page.get("end_cursor") else None
        return lines


def _callback(body: bytes) -> Callback:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise Forged from error
    if not isinstance(event, dict):
        raise Forged
    data = event["data"] if isinstance(event.get("data"), dict) else {}
    # An event without an identifier is told from others by its content.
    return Callback(
        event_id=plain(event.get("id"), 120) or hashlib.sha256(body).hexdigest(),
        kind=plain(event.get("type"), 80),
        ref=plain(data.get("id"), 120),
        key=plain(data.get("client_reference"), 80),
    )


def _call(
    method: str, path: str, *, missing_is_fine: bool = False, conflict_is_fine: bool = False, **options: Any
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {settings.WAVE_API_KEY}", **options.pop("headers", {})}
    try:
        with httpx.Client(base_url=settings.WAVE_API_URL, timeout=TIMEOUT, trust_env=_is_far()) as client:
            answer = client.request(method, path, headers=headers, **options)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise Unreachable(UNREACHABLE) from error
    except httpx.HTTPError as error:
        raise Unknown(type(error).__name__) from error
    fine = (
        {httpx.codes.NOT_FOUND} if missing_is_fine else {httpx.codes.CONFLICT} if conflict_is_fine else set()
    )
    if not answer.is_success and answer.status_code not in fine:
        raise _trouble(answer)
    return answer


def _is_far() -> bool:
    """Whether a proxy named in the environment applies: not to an operator on this machine."""
    return urlsplit(settings.WAVE_API_URL).hostname not in {"127.0.0.1", "localhost", "::1"}


def _trouble(answer: httpx.Response) -> Exception:
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return Unreachable(UNREACHABLE)
    if answer.is_server_error or answer.status_code == httpx.codes.CONFLICT:
        return Unknown(f"HTTP {answer.status_code}")
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Refused("Le paiement par Wave n’est pas disponible : payez au guichet.")
    return Refused("Wave a refusé ce paiement : choisissez un autre moyen, ou payez au guichet.")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError as error:
        raise Unknown("the answer is not JSON") from error
    if not isinstance(body, dict):
        raise Unknown("the answer is not an object")
    return body


def _reading(session: Any) -> Reading:
    try:
        amount, ref = francs(session["amount"]), str(session["id"])
        status = _status(session["checkout_status"], session.get("payment_status"))
        currency = str(session["currency"])
    except (TypeError, KeyError, ValueError) as error:
        raise Unknown("a session without its essential fields") from error
    failure = session.get("last_payment_error") or {}
    return Reading(
        ref=ref,
        key=str(session.get("client_reference") or ""),
        status=status,
        amount=amount,
        currency=currency,
        checkout_url=str(session.get("wave_launch_url") or ""),
        error=_ERRORS.get(str(failure.get("code")), _PAYMENT_FAILED) if failure else "",
        transaction_ref=plain(session.get("transaction_id"), 120),
        minimal={
            name: session.get(name)
            for name in ("checkout_status", "payment_status", "amount", "transaction_id", "when_completed")
        },
    )


def _status(checkout: str, payment: str | None) -> str:
    if payment == "succeeded":
        return rules.READ_PAID
    if checkout == "expired":
        return rules.READ_EXPIRED
    if checkout == "complete" and payment == "cancelled":
        return rules.READ_FAILED
    return rules.READ_OPEN


def _statement_line(item: Mapping[str, Any]) -> StatementLine:
    return StatementLine(
        transaction_ref=str(item["transaction_id"]),
        kind=str(item.get("transaction_type", "")),
        amount=francs(item["amount"]),
        fee=francs(item["fee"]) if item.get("fee") else None,
        key=str(item.get("client_reference") or ""),
        at=datetime.fromisoformat(str(item["timestamp"])).astimezone(UTC),
    )
