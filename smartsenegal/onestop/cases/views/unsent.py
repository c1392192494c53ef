"""What a person was sending when their session ended: kept sealed, and shown again once they are back."""

import base64
import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

from smartsenegal.kernel.vault import keyring
from smartsenegal.lib.crypto import DecryptionFailed, KeyringRefused

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
KEY = "cases.unsent"
KEPT_SECONDS = 3600
MOST_BYTES = 40_000
# The page shown again has its own.
_OF_THE_PAGE = ("csrfmiddlewaretoken", "version", "request_key")


def signed_in(view: View[P]) -> View[P]:
    """Leads a stranger to the door; on the way back the form holds what they were sending, not sent yet.

    Files cannot be kept. What is kept opens for the same address alone, and the view still decides who may
    see it: another person who signs in on that browser gets nothing of it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                _keep(request)
            return redirect_to_login(request.get_full_path())
        if request.method == "GET" and KEY in request.session:
            # Views read a form from POST and act on the method: the words are shown, nothing is done.
            request.POST = _taken(request)  # type: ignore[assignment]
        return view(request, *args, **kwargs)

    return guarded


def _keep(request: HttpRequest) -> None:
    typed = request.POST.copy()
    for name in _OF_THE_PAGE:
        typed.pop(name, None)
    clear = typed.urlencode().encode()
    if not clear or len(clear) > MOST_BYTES:
        return
    sealed = keyring().seal_field(clear, _place(request))
    request.session[KEY] = {"at": time.time(), "sealed": base64.b64encode(sealed).decode()}


def _taken(request: HttpRequest) -> QueryDict:
    """What was kept for this address; nothing when it was for another one, or too long ago."""
    kept = request.session.pop(KEY)
    if time.time() - kept["at"] > KEPT_SECONDS:
        return QueryDict()
    try:
        clear = keyring().open_field(base64.b64decode(kept["sealed"]), _place(request))
    except (DecryptionFailed, KeyringRefused):
        return QueryDict()
    return QueryDict(clear)


def _place(request: HttpRequest) -> bytes:
    return f"unsent:{request.get_full_path()}".encode()
