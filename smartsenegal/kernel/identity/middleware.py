"""Puts the principal on each request, and sends agents without a second factor to enrol one."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.identity.queries import has_second_factor, principal_of

Handler = Callable[[HttpRequest], HttpResponse]

# Remembered in the session so that an agent's pages do not ask the database each time.
PROTECTED_KEY = "second_factor"
# What an agent may still reach: enrolling (which asks the password again), leaving, static files.
_OPEN = (
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "account_logout",
    "account_name",
)


def principal(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        # Read once, and only when somebody asks for it.
        request.principal = SimpleLazyObject(lambda: principal_of(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def second_factor(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.AGENT_TOTP_REQUIRED and _must_enrol(request):
            return _to_enrolment(request)
        return get_response(request)

    return middleware


def _to_enrolment(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {"title": "Double vérification exigée", "status": 403, "type": "about:blank"}
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    query = urlencode({"next": request.get_full_path()} if request.method == "GET" else {})
    return HttpResponseRedirect(f"{reverse('mfa_activate_totp')}?{query}")


def _must_enrol(request: HttpRequest) -> bool:
    if not request.user.is_authenticated or request.session.get(PROTECTED_KEY):
        return False
    assert isinstance(request.user, Account)
    if not request.principal.is_agent or request.path in _open_paths():  # type: ignore[attr-defined]
        return False
    if has_second_factor(request.user):
        request.session[PROTECTED_KEY] = True
        return False
    return True


def _open_paths() -> set[str]:
    return {reverse(name) for name in _OPEN}
