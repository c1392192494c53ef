"""One port: pages as WSGI in threads, live streams as async Django.

A page costs less CPU as WSGI in a thread than under Django's ASGI handler; only streams need the latter.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartsenegal.settings")
os.environ.setdefault("SMARTSENEGAL_PROCESS", "web")

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

from smartsenegal.lib.answers import Threaded

STREAMS = "/direct/"

_pages = Threaded(get_wsgi_application(), workers=int(os.environ.get("SMARTSENEGAL_THREADS", "10")))
_streams = get_asgi_application()


async def application(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """ASGI entry point."""
    if scope["type"] == "http" and scope["path"].startswith(STREAMS):
        await _streams(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)
