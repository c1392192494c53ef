"""What every page of cases does alike: who asks, from which version, and how a refusal comes back."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse

from smartsenegal.kernel.identity.api import Principal, current_party
from smartsenegal.lib.ids import uuid7
from smartsenegal.onestop.cases.actions import record_reading_for
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.queries import Opened, own_case
from smartsenegal.onestop.cases.rules import Stop

T = TypeVar("T")
_OF_THE_PAGE = {"csrfmiddlewaretoken", "version", "request_key"}


def principal_of(request: HttpRequest) -> Principal:
    """Who asks (put there by the middleware)."""
    return cast(Principal, request.principal)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Stamp:
    """The version a page was made from, and a key that makes a second sending of it harmless."""

    version: int | None
    key: str

    @classmethod
    def fresh(cls, version: int) -> "Stamp":
        """The stamp of a page being made."""
        return cls(version, str(uuid7()))

    @classmethod
    def sent(cls, request: HttpRequest) -> "Stamp":
        """The stamp that comes back with a form."""
        typed = str(request.POST.get("version", ""))
        version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
        key = request.POST.get("request_key", "").replace("\x00", "")[:40]
        return cls(version, f"{key}:{_sent_digest(request)}" if key else "")

    def for_part(self, part: str) -> dict[str, Any]:
        """The arguments of an action that does one part of what the page sends."""
        return {"version": self.version, "request_key": f"{self.key}:{part}"[:100] if self.key else ""}

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the one action that the page does."""
        return {"version": self.version, "request_key": self.key}


def _sent_digest(request: HttpRequest) -> str:
    """Tells a second sending of the same words from other words sent from the same page.

    A browser's way back shows the very page that was sent, key included: what is corrected on it is new.
    """
    words = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name not in _OF_THE_PAGE]
    files = [
        (name, [(f.name, f.size) for f in request.FILES.getlist(name)]) for name in sorted(request.FILES)
    ]
    return hashlib.sha256(repr((words, files)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def whose(request: HttpRequest, case: Case) -> dict[str, Any]:
    """For whom the request is, where it is not evident: what `cases/whose.html` tells on its pages.

    The banner of the name one acts in now is left out: what is said of this request is what counts.
    """
    mine = principal_of(request).account_id == str(case.applicant_id)
    if mine and current_party(request).is_self:
        return {"party": None, "for_whom": ""}
    return {"party": None, "for_whom": "vous-même" if mine else case.party_name, "for_other": not mine}


def note_reading(request: HttpRequest, case: Case) -> None:
    """Write in the journal that somebody opened the request of another, in their name."""
    record_reading_for(case, principal_of(request))


def open_own(request: HttpRequest, case_id: UUID) -> Opened:
    """A request, for its applicant or who acts for them, the reading of the latter in the journal: every page
    that shows what a request holds opens it so. Raises as `queries.own_case`."""
    opened = own_case(case_id, principal_of(request))
    note_reading(request, opened.case)
    return opened


def attempt(form: Form, act: Callable[[], T]) -> T | None:
    """Do the act; a refusal becomes an error of the form, above what was typed, and None is returned."""
    try:
        return act()
    except CaseRefused as refused:
        form.add_error(None, refused.sentence)
        return None


def stop_url(case_id: UUID | str, stop: Stop) -> str:
    """The address of one page of the way through a draft."""
    if stop.kind == "question":
        return reverse("cases:question", args=[case_id, stop.key])
    if stop.kind == "piece":
        return reverse("cases:piece", args=[case_id, stop.key])
    return reverse("cases:check", args=[case_id])
