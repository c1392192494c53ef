"""The doors of OpenID Connect: discovery, consent, tokens, signing out. allauth speaks the protocol."""

import json
import time
from base64 import b64decode
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import ratelimit
from allauth.core.internal import jwkkit
from allauth.idp.oidc import views as oidc
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.internal.oauthlib.server import get_server
from allauth.idp.oidc.internal.oauthlib.utils import extract_params
from allauth.idp.oidc.internal.resources import get_resources
from django.conf import settings
from django.contrib.auth import logout as logout_user
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.openid.connect.core import exceptions as openid

from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.models import ServiceClient
from smartsenegal.kernel.identity.rules import (
    API_SCOPES,
    LOGIN_SCOPES,
    is_fresh,
    is_registered,
    max_age_of,
)
from smartsenegal.kernel.identity.rules_levels import LEVELS, acr_met, acr_to_reach, acr_wanted
from smartsenegal.kernel.identity.views.account import owner, remember_way_back
from smartsenegal.lib.phones import format_phone
from smartsenegal.lib.text import NBSP

Door = Callable[..., HttpResponseBase]


@require_GET
def configuration(request: HttpRequest) -> HttpResponse:
    """What this provider does (OpenID Connect Discovery 1.0, section 3; RFC 8414)."""
    base = str(settings.PUBLIC_URL).rstrip("/")
    at = {name: base + reverse(f"idp:oidc:{name}") for name in (
        "authorization", "token", "userinfo", "jwks", "revoke", "logout"
    )}  # fmt: skip
    methods = ["client_secret_basic", "client_secret_post"]
    response = JsonResponse(
        {
            "issuer": base,
            "authorization_endpoint": at["authorization"],
            "token_endpoint": at["token"],
            "userinfo_endpoint": at["userinfo"],
            "jwks_uri": at["jwks"],
            "revocation_endpoint": at["revoke"],
            "end_session_endpoint": at["logout"],
            "scopes_supported": [*LOGIN_SCOPES, *API_SCOPES],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": [*methods, "none"],
            "revocation_endpoint_auth_methods_supported": [*methods, "none"],
            "code_challenge_methods_supported": ["S256"],
            "acr_values_supported": LEVELS,
            "claims_supported": [
                "sub", "name", "locale", "phone_number", "phone_number_verified", "email", "email_verified",
                "acr", "amr", "assurance", "auth_time",
            ],
            "prompt_values_supported": ["none", "login", "consent"],
            "ui_locales_supported": ["fr"],
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "service_documentation": base + "/api/v1/openapi.json",
        }
    )  # fmt: skip
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _whole(view: Door, refused: Callable[[HttpRequest], HttpResponse]) -> Door:
    """The same door, which refuses at once what holds a NUL: no value of ours does, PostgreSQL takes none."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return refused(request) if _holds_nul(request) else view(request, *args, **kwargs)

    return answer


def _told_to_a_person(request: HttpRequest) -> HttpResponse:
    return render(request, "idp/oidc/error.html", status=400)


def _told_to_a_service(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"error": "invalid_request"}, status=400)


def _holds_nul(request: HttpRequest) -> bool:
    typed = [value for sent in (request.GET, request.POST) for _, values in sent.lists() for value in values]
    return any("\x00" in value for value in (*typed, _basic(request)))


def _basic(request: HttpRequest) -> str:
    """What the header of a service's name and secret says (RFC 6749, section 2.3.1); "" without one."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        return unquote(b64decode(given).decode("latin-1")) if scheme.lower() == "basic" else ""
    except ValueError:
        return ""


