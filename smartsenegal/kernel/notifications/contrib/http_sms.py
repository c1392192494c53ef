"""A generic SMS gateway over HTTP and JSON, for operators that speak this contract or a thin proxy of it.

`SMARTSENEGAL_SMS_URL` is the address of the collection, `SMARTSENEGAL_SMS_TOKEN` the bearer token.

    POST {url}
    Authorization: Bearer {token}
    Idempotency-Key: {reference}
    {"to": "+221771234567", "text": "…", "reference": "<uuid>", "encoding": "gsm7" | "ucs2"}

answers 200, 201 or 202 with {"id": "<theirs>", "status": "accepted" | "delivered"}; 409 when the
reference was taken before (nothing is sent twice); 400, 404, 422 when the number or the text is refused;
401, 403, 429 and 5xx when it may work later.

    GET {url}/{reference}

answers 200 with the same object, status "failed" included, or 404 when the reference never arrived.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from smartsenegal.kernel.notifications.base import Outgoing, Receipt, Refused, Unknown, Unreachable
from smartsenegal.kernel.notifications.rules import sms_size

TIMEOUT = httpx.Timeout(15, connect=5)
_REFUSALS = frozenset({400, 404, 410, 422})


class HttpSms:
    name = "http"
    idempotent = True
    can_be_asked = True

    def send(self, message: Outgoing) -> Receipt:
        payload = {
            "to": message.address,
            "text": message.body,
            "reference": message.id,
            "encoding": sms_size(message.body).encoding,
        }
        answer = _call("POST", "", payload, {"Idempotency-Key": message.id})
        if answer.status_code == httpx.codes.CONFLICT:
            return Receipt(message.id)
        if answer.status_code in _REFUSALS:
            raise Refused(f"La passerelle SMS a refusé le message ({answer.status_code}).")
        _expect_success(answer)
        return _receipt(answer, message.id)

    def query(self, message_id: str) -> Receipt | None:
        answer = _call("GET", f"/{message_id}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        _expect_success(answer)
        return _receipt(answer, message_id)


def _call(
    method: str, path: str, payload: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    if not settings.SMS_HTTP_URL:
        raise Unreachable("Aucune passerelle SMS n’est configurée (SMARTSENEGAL_SMS_URL).")
    credentials = {"Authorization": f"Bearer {settings.SMS_HTTP_TOKEN}"}
    try:
        with httpx.Client(timeout=TIMEOUT, headers=credentials, trust_env=_is_far()) as client:
            return client.request(
                method, settings.SMS_HTTP_URL.rstrip("/") + path, json=payload, headers=headers
            )
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise Unreachable("La passerelle SMS ne répond pas.") from error
    except httpx.HTTPError as error:
        raise Unknown from error


def _is_far() -> bool:
    """Whether a proxy named in the environment applies: not to a gateway on this machine."""
    return urlsplit(settings.SMS_HTTP_URL).hostname not in {"127.0.0.1", "localhost", "::1"}


def _expect_success(answer: httpx.Response) -> None:
    if not answer.is_success:
        raise Unreachable(f"La passerelle SMS répond par une erreur ({answer.status_code}).")


def _receipt(answer: httpx.Response, reference: str) -> Receipt:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Unknown
    if body.get("status") == "failed":
        raise Refused("L’opérateur n’a pas pu remettre le SMS.")
    return Receipt(str(body.get("id") or reference), delivered=body.get("status") == "delivered")
