"""Home page, display choices, and the answers to what goes wrong."""

from __future__ import annotations

import errno
import sys
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.web import context, queries, rules
from smartsenegal.web.rail import house_rail

NO_ROOM = (
    "La place manque de notre côté pour recevoir ce que vous envoyez. Ce qui était déjà enregistré est gardé."
)
YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "web/home.html", {"home": queries.home_page()})


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Where one arrives once signed in: an agent at the first door of the rail, others at their space."""
    doors = house_rail(request)
    return HttpResponseRedirect(doors[0]["url"] if doors else context.DOORS["account"])


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "web/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "web/privacy.html")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keyboard of the operations pages, for those whose browser does not open the dialog."""
    referer = urlsplit(request.headers.get("Referer", ""))
    back = referer.path if referer.netloc == request.get_host() else "/"
    return render(request, "web/keys.html", {"back": rules.safe_next(back)})


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie of this browser and go back to the page."""
    answer = HttpResponseRedirect(rules.safe_next(request.POST.get("next", "")))
    theme = request.POST.get("theme", "")
    if theme in context.THEMES:
        answer.set_cookie(
            context.THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return answer


# --- what goes wrong ----------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when the request was refused for its size."""
    status = HTTPStatus.BAD_REQUEST
    if isinstance(exception, RequestDataTooBig):
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return refusal(request, status)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 with the sentence of the exception, when it carries one in French."""
    return refusal(request, HTTPStatus.FORBIDDEN, getattr(exception, "sentence", ""))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal(request, HTTPStatus.NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def too_many_requests(request: HttpRequest, sentence: str = "", wait: str = "") -> HttpResponse:
    """429; `wait` says in words how long to wait ("10 minutes")."""
    return refusal(request, HTTPStatus.TOO_MANY_REQUESTS, sentence, wait)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database is away or the disk full; asks neither of them for anything."""
    error = sys.exc_info()[1]
    if isinstance(error, InterfaceError | OperationalError):
        return service_unavailable(request, wait="un instant")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return service_unavailable(request, NO_ROOM)
    return broken(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def service_unavailable(request: HttpRequest, sentence: str = "", wait: str = "") -> HttpResponse:
    """503, written without asking the database or the session for anything."""
    answer = broken(request, HTTPStatus.SERVICE_UNAVAILABLE, sentence, wait)
    answer.headers["Retry-After"] = "120"
    return answer


def refusal(request: HttpRequest, status: HTTPStatus, sentence: str = "", wait: str = "") -> HttpResponse:
    """The page of an error of the request, or RFC 9457 problem details for the API."""
    if request.path.startswith("/api/"):
        return problem(status, sentence)
    return render(request, f"{status.value}.html", {"sentence": sentence, "wait": wait}, status=status)


def broken(request: HttpRequest, status: HTTPStatus, sentence: str = "", wait: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(status, sentence)
    values = {"sentence": sentence, "wait": wait, "demo": settings.DEMO}
    return HttpResponse(render_to_string(f"{status.value}.html", values), status=status)


# What an error of the API is called, as the operations themselves name it (`web.rest`).
TITLES = {
    HTTPStatus.BAD_REQUEST: "Demande illisible",
    HTTPStatus.FORBIDDEN: "Action non permise",
    HTTPStatus.NOT_FOUND: "Introuvable",
    HTTPStatus.METHOD_NOT_ALLOWED: "Cette adresse n’admet pas cette méthode",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Envoi trop lourd",
    HTTPStatus.TOO_MANY_REQUESTS: "Trop d’appels",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Erreur du service",
    HTTPStatus.SERVICE_UNAVAILABLE: "Service indisponible",
}


def problem(status: HTTPStatus, sentence: str) -> HttpResponse:
    """Problem details (RFC 9457), its title in French."""
    title = TITLES.get(status, status.phrase)
    body = {"type": "about:blank", "title": title, "status": status.value, "detail": sentence}
    return JsonResponse(
        {name: value for name, value in body.items() if value != ""},
        status=status,
        content_type="application/problem+json",
    )
