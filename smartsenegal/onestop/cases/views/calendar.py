"""The national calendar: days off of a year, and what decrees change."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.onestop.cases import actions, queries
from smartsenegal.onestop.cases.forms import DecreeForm
from smartsenegal.onestop.cases.views.common import attempt, principal_of

FIRST, LAST = 2000, 2100
FOLLOWS = "Les délais des dossiers ouverts sont recalculés dans les minutes qui viennent."


@login_required
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The days off of a year; a form to fix one, a button to undo it."""
    by = principal_of(request)
    if not actions.may_decree(by):
        raise PermissionRefused("Le calendrier national est tenu par l’administration centrale.")
    year = _year(request)
    if request.method == "POST" and "annuler" in request.POST:
        return _undo(request, year)
    form = DecreeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        day = found["day"]
        if attempt(form, lambda: actions.decree_day(by, day, found["label"], found["reference"])):
            messages.success(request, f"Jour enregistré. {FOLLOWS}")
            return redirect(_address(day.year))
    context = {
        "form": form,
        "year": year,
        "days": queries.days_off(year),
        "before": _address(year - 1) if year > FIRST else "",
        "after": _address(year + 1) if year < LAST else "",
    }
    return render(request, "cases/calendar.html", context)


def _year(request: HttpRequest) -> int:
    typed = request.GET.get("annee", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0
    return year if FIRST <= year <= LAST else timezone.localdate().year


def _address(year: int) -> str:
    return f"{reverse('cases:calendar')}?annee={year}"


def _undo(request: HttpRequest, year: int) -> HttpResponse:
    try:
        day = date.fromisoformat(request.POST.get("annuler", ""))
    except ValueError:
        return redirect(_address(year))
    actions.undo_decree(principal_of(request), day)
    messages.success(request, f"Jour remis au calendrier ordinaire. {FOLLOWS}")
    return redirect(_address(day.year))
