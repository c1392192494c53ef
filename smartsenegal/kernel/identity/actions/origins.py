"""Where the tokens of a service come from: when the person signed in, and in which session of theirs.

Kept with the code for its short life, then with each token made from it: an ID token made again still tells
when the person signed in (OpenID Connect Core 1.0, section 12.2), and closing a session ends its tokens.
"""

from collections.abc import Iterable

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.models import Token
from django.core.cache import cache

from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.identity.queries.origins import ORIGIN, Origin, code_place, session_mark


def keep_with_code(code: str, origin: Origin) -> None:
    """Keep where a code comes from as long as it may serve."""
    cache.set(code_place(code), origin.as_data(), timeout=app_settings.AUTHORIZATION_CODE_EXPIRES_IN)


def keep_with_tokens(values: Iterable[str], origin: Origin) -> None:
    """Keep where tokens just made come from."""
    for value in values:
        for token in Token.objects.by_value(value):
            token.data = {**(token.data or {}), ORIGIN: origin.as_data()}
            token.save(update_fields=["data"])


def end_tokens_of(account: Account, session_keys: Iterable[str]) -> int:
    """End what services were given in these sessions of a person; returns how many tokens."""
    marks = [session_mark(key) for key in session_keys if key]
    found = Token.objects.filter(user=account, **{f"data__{ORIGIN}__session__in": marks})
    return int(found.delete()[0])
