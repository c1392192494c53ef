"""A demonstration operator that speaks the GSMA Mobile Money API 1.2 (see `contrib.gsma`).

Started as `python -m smartsenegal.kernel.payments.sandbox.mobile`. It takes no real money. A payment waits
until it is confirmed on the page `/payer/<request>`, which stands for the payer's phone. Faults:
`outbox.FAULTS`, changed on the page `/_operateur/` or by `POST /_operateur/pannes` with a JSON object.
"""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from smartsenegal.kernel.payments.sandbox import pages, requests
from smartsenegal.kernel.payments.sandbox.callbacks import Sender, call
from smartsenegal.kernel.payments.sandbox.outbox import Conflict, now, stamp
from smartsenegal.kernel.payments.sandbox.requests import Duplicate, Requests
from smartsenegal.kernel.payments.sandbox.server import (
    Handler,
    HangUp,
    Operator,
    Problem,
    Routes,
    api,
    arguments,
    desk_routes,
    serve,
)
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.phones import format_phone

_AMOUNT = re.compile(r"[1-9][0-9]{0,11}")
_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_REQUEST = rf"(?P<request>{_UUID})"
_TRANSACTION = r"(?P<reference>[A-Za-z0-9]{1,80})"
_CATEGORIES = {401: "authorisation", 404: "identification", 503: "serviceUnavailable"}


def _known(handler: Handler, **by: str) -> dict[str, Any]:
    found: dict[str, Any] | None = handler.server.store.request(**by)
    if found is None:
        raise Problem(404, "identifierError", "There is no such resource.")
    return found


def _correlation(handler: Handler) -> str:
    given = str(handler.headers.get("X-CorrelationID") or "")
    if not re.fullmatch(_UUID, given):
        raise Problem(400, "mandatoryValueNotSupplied", "X-CorrelationID: a UUID.")
    return given.lower()


def _asked(handler: Handler) -> tuple[dict[str, Any], int]:
    """The body of a request that moves money, and its amount; its hash is checked when given."""
    digest = handler.headers.get("X-Content-Hash")
    if digest and digest != hashlib.sha256(handler.body).hexdigest():
        raise Problem(400, "formatError", "X-Content-Hash does not fit the content.")
    body = handler.object()
    amount = str(body.get("amount", ""))
    if not _AMOUNT.fullmatch(amount) or body.get("currency") != "XOF":
        raise Problem(400, "formatError", "amount: whole francs as a string, in XOF.")
    return body, int(amount)


def _party(body: Mapping[str, Any], name: str) -> tuple[str, str]:
    try:
        first = body[name][0]
        return str(first["key"]), str(first["value"])
    except (KeyError, IndexError, TypeError) as error:
        raise Problem(400, "mandatoryValueNotSupplied", f"{name}: a list of key and value.") from error


# --- the API --------------------------------------------------------------------------


@api
def pay(handler: Handler) -> None:
    correlation = _correlation(handler)
    body, amount = _asked(handler)
    kind, msisdn = _party(body, "debitParty")
    if kind != "msisdn" or not re.fullmatch(r"\+[0-9]{8,15}", msisdn):
        raise Problem(400, "identifierError", "debitParty: a telephone number.")
    fault = handler.server.store.faults()["create"]
    if fault == "lost_request":
        raise HangUp
    try:
        row = handler.server.store.create(
            correlation=correlation,
            amount=amount,
            msisdn=msisdn,
            merchant="=".join(_party(body, "creditParty")),
            reference=str(body.get("requestingOrganisationTransactionReference") or "")[:200],
            title=str(body.get("descriptionText") or "")[:160],
            callback=str(handler.headers.get("X-Callback-URL") or ""),
        )
    except Duplicate as error:
        raise Problem(400, "duplicateRequest", "This X-CorrelationID was used before.") from error
    if fault == "lost_answer":
        raise HangUp
    handler.json(202, requests.state(row), {"X-Date": stamp(now())})


@api
def request_state(handler: Handler, request: str) -> None:
    handler.json(200, requests.state(_known(handler, id=request)))


@api
def response(handler: Handler, request: str) -> None:
    """Where the request of that correlation led: its transaction, or its state while there is none."""
    found = _known(handler, correlation=request.lower())
    done = found["status"] == requests.COMPLETED
    link = f"/transactions/{found['transaction_ref']}" if done else f"/requeststates/{found['id']}"
    handler.json(200, {"link": link})


@api
def transaction(handler: Handler, reference: str) -> None:
    handler.json(200, requests.transaction(_known(handler, transaction_ref=reference)))


@api
def reverse(handler: Handler, reference: str) -> None:
    correlation = _correlation(handler)
    body, amount = _asked(handler)
    if body.get("type") not in ("reversal", "adjustment"):
        raise Problem(400, "transactionTypeError", "type: reversal or adjustment.")
    fault = handler.server.store.faults()["create"]
    if fault == "lost_request":
        raise HangUp
    try:
        row = handler.server.store.reverse(
            reference,
            amount,
            correlation=correlation,
            kind=body["type"],
            reference=str(body.get("requestingOrganisationTransactionReference") or "")[:200],
            callback=str(handler.headers.get("X-Callback-URL") or ""),
        )
    except KeyError as error:
        raise Problem(404, "identifierError", "There is no such transaction.") from error
    except Conflict as error:
        raise Problem(400, "incorrectState", "More than what was paid.") from error
    except Duplicate as error:
        raise Problem(400, "duplicateRequest", "This X-CorrelationID was used before.") from error
    if fault == "lost_answer":
        raise HangUp
    handler.json(202, requests.state(row))


