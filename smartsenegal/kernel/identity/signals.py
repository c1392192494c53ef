"""What allauth tells of: signing in and out, wrong codes, second factors. All of it goes to the journal."""

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.middleware import PROTECTED_KEY
from smartsenegal.kernel.identity.models import Account


def _journal(verb: str, request: HttpRequest, user: Account | None, **detail: Any) -> None:
    if isinstance(user, Account):
        actions.record(verb, user, detail=detail, ip=queries.client_ip(request))


@receiver(account.user_logged_in)
def _signed_in(request: HttpRequest, user: Account, **_: Any) -> None:
    methods = [str(r["method"]) for r in get_authentication_records(request, user)]
    _journal("signed_in", request, user, methods=list(dict.fromkeys(methods)))


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: Account | None, **_: Any) -> None:
    if isinstance(user, Account):
        actions.end_tokens_of(user, [request.session.session_key or ""])
    _journal("signed_out", request, user)


@receiver(account.login_code_rejected)
@receiver(account.email_verification_code_rejected)
def _wrong_code(request: HttpRequest, user: Account, **_: Any) -> None:
    _journal("sign_in_failed", request, user, method="code")


@receiver(mfa.authentication_failed)
def _wrong_factor(request: HttpRequest, user: Account, **_: Any) -> None:
    _journal("sign_in_failed", request, user, method="second_factor")


@receiver(account.password_set)
@receiver(account.password_changed)
def _password(request: HttpRequest, user: Account, signal: Any, **_: Any) -> None:
    _journal("password_set", request, user, replaced=signal is account.password_changed)


@receiver(account.email_changed)
def _email(request: HttpRequest, user: Account, **_: Any) -> None:
    _journal("email_confirmed", request, user)


@receiver(mfa.authenticator_added)
def _factor_added(request: HttpRequest, user: Account, authenticator: Any, **_: Any) -> None:
    _journal("factor_added", request, user, type=str(authenticator.type))


@receiver(mfa.authenticator_removed)
def _factor_removed(request: HttpRequest, user: Account, authenticator: Any, **_: Any) -> None:
    request.session.pop(PROTECTED_KEY, None)
    _journal("factor_removed", request, user, type=str(authenticator.type))


@receiver(mfa.authenticator_reset)
def _factor_reset(request: HttpRequest, user: Account, authenticator: Any, **_: Any) -> None:
    _journal("factor_reset", request, user, type=str(authenticator.type))
