"""What the views of all modules ask of a request and tell of a form."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.refusals import Refused
from smartsenegal.lib.text import typography

T = TypeVar("T")


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


def refuse(form: forms.BaseForm, refused: Refused) -> None:
    """Put the sentence of a refusal beside its field, or at the head of a form that has no such field."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)


def carry_out(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[], Any],
    to: Callable[[Any], str],
    said: str = "",
) -> HttpResponse | None:
    """Do what a form that was sent asks, say so, and lead to the address that `to` gives of what was made.

    None when there is a form to show: nothing was sent, or it carries the sentences that refuse it.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        made = act()
    except Refused as refused:
        refuse(form, refused)
        return None
    if said:
        messages.success(request, typography(said))
    return redirect(to(made))