@method_decorator(never_cache, name="dispatch")
class AuthorizationView(oidc.AuthorizationView):  # type: ignore[misc]
    """Asks the person once what a service may know; PKCE with S256 for every service (RFC 9700, 2.1.1)."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if response := self._login_required(request):
            return response  # type: ignore[no-any-return]
        try:
            self._scopes, self._request_info = get_server().validate_authorization_request(
                *extract_params(request)
            )
            self._request_info["resources"] = get_resources(request)
            self._request_info["acr_values"] = acr_wanted(request.GET.get("acr_values", ""))
            return self._asked(request)
        except (errors.FatalClientError, ValidationError):
            return render(request, "idp/oidc/error.html", status=400)
        except errors.OAuth2Error as error:
            sent: HttpResponse = oidc._ClientHttpResponseRedirect(error.in_uri(error.redirect_uri))
            return sent

    def _asked(self, request: HttpRequest) -> HttpResponse:
        asked = self._request_info["request"]
        if not is_registered(self._request_info["redirect_uri"], asked.client.get_redirect_uris()):
            raise errors.MismatchingRedirectURIError(request=asked)
        if request.GET.get("code_challenge_method") != "S256" or not request.GET.get("code_challenge"):
            raise errors.InvalidRequestError("PKCE with S256 is required", request=asked)
        prompts = set(self._request_info.get("prompt") or ())
        if request.user.is_authenticated and not self._is_fresh(request, prompts):
            if "none" in prompts:
                raise openid.LoginRequired(request=asked)
            return _door(request)
        known = request.user.is_authenticated and self._is_agreed(request)
        if "none" in prompts and not request.user.is_authenticated:
            raise openid.LoginRequired(request=asked)
        if "none" in prompts and not known:
            raise openid.ConsentRequired(request=asked)
        if self._acr() is None:
            return self._stepped_up(request, prompts)
        if known and "consent" not in prompts:
            return self._sent_back(request)
        response: HttpResponse = self.render_to_response(self.get_context_data())
        response["Content-Security-Policy"] = policy_with(str(self._request_info["redirect_uri"]))
        return response

    def _login_required(self, request: HttpRequest) -> HttpResponse | None:
        """Lead who is not signed in to the door; who must sign in again is, once the request is checked."""
        if request.user.is_authenticated or "none" in request.GET.get("prompt", "").split():
            return None
        return _door(request)

    def _is_fresh(self, request: HttpRequest, prompts: set[str]) -> bool:
        try:
            max_age = max_age_of(request.GET.get("max_age", ""))
        except ValueError:
            asked = self._request_info["request"]
            raise errors.InvalidRequestError("max_age is no number of seconds", request=asked) from None
        return is_fresh(
            queries.signed_in_at(request),
            time.time(),
            again="login" in prompts,
            max_age=max_age,
            asked_at=_asked_at(request),
        )

    @property
    def _wanted(self) -> list[str]:
        return list(self._request_info.get("acr_values", ()))

    def _acr(self) -> str | None:
        """The level to be told, "" when none was asked for; None when the person holds none of them."""
        wanted = self._wanted
        return (acr_met(wanted, owner(self.request).assurance) or None) if wanted else ""

    def _stepped_up(self, request: HttpRequest, prompts: set[str]) -> HttpResponse:
        """How the person reaches the level asked for, or the refusal that the service understands."""
        refusal = UnmetRequirements(request=self._request_info["request"])
        level = acr_to_reach(self._wanted)
        if not level or "none" in prompts:
            raise refusal
        if level == "phone":
            remember_way_back(request)
        back = refusal.in_uri(self._request_info["redirect_uri"])
        context = {"service": self._service(), "level": level, "back": back}
        return render(request, "idp/oidc/step_up.html", context)

    def _shared(self, scopes: Iterable[str]) -> list[str]:
        """What the service learns: a request for a level tells it the level too."""
        return sorted({*scopes, "assurance"} if self._wanted else scopes)

    def _is_agreed(self, request: HttpRequest) -> bool:
        consent = queries.consent_of(owner(request), self._request_info["client_id"])
        return consent is not None and set(self._shared(self._scopes)) <= set(consent.scopes)

    def _sent_back(self, request: HttpRequest) -> HttpResponse:
        response = self._skip_consent()
        if "Location" not in response or not _from_our_page(request):
            return response  # type: ignore[no-any-return]
        # Browsers forbid a form of ours (the door's) to end at another site: a page of ours leads there.
        context = {"url": response["Location"], "service": self._service()}
        return render(request, "idp/oidc/leaving.html", context)

    def form_valid(self, form: Any) -> HttpResponse:
        if (acr := self._acr()) is None:
            refusal = UnmetRequirements(state=self._request_info.get("state"))
            return oidc._ClientHttpResponseRedirect(refusal.in_uri(self._request_info["redirect_uri"]))  # type: ignore[no-any-return]
        scopes = self._shared(form.cleaned_data["scopes"])
        mine, service, ip = owner(self.request), self._service(), queries.client_ip(self.request)
        actions.give_consent(mine, service, scopes, ip)
        actions.note_sign_in(mine, service, scopes, ip)
        response: HttpResponse = super().form_valid(form)
        sent = parse_qs(urlsplit(response.get("Location", "")).query)
        if code := "".join(sent.get("code", [])):
            actions.keep_with_code(code, queries.origin_of(self.request, acr))
        return response

    def _service(self) -> ServiceClient:
        service = queries.service_of(self._request_info["client_id"])
        if service is None or service.suspended_at:
            raise Http404
        return service

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "service": self._service(), "scopes": self._scopes, "rows": self._rows()}

    def _rows(self) -> list[dict[str, str]]:
        mine = owner(self.request)
        contact = queries.contact_of(mine.pk)
        values = {
            "openid": "Un numéro propre à ce service",
            "profile": mine.name,
            "phone": format_phone(contact.phone) if contact and contact.phone else "Aucun numéro vérifié",
            "email": (contact.email if contact else "") or "Aucune adresse vérifiée",
            "assurance": mine.get_assurance_display(),
        }
        shared = self._shared(self._scopes)
        return [{"label": LOGIN_SCOPES[s], "value": values[s]} for s in LOGIN_SCOPES if s in shared]


class UnmetRequirements(openid.OpenIDClientError):  # type: ignore[misc]
    """The error of OpenID Connect Core Unmet Authentication Requirements 1.0, section 2."""

    error = "unmet_authentication_requirements"
    description = "The person does not hold the level of assurance that was asked for."


# Requests that led to the door, with when: a few, for a person may have several tabs.
_ASKED, _REMEMBERED = "oidc_asked", 5


def _asked_at(request: HttpRequest) -> float | None:
    """When this same request first led to the door of this session."""
    found = request.session.get(_ASKED, {}).get(_mark(request))
    return float(found) if found is not None else None


def _mark(request: HttpRequest) -> str:
    return queries.fingerprint(request.GET.urlencode())


def _door(request: HttpRequest) -> HttpResponse:
    """Lead to the door, and remember when; who cannot prove who they are there signs in anew."""
    known = request.session.get(_ASKED, {})
    if request.user.is_authenticated and not get_reauthentication_flows(request.user):
        logout_user(request)
    to = "account_reauthenticate" if request.user.is_authenticated else "account_login"
    kept = dict(sorted(known.items(), key=lambda item: float(item[1]))[1 - _REMEMBERED :])
    request.session[_ASKED] = {**kept, _mark(request): time.time()}
    return redirect(f"{reverse(to)}?{urlencode({'next': request.get_full_path()}, safe='/')}")


def policy_with(uri: str) -> str:
    """The content security policy of our pages, for one whose form ends at this address of a service."""
    parts = urlsplit(uri)
    place = f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"
    return (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; "
        f"form-action 'self' {place}; frame-ancestors 'none'"
    )


def _from_our_page(request: HttpRequest) -> bool:
    referer = urlsplit(request.META.get("HTTP_REFERER", ""))
    return bool(referer.netloc == request.get_host())


class LogoutView(oidc.LogoutView):  # type: ignore[misc]
    """Signing out at the wish of a service (OpenID Connect RP-Initiated Logout 1.0): the person is asked."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        form = context["form"]
        if form.is_bound and form.is_valid() and (uri := form.cleaned_data["post_logout_redirect_uri"]):
            response["Content-Security-Policy"] = policy_with(uri)
        return response


