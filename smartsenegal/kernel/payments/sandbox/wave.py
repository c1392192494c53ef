"""A demonstration operator that speaks Wave's public checkout API (see `contrib.wave`).

Started as `python -m smartsenegal.kernel.payments.sandbox.wave`. It takes no real money. It does not
honour `Idempotency-Key` when a session is opened: the stricter case, in which only a look-up by
`client_reference` tells whether a creation that broke was carried out. Faults: `outbox.FAULTS`, changed on
the page `/_operateur/` or by `POST /_operateur/pannes` with a JSON object.
"""

import json
import os
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from smartsenegal.kernel.payments.contrib.wave_signature import sign
from smartsenegal.kernel.payments.sandbox import pages
from smartsenegal.kernel.payments.sandbox.callbacks import Sender, call
from smartsenegal.kernel.payments.sandbox.outbox import Conflict
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
from smartsenegal.kernel.payments.sandbox.store import Store, public

_AMOUNT = re.compile(r"[1-9][0-9]{0,11}")
_SESSION = r"(?P<session>[A-Za-z0-9_-]{1,80})"


def _known(handler: Handler, session: str) -> dict[str, Any]:
    found: dict[str, Any] | None = handler.server.store.session(session)
    if found is None:
        raise Problem(404, "checkout-session-not-found", "There is no such session.")
    return found


# --- the API ------------------------------------------------------------------------


def _shown(handler: Handler, session: dict[str, Any]) -> dict[str, Any]:
    return public(session, handler.server.public)


@api
def create(handler: Handler) -> None:
    asked = handler.object()
    amount, reference = str(asked.get("amount", "")), asked.get("client_reference")
    urls = [str(asked.get(name) or "") for name in ("success_url", "error_url")]
    if not _AMOUNT.fullmatch(amount) or asked.get("currency") != "XOF":
        raise Problem(400, "request-validation-error", "amount: whole francs as a string, in XOF.")
    if not all(url.startswith(("http://", "https://")) for url in urls):
        raise Problem(400, "request-validation-error", "success_url and error_url: addresses.")
    if reference is not None and len(str(reference)) > 255:
        raise Problem(400, "request-validation-error", "client_reference: 255 characters at most.")
    fault = handler.server.store.faults()["create"]
    if fault == "lost_request":
        raise HangUp
    session = handler.server.store.create(int(amount), reference and str(reference), *urls)
    if fault == "lost_answer":
        raise HangUp
    handler.json(200, _shown(handler, session))


@api
def read(handler: Handler, session: str) -> None:
    handler.json(200, _shown(handler, _known(handler, session)))


@api
def search(handler: Handler) -> None:
    found = handler.server.store.search(handler.query.get("client_reference", ""))
    handler.json(200, {"result": [_shown(handler, s) for s in found]})


@api
def by_transaction(handler: Handler) -> None:
    found = handler.server.store.of_transaction(handler.query.get("transaction_id", ""))
    if found is None:
        raise Problem(404, "checkout-session-not-found", "There is no such transaction.")
    handler.json(200, _shown(handler, found))


@api
def expire(handler: Handler, session: str) -> None:
    _known(handler, session)
    try:
        handler.server.store.expire(session)
    except Conflict as error:
        raise Problem(409, "checkout-session-complete", "The session is complete.") from error
    handler.json(200, {})


@api
def refund(handler: Handler, session: str) -> None:
    _known(handler, session)
    try:
        handler.server.store.refund(session)
    except Conflict as error:
        raise Problem(400, "checkout-refund-failed", "Nothing was paid.") from error
    handler.json(200, {})


@api
def statement(handler: Handler) -> None:
    """What was paid on a day, and what was given back, as a negative amount."""
    day = handler.query.get("date", "")
    items = [
        {
            "timestamp": s["at"],
            "transaction_id": s["transaction_id"],
            "transaction_type": s["kind"],
            "amount": str(s["amount"]),
            "fee": "0",
            "currency": "XOF",
            "client_reference": s["client_reference"],
        }
        for s in handler.server.store.statement(day)
    ]
    page_info = {"has_next_page": False, "end_cursor": None}
    handler.json(200, {"date": day, "items": items, "page_info": page_info})


# --- the payer's phone ----------------------------------------------------------------

REFUSALS = {
    "refuser": ("payment-failure", "The payer refused."),
    "solde": ("insufficient-funds", "The balance is too low."),
}


def phone(handler: Handler, session: str) -> None:
    handler.page(200, pages.phone(_known(handler, session)))


def answer(handler: Handler, session: str) -> None:
    known = _known(handler, session)
    choice = handler.form().get("choix", "")
    if choice in REFUSALS:
        handler.server.store.refuse(session, *REFUSALS[choice])
        handler.redirect(known["error_url"])
        return
    try:
        handler.server.store.pay(session)
    except Conflict:
        handler.page(409, pages.phone(_known(handler, session)))
        return
    handler.redirect(known["success_url"])


# --- the operator's own desk ------------------------------------------------------------


def desk(handler: Handler) -> None:
    store = handler.server.store
    handler.page(200, pages.desk(store.faults(), store.recent(), store.events()))


def state(handler: Handler) -> None:
    store = handler.server.store
    payload = {"faults": store.faults(), "sessions": store.recent(500), "events": store.events(500)}
    handler.json(200, payload)


def forge(handler: Handler) -> None:
    """Send a callback that says "paid" under a wrong signature."""
    session = _shown(handler, _known(handler, handler.form().get("session", "")))
    data = {**session, "payment_status": "succeeded", "checkout_status": "complete"}
    event = {"id": f"EV_{secrets.token_hex(8)}", "type": "checkout.session.completed", "data": data}
    status = post(handler.server.callback, json.dumps(event).encode(), secrets.token_hex(16))
    handler.page(200, pages.forged(status))


def post(url: str, body: bytes, secret: str) -> int:
    """POST a signed callback; returns the status of the answer, 0 when there was none."""
    timestamp = str(int(time.time()))
    signature = f"t={timestamp},v1={sign(secret, timestamp, body)}"
    return call("POST", url, body, {"Wave-Signature": signature})


ROUTES: Routes = [
    ("POST", "/v1/checkout/sessions", create),
    ("GET", "/v1/checkout/sessions", by_transaction),
    ("GET", "/v1/checkout/sessions/search", search),
    ("GET", f"/v1/checkout/sessions/{_SESSION}", read),
    ("POST", f"/v1/checkout/sessions/{_SESSION}/expire", expire),
    ("POST", f"/v1/checkout/sessions/{_SESSION}/refund", refund),
    ("GET", "/v1/transactions", statement),
    ("GET", f"/payer/{_SESSION}", phone),
    ("POST", f"/payer/{_SESSION}", answer),
    *desk_routes(desk, state, forge),
]


class WaveHandler(Handler):
    routes = ROUTES


def main(argv: Sequence[str] | None = None) -> int:
    """Run the operator until it is stopped; the port and keys are those of this installation's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartsenegal.settings")
    from django.conf import settings

    options = arguments(argv, "wave", settings.WAVE_API_URL)
    store, secret = Store(options.file), settings.WAVE_WEBHOOK_SECRET

    def send(event: Mapping[str, Any]) -> int:
        return post(options.callback, event["body"].encode(), secret)

    address, sender = (options.host, options.port), Sender(store, send)
    server = Operator(address, WaveHandler, store, sender, settings.WAVE_API_KEY, options.public)
    server.callback = options.callback
    return serve(server)


if __name__ == "__main__":
    raise SystemExit(main())
