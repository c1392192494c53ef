"""The header of a write that may be sent twice, and what it answers."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError
from ninja.params import functions as params

from smartsenegal.kernel.idempotency.actions import KeyReused, Reply, once

KEY: Any = params.Header(
    "",
    alias="Idempotency-Key",
    max_length=60,
    description="Clé de répétition : la même demande envoyée deux fois avec la même clé n’est faite "
    "qu’une fois, et reçoit la même réponse, pendant sept jours. Une demande refusée laisse sa clé libre.",
)


def answered_once(
    request: HttpRequest, owner: str, key: str, write: Callable[[], Reply], *parts: Any
) -> HttpResponse:
    """What a write answers in JSON, done once for this caller and key.

    `parts` tell the request apart when it carries a file; its body does otherwise. A key that came with
    another request is refused with 409; whatever `write` raises goes through, and leaves the key free.
    """
    try:
        kept = once(owner, key.replace("\x00", ""), _fingerprint(request, parts), write)
    except KeyReused as reused:
        raise HttpError(409, reused.sentence) from reused
    return HttpResponse(kept.body, status=kept.status, content_type="application/json; charset=utf-8")


def _fingerprint(request: HttpRequest, parts: tuple[Any, ...]) -> str:
    said = repr(parts).encode("utf-8", "surrogatepass") if parts else request.body
    found = sha256(f"{request.method} {request.path}\n".encode("utf-8", "surrogatepass"))
    found.update(said)
    return found.hexdigest()