class _CountedDoor(View):
    """Where a service shows its secret: counted by address, answered without being kept."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not ratelimit.consume(request, action="oidc_token"):
            return JsonResponse({"error": "temporarily_unavailable"}, status=429)
        response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        response["Cache-Control"] = "no-store"  # RFC 6749, section 5.1
        return response


class TokenView(_CountedDoor, oidc.TokenView):  # type: ignore[misc]
    """Tokens for a code, a refresh token or a secret (RFC 6749, section 3.2)."""

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        given = request.POST
        origin = queries.origin_of_grant(given.get("code", ""), given.get("refresh_token", ""))
        request.oidc_origin = origin  # type: ignore[attr-defined]
        response = super().post(request, *args, **kwargs)
        if origin is not None and response.status_code == 200:
            made = json.loads(response.content)
            values = [made[name] for name in ("access_token", "refresh_token") if made.get(name)]
            actions.keep_with_tokens(values, origin)
        return response


class RevokeView(_CountedDoor, oidc.RevokeView):  # type: ignore[misc]
    """A token that its service gives back (RFC 7009)."""


# --- what a person agreed to -----------------------------------------------------------------


@login_required
@never_cache
@require_GET
def agreed(request: HttpRequest) -> HttpResponse:
    """Services that know the person, and what of them."""
    context = {"services": queries.agreed_services(owner(request))}
    return render(request, "identity/agreed_services.html", context)


@login_required
def withdraw(request: HttpRequest, client_id: str) -> HttpResponse:
    """Ask once more, then stop sharing with a service."""
    shown = next((s for s in queries.agreed_services(owner(request)) if s.client_id == client_id), None)
    if shown is None:
        raise Http404
    if request.method == "POST":
        actions.withdraw_consent(owner(request), client_id, request.principal)  # type: ignore[attr-defined]
        return redirect("agreed_services")
    context = {
        "title": f"Ne plus partager avec {shown.name}{NBSP}?",
        "text": "Ce service ne pourra plus lire vos données ici. Il répond de celles qu’il a déjà reçues.",
        "confirm_label": "Ne plus partager",
        "cancel_url": reverse("agreed_services"),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)


@require_GET
def jwks(request: HttpRequest) -> HttpResponse:
    """Public keys that check what we sign (RFC 7517), the next one among them before it signs."""
    adapter = get_adapter()
    keys = [jwkkit.load_jwk_from_pem(key.pem)[0] for key in adapter.list_private_keys(is_active=True)]
    response = JsonResponse({"keys": [{**key, "use": "sig", "alg": "RS256"} for key in keys]})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"max-age={adapter.get_jwks_cache_control()}, must-revalidate"
    return response


authorization = _whole(AuthorizationView.as_view(), _told_to_a_person)
token = _whole(TokenView.as_view(), _told_to_a_service)
logout = _whole(LogoutView.as_view(), _told_to_a_person)
user_info = oidc.user_info
revoke = _whole(RevokeView.as_view(), _told_to_a_service)
