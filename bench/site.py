"""The server under measure: the platform, one bare page beside it, and its own time on each answer."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from smartsenegal.urls import (  # noqa: F401
    handler400,
    handler403,
    handler404,
    handler500,
)
from smartsenegal.urls import (
    urlpatterns as platform,
)

BARE = """<!doctype html><title>bare</title><table>{% for row in rows %}<tr><td>{{ row.reference }}</td>
<td>{{ row.title }}</td><td>{{ row.state }}</td><td>{{ row.due_on }}</td></tr>{% endfor %}</table>"""


def server_timing(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Tells on each answer its time in ms, from the first middleware to the last, and its queries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        queries = 0

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal queries
            queries += 1
            return execute(sql, params, many, context)

        began = time.perf_counter()
        with connection.execute_wrapper(count):
            response = get_response(request)
        elapsed = (time.perf_counter() - began) * 1000
        response["Server-Timing"] = f"total;dur={elapsed:.2f}, queries;desc={queries}"
        return response

    return middleware


@lru_cache
def _template() -> Any:
    return engines["django"].from_string(BARE)


def bare(request: HttpRequest) -> HttpResponse:
    """What Django costs for a page of 20 rows read by an index: the baseline of every page's figure."""
    from smartsenegal.onestop.cases.models import Case

    rows = Case.objects.order_by("-id").values("reference", "title", "state", "due_on")[:20]
    return HttpResponse(_template().render({"rows": rows}, request))


@login_required
def signed_in(request: HttpRequest) -> HttpResponse:
    """The same page for somebody: their session, their account, their roles, then 20 rows that they may read."""
    if not request.principal.may("cases.queue"):  # type: ignore[attr-defined]
        return HttpResponse(status=403)
    return bare(request)


urlpatterns = [path("bench/bare/", bare), path("bench/signed-in/", signed_in), *platform]
