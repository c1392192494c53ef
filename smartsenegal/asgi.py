"""One port: pages as WSGI in threads, live streams as async Django.

A page costs less CPU as WSGI in a thread than under Django's ASGI handler; only streams need the latter.
"""

import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartsenegal.settings")
os.environ.setdefault("SMARTSENEGAL_PROCESS", "web")

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from smartsenegal.lib.answers import Threaded
from smartsenegal.lib.collecting import collect_seldom, keep_what_is_loaded

STREAMS = "/direct/"

# A page is 5 to 15 ms of work, between questions to the database: taken from it every 5 ms (the default), the
# interpreter goes round all the pages being made, and each ends as late as the last.
sys.setswitchinterval(0.05)

# The server makes processes of its own for the pages.
collect_seldom()

_wsgi = get_wsgi_application()  # sets Django up: what follows may read models

from smartsenegal.wifi.portal.api import Front

# The portal's first pages and the probes of phones come by the thousand: they are answered from memory.
_pages = Front(Threaded(_wsgi, workers=int(os.environ.get("SMARTSENEGAL_THREADS", "10"))))
_streams = get_asgi_application()

get_resolver().url_patterns  # noqa: B018 - loads every view, so that the first visitor does not wait for it
keep_what_is_loaded()


async def application(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """ASGI entry point."""
    if scope["type"] == "http" and scope["path"].startswith(STREAMS):
        await _streams(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)
