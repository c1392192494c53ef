"""What the views of all modules ask of a request and tell of a form."""

from typing import Any, Protocol, TypeVar

from django import forms
from django.http import Http404, HttpRequest

from smartsenegal.kernel.identity.api import Principal

T = TypeVar("T")


class Refusal(Protocol):
    """What a module's refusal says: its sentence, and the field it is about ("" for none)."""

    @property
    def sentence(self) -> str: ...

    @property
    def field(self) -> str: ...


def principal(request: HttpRequest) -> Principal:
    """Who asks."""
    found: Principal = request.principal  # type: ignore[attr-defined]
    return found


def data_of(request: HttpRequest) -> Any:
    """What was sent, or None: an empty form sent is bound too."""
    return request.POST if request.method == "POST" else None


def found_or_404(row: T | None) -> T:
    """What an address names; raises Http404 for nothing."""
    if row is None:
        raise Http404
    return row


def refuse(form: forms.BaseForm, refused: Refusal) -> None:
    """Put the sentence of a refusal beside its field, or at the head of a form that has no such field."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
