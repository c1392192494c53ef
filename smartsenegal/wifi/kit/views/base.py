"""What the pages of the kits share: who may see and change, one kit, a form that calls one action."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import carry_out
from smartsenegal.wifi.kit import presenting, queries, rules, store
from smartsenegal.wifi.kit.actions_base import PERMISSION, manages
from smartsenegal.wifi.kit.models import Kit


def reader(request: HttpRequest) -> Principal:
    """Who asks, if they may read some hotspot; raises PermissionRefused."""
    by: Principal = request.principal  # type: ignore[attr-defined]
    if not by.may(queries.READ):
        raise PermissionRefused("Les kits d’événement sont ceux des ingénieurs du réseau Wi-Fi.")
    return by


def manager(request: HttpRequest) -> Principal:
    """Who asks, if they may change some hotspot; raises PermissionRefused."""
    by = reader(request)
    if not by.may(PERMISSION):
        raise PermissionRefused("Les kits sont préparés par qui administre le réseau Wi-Fi.")
    return by


def known(by: Principal, number: UUID) -> Kit:
    """The kit of an address, if `by` sees it; raises Http404."""
    found = queries.kit(by, number)
    if found is None:
        raise Http404
    return found


def address(kit: Kit) -> str:
    """The page of a kit."""
    return reverse("wifi_kit:kit", args=[kit.pk])


def show(
    request: HttpRequest, by: Principal, kit: Kit, form: forms.Form, *, key: str = "", status: int = 200
) -> HttpResponse:
    """The page of a kit, with the form for its file; `key` only in answer to who asked for it."""
    now, report = timezone.now(), queries.report(kit)
    hotspots = queries.hotspots_of(kit.sites)
    standing = rules.standing(kit.state, kit.expires_at, kit.due_at, now)
    context: dict[str, Any] = {
        **presenting.row(kit, {h.site.code: h for h in hotspots}, now),
        "kit": kit,
        "key": key,
        "form": form,
        "standing": standing,
        "facts": presenting.facts(kit, report),
        "rows": presenting.reconciliation(report),
        "verdict": presenting.verdict(report),
        "returns": (returns := [presenting.returned(r, is_held=store.is_held(r.pk)) for r in report.returns]),
        "reading": next((each for each in returns if each["reading"]), None),
        "may_manage": all(manages(by, hotspot) for hotspot in hotspots) and by.may(PERMISSION),
        "out": standing in ("out", "overdue"),
        "may_return": not rules.return_fault(report.sent, report.settled),
    }
    response = render(request, "kit/kit.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    to: Callable[[Any], str],
    **context: Any,
) -> HttpResponse:
    """A page with one form: shown, refused with its sentences, or done and led to the address `to` gives."""
    if answer := carry_out(request, form, act, to):
        return answer
    status = 422 if form.errors else 200
    return render(request, "kit/form.html", {"form": form, **context}, status=status)
