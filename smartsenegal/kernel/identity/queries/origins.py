"""When and in which session a person signed in, for the tokens of services."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.idp.oidc.models import Token
from django.core.cache import cache
from django.http import HttpRequest

from smartsenegal.kernel.identity.rules_levels import amr_of

ORIGIN = "origin"


@dataclass(frozen=True)
class Origin:
    """`auth_time` in seconds since 1970, 0 when unknown; `session` a mark of the session, never its key.

    `acr` is the level that was asked for and met, `amr` how the person signed in (`rules_levels`).
    """

    auth_time: int
    session: str
    acr: str = ""
    amr: Sequence[str] = ()

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def origin_of(request: HttpRequest, acr: str = "") -> Origin:
    """Where what is given in this request comes from."""
    mark = session_mark(request.session.session_key or "")
    return Origin(int(signed_in_at(request)), mark, acr, amr_of(_records(request)))


def signed_in_at(request: HttpRequest) -> float:
    """When the person last proved who they are in this session; 0.0 when that is not known."""
    return max((float(r["at"]) for r in _records(request)), default=0.0)


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    """What allauth noted of each proof that the person gave in this session."""
    return list(get_authentication_records(request, request.user)) if request.user.is_authenticated else []


def origin_of_grant(code: str, refresh_token: str) -> Origin | None:
    """Where a code or a refresh token comes from; None for what we know nothing of."""
    if code:
        return _origin(cache.get(code_place(code)))
    token = Token.objects.lookup(Token.Type.REFRESH_TOKEN, refresh_token) if refresh_token else None
    return _origin((token.data or {}).get(ORIGIN)) if token else None


def _origin(data: Any) -> Origin | None:
    return Origin(**data) if data else None


def code_place(code: str) -> str:
    return f"identity.oidc.origin:{hashlib.sha256(code.encode()).hexdigest()}"


def session_mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32] if key else ""


def fingerprint(query: str) -> str:
    """A request to sign in, as a session remembers that it was asked."""
    return hashlib.sha256(query.encode()).hexdigest()[:32]
