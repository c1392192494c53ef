"""What the accountants' pages share, and what is printed."""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib.pdf import RenderRefused, render

View = Callable[..., HttpResponse | StreamingHttpResponse]


def marked() -> dict[str, Any]:
    """Marks the door of the accounts in the rail, also on the pages behind it."""
    door = {"label": "Comptes", "url": reverse("payments:accounts"), "icon": "scale", "current": True}
    return {"rail": [door]}


def principal_of(request: HttpRequest) -> Principal:
    return request.principal  # type: ignore[attr-defined,no-any-return]


def reader(view: View) -> View:
    """Only for those who read the accounts."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        if not principal_of(request).may("payments.read"):
            raise PermissionRefused("Les comptes se lisent avec un rôle d’agent comptable ou d’inspecteur.")
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))


def printed(template: Path, data: dict[str, Any], title: str) -> bytes:
    """The PDF; a sign that no typeface of ours has is printed as "?", and the rest all the same."""
    try:
        return render(template, data, title=title, created_at=timezone.now().replace(microsecond=0))
    except RenderRefused as refusal:
        if not refusal.characters:
            raise
        unknown = dict.fromkeys(map(ord, refusal.characters), "?")
        text = json.dumps(data, ensure_ascii=False).translate(unknown)
        return printed(template, json.loads(text), title.translate(unknown))


def next_page(request: HttpRequest, rows: list[Any], size: int) -> tuple[list[Any], str]:
    """The rows of a page, and the address of the next one when there are more."""
    if len(rows) <= size:
        return rows, ""
    kept = {name: value for name, value in request.GET.items() if name != "avant" and value}
    return rows[:size], f"{request.path}?{urlencode({**kept, 'avant': str(rows[size - 1].pk)})}"
