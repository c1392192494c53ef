"""What both faces of the API do alike: the key of a write, and refusals as problem details."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Schema
from ninja.errors import HttpError, ValidationError

from smartsenegal.kernel.documents.api import UploadRefused
from smartsenegal.kernel.idempotency.api import KEY, Reply, answered_once
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.onestop.cases import rules
from smartsenegal.onestop.cases.errors import CaseRefused, FilingRefused
from smartsenegal.onestop.cases.models import Case

__all__ = [
    "KEY", "Act", "CaseConflict", "EntryOut", "FileOut", "ItemOut", "Note", "answered", "principal_of",
    "refusals",
]  # fmt: skip


class FileOut(Schema):
    id: str
    name: str
    size: int
    media_type: str
    issued_on: date | None


class ItemOut(Schema):
    """One thing the service asks to correct."""

    kind: str
    key: str
    label: str
    fault: str
    sentence: str
    treated: bool


class EntryOut(Schema):
    at: datetime
    text: str


class Act(Schema):
    version: int | None = Field(None, description="Version du dossier sur laquelle vous décidez.")


class Note(Act):
    note: str = Field("", max_length=2000)


class CaseConflict(HttpError):
    """409: the sentence, and the case as it stands now."""

    def __init__(self, refused: CaseRefused) -> None:
        super().__init__(409, refused.sentence)
        view = refused.view
        self.members: Mapping[str, Any] = _present(view) if view else {}


def _present(view: rules.CaseView) -> dict[str, Any]:
    label = rules.STATES_FOR_AGENT[view.state]
    return {"version": view.version, "state": view.state, "state_label": label}


def principal_of(request: HttpRequest) -> Principal:
    """Who calls: the person of the session, or the service of the token."""
    return cast(Principal, request.principal)  # type: ignore[attr-defined]


def answered(
    request: HttpRequest, key: str, shape: type[Schema], act: Callable[[], Any], *parts: Any
) -> HttpResponse:
    """What the write answers, done once for its key; `parts` tell the request apart when it carries a file.

    Refusals are raised as 404, 409 or 422.
    """

    def reply() -> Reply:
        return Reply(shape.model_validate(act()).model_dump_json())

    with refusals():
        return answered_once(request, principal_of(request).rate_key, key, reply, *parts)


@contextmanager
def refusals() -> Iterator[None]:
    """Refusals as the API tells them: 404, 409, or 422 with each place."""
    try:
        yield
    except Case.DoesNotExist:
        raise Http404("Cette demande n’existe pas.") from None
    except FilingRefused as refused:
        raise ValidationError([_fault(f) for f in refused.faults]) from refused
    except UploadRefused as refused:
        raise ValidationError([{"loc": ("file",), "msg": refused.sentence}]) from refused
    except CaseRefused as refused:
        raise CaseConflict(refused) from refused


def _fault(fault: rules.Fault) -> dict[str, Any]:
    place = ("answers", fault.page) if fault.page else ("pieces", fault.piece) if fault.piece else ()
    return {"loc": place, "msg": fault.sentence}
