"""Pages in a real Chromium, answered in this process: no server, no port, no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.html import format_html
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM

ORIGIN = "http://localhost"  # a name browsers trust without TLS: every header counts
TYPES = {"css": "text/css", "js": "text/javascript", "woff2": "font/woff2", "svg": "image/svg+xml"}


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def page(
    browser: Browser, width: int, theme: str = "light", expected: Sequence[str] = (), **options: Any
) -> Iterator[Page]:
    """A page whose requests go to Django's test client.

    Fails on any error of script or policy, but those that hold one of the `expected` words.
    """
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR", **options)
    context.add_cookies([{"name": "display", "value": theme, "url": ORIGIN}])
    made = context.new_page()
    troubles: list[str] = []
    made.on("pageerror", lambda error: troubles.append(str(error)))
    made.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    made.route("**/*", answer)
    yield made
    context.close()
    left = [t for t in troubles if not any(word in t for word in expected)]
    assert not left, left


def answer(route: Route, request: Request) -> None:
    where = urlsplit(request.url)
    if where.path.startswith("/static/"):
        name = where.path.removeprefix("/static/")
        found = finders.find(name)
        assert found, f"{name} is not among the static files"
        route.fulfill(path=str(found), content_type=TYPES[name.rsplit(".", 1)[-1]])
        return
    client = Client(headers={"host": where.netloc})
    cookies = request.all_headers().get("cookie", "")
    client.cookies.load(cookies)
    target = where.path + (f"?{where.query}" if where.query else "")
    if request.method == "POST":
        body = request.post_data_buffer or b""
        response = client.post(target, body, content_type=request.headers["content-type"])
    else:
        response = client.get(target, headers={"accept": request.headers.get("accept", "*/*")})
    headers = {name: value for name, value in response.items() if name.lower() != "content-length"}
    if response.cookies:
        headers["Set-Cookie"] = "\n".join(c.OutputString() for c in response.cookies.values())
    if "Location" in headers:
        # The browser would go there without asking us: what it is given is a page that sends it there.
        to = urljoin(request.url, headers.pop("Location"))
        body = format_html('<meta http-equiv="refresh" content="0; url={}">', to)
        route.fulfill(status=HTTPStatus.OK, headers=headers, body=body)
        return
    route.fulfill(status=response.status_code, headers=headers, body=response.content)
