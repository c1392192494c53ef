"""What the pages of the NOC share: the rail, rows of addresses, a form that calls one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from smartsenegal.cable.noc import queries
from smartsenegal.cable.noc.errors import NocRefused
from smartsenegal.cable.noc.models import Alarm
from smartsenegal.cable.pages import may_manage
from smartsenegal.cable.resilience.api import Work
from smartsenegal.kernel.pages import carry_out, principal


def alarm_of(pk: int) -> Alarm:
    """The alarm of an address; raises Http404."""
    found = queries.alarm(pk)
    if found is None:
        raise Http404
    return found


def work_of(pk: int) -> Work:
    """The works of an address; raises Http404."""
    found = queries.work(pk)
    if found is None:
        raise Http404
    return found


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with the rail marked."""
    door = {"label": "Exploitation", "url": reverse("cable_noc:index"), "icon": "bell", "current": True}
    may = may_manage(principal(request))
    return render(request, f"cable_noc/{template}.html", {"may_manage": may, **context, "rail": [door]})


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    to: str,
    template: str = "form",
    **context: Any,
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to an address."""
    if answer := carry_out(request, form, act, lambda _: to):
        return answer
    return show(request, template, {"form": form, "back_url": to, **context})


def do(request: HttpRequest, act: Callable[[], Any], to: str, said: Callable[[Any], str]) -> HttpResponse:
    """An act of one press: done and said, or refused with its sentence."""
    try:
        made = act()
    except NocRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, said(made))
    return redirect(to)
