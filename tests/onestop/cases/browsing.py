"""A browser without JavaScript, for the tests of pages."""

import html
import re
from typing import Any

from django.test import Client


def text_of(response: Any) -> str:
    """What a reader sees of a page."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(words))


def hidden(response: Any) -> dict[str, str]:
    """The hidden fields of the page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def send(client: Client, url: str, data: dict[str, Any], follow: bool = False) -> Any:
    """Open a page, fill it and send it, hidden fields included."""
    page = client.get(url)
    assert page.status_code == 200, url
    return client.post(url, {**hidden(page), **data}, follow=follow)