@api
def statement(handler: Handler) -> None:
    query = handler.query
    limit, offset = min(int(query.get("limit", "50")), 500), int(query.get("offset", "0"))
    since, until = (query.get(name, "")[:19] + "Z" for name in ("fromDateTime", "toDateTime"))
    rows = handler.server.store.statement(since, until, limit, offset)
    handler.json(200, [requests.entry(row) for row in rows], {"X-Records-Returned-Count": str(len(rows))})


@api
def heartbeat(handler: Handler) -> None:
    handler.json(200, {"serviceStatus": "available"})


# --- the payer's phone ------------------------------------------------------------------

REFUSALS = {"refuser": "requestDeclined", "solde": "insufficientFunds"}


def phone(handler: Handler, request: str) -> None:
    found = _known(handler, id=request)
    amount = format_fcfa(found["amount"])
    if found["status"] == requests.COMPLETED:
        handler.page(200, pages.message("Paiement effectué", f"{amount} payés. Revenez sur le site."))
    elif found["status"] == requests.FAILED:
        handler.page(200, pages.message("Demande close", "Rien n’a été pris. Recommencez sur le site."))
    else:
        handler.page(200, pages.confirm(request, amount, format_phone(found["msisdn"]), found["title"]))


def answer(handler: Handler, request: str) -> None:
    _known(handler, id=request)
    choice = handler.form().get("choix", "")
    try:
        if choice in REFUSALS:
            handler.server.store.refuse(request, REFUSALS[choice])
        else:
            handler.server.store.pay(request)
    except Conflict:
        handler.page(409, pages.message("Demande close", "Rien n’a été pris. Recommencez sur le site."))
        return
    handler.redirect(f"/payer/{request}")


# --- the operator's own desk ----------------------------------------------------------------

_SHOWN = {
    requests.PENDING: ("processing", "open"),
    requests.COMPLETED: ("succeeded", "complete"),
    requests.FAILED: ("cancelled", "expired"),
}


def _as_sessions(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Requests as the desk's page shows payments."""
    shown = []
    for row in rows:
        payment, checkout = _SHOWN[row["status"]]
        shown.append({**row, "payment_status": payment, "checkout_status": checkout})
    return shown


def desk(handler: Handler) -> None:
    store = handler.server.store
    stands_for = "un opérateur de mobile money"
    handler.page(200, pages.desk(store.faults(), _as_sessions(store.recent()), store.events(), stands_for))


def whole_state(handler: Handler) -> None:
    store = handler.server.store
    payments = _as_sessions(store.recent(500))
    handler.json(200, {"faults": store.faults(), "sessions": payments, "events": store.events(500)})


def forge(handler: Handler) -> None:
    """Send a callback that says "paid" under a wrong key."""
    row = _known(handler, id=handler.form().get("session", ""))
    lie = requests.transaction({**row, "status": requests.COMPLETED, "transaction_ref": "MPFAUX"})
    body = json.dumps(lie).encode()
    status = put(row["callback"], row["correlation"], body, secrets.token_hex(16))
    handler.page(200, pages.forged(status))


def put(url: str, correlation: str, body: bytes, key: str) -> int:
    """PUT a callback; returns the status of the answer, 0 when there was none."""
    headers = {
        "X-Date": stamp(now()),
        "X-CorrelationID": correlation,
        "X-API-Key": key,
        "X-Content-Hash": hashlib.sha256(body).hexdigest(),
    }
    return call("PUT", url, body, headers)


_ACCOUNT = r"/accounts/[^/]{1,80}(?:/[^/]{1,80})?"
ROUTES: Routes = [
    ("POST", "/transactions", pay),
    ("POST", "/transactions/type/merchantpay", pay),
    ("GET", f"/requeststates/{_REQUEST}", request_state),
    ("GET", f"/responses/{_REQUEST}", response),
    ("GET", f"/transactions/{_TRANSACTION}", transaction),
    ("POST", f"/transactions/{_TRANSACTION}/reversals", reverse),
    ("GET", f"{_ACCOUNT}/statemententries", statement),
    ("GET", "/heartbeat", heartbeat),
    ("GET", f"/payer/{_REQUEST}", phone),
    ("POST", f"/payer/{_REQUEST}", answer),
    *desk_routes(desk, whole_state, forge),
]


class MobileHandler(Handler):
    routes = ROUTES

    def error(self, problem: Problem) -> dict[str, Any]:
        code = {401: "clientAuthorisationError", 404: "identifierError", 503: "genericError"}
        category = _CATEGORIES.get(problem.status, "businessRule")
        return requests.error(code.get(problem.status, problem.code), category, problem.message)

    def authorised(self) -> bool:
        return self.headers.get("X-API-Key") == self.server.api_key


def main(argv: Sequence[str] | None = None) -> int:
    """Run the operator until it is stopped; the port and keys are those of this installation's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartsenegal.settings")
    from django.conf import settings

    options = arguments(argv, "mobile", settings.MOBILE_MONEY_URL)
    store, key = Requests(options.file), settings.MOBILE_MONEY_CALLBACK_KEY

    def send(event: Mapping[str, Any]) -> int:
        told = json.loads(event["body"])
        return put(told["url"], told["correlation"], json.dumps(told["content"]).encode(), key)

    address, sender = (options.host, options.port), Sender(store, send)
    return serve(Operator(address, MobileHandler, store, sender, settings.MOBILE_MONEY_KEY, options.public))


if __name__ == "__main__":
    raise SystemExit(main())
