"""Who calls the HTTP API: a service with a token of its own (client credentials, RFC 6749, section 4.4)."""

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from smartsenegal.kernel.identity.queries import client_ip, client_principal
from smartsenegal.kernel.identity.rules import Principal
from smartsenegal.kernel.rates import calls_this_minute


class TooManyCalls(Exception):
    """A service calls more often than it may (answered 429)."""

    sentence = "Ce service appelle trop souvent : attendez une minute, puis recommencez plus lentement."


class ClientToken(HttpBearer):
    """The bearer token of a service (RFC 6750): the request then carries that service's principal.

    Calls are counted by service, not by address. Raises TooManyCalls.
    """

    openapi_description = "Jeton d’un service (client_credentials), limité à son organisme et à ses droits."

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        found = client_principal(token, client_ip(request))
        if found is None:
            return None
        if calls_this_minute(f"api:{found.rate_key}") > settings.API_CALLS_A_MINUTE:
            raise TooManyCalls
        request.principal = found  # type: ignore[attr-defined]
        return found
