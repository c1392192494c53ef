"""What every page gets: a content security policy, who may keep it, and refusals turned into pages."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.web.views import problem

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


def content_security_policy(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware


def private_pages(get_response: Handler) -> Handler:
    """What was made for one session is kept by no proxy, and by no browser once that session is over.

    Not `no-store`: the way back must find a page with what was typed on it. Leaving clears instead what the
    browser holds, for the next person at a shared computer (Clear Site Data, W3C).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.has_header("Vary") and "cookie" in response.headers["Vary"].lower():
            response.headers.setdefault("Cache-Control", "private, no-cache")
        if _ends_session(response):
            response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return middleware


def _ends_session(response: HttpResponse) -> bool:
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and cookie["max-age"] == 0


class refusals:  # noqa: N801 - named as a function in settings, a class for process_exception
    """Answers 403 with the sentence of a `PermissionRefused` raised by any action.

    A method that an address of the API has not is told as its other errors: the framework does it in English.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not request.path.startswith("/api/"):
            return response
        told = problem(HTTPStatus.METHOD_NOT_ALLOWED, f"Elle admet\u00a0: {response.headers['Allow']}.")
        told.headers["Allow"] = response.headers["Allow"]
        return told

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PermissionRefused):
            return render(request, "403.html", {"sentence": exception.sentence}, status=403)
        return None
