"""For who administers the network: how many codes by SMS are sent a day, and where they go."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import group_digits, typography
from smartsenegal.wifi.network.api import may_read
from smartsenegal.wifi.portal import actions_bounds, queries_bounds
from smartsenegal.wifi.portal.forms import BoundForm
from smartsenegal.wifi.portal.rules import DAY_BOUNDS


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The bounds, and the sites where the most codes were sent in 24 hours."""
    by = _principal(request)
    if not by.may(actions_bounds.READ):
        raise PermissionRefused("Cette page est celle des ingénieurs du réseau Wi-Fi.")
    today, now = timezone.localdate(), timezone.now()
    known = queries_bounds.bounds_on(today)
    at_most = known["site"].at_most
    context = {
        "bounds": [
            {
                "url": reverse("wifi_codes:bound", args=[bound]),
                "label": label,
                "at_most": group_digits(known[bound].at_most),
                "since": format_date(since) if (since := known[bound].since) else "Pas encore décidé",
                "basis": typography(known[bound].basis),
                "chip": ("Décidé", "green") if known[bound].confirmed else ("À confirmer", "amber"),
            }
            for bound, label in DAY_BOUNDS
        ],
        "coming": [
            f"{row.get_bound_display()} : {group_digits(row.at_most)}"
            f" à partir du {format_date(row.effective_from)}."
            for row in queries_bounds.coming(today)
        ],
        "sites": [
            {
                "name": site.site.name,
                "url": reverse("wifi_network:hotspot", args=[site.site.code]),
                "count": group_digits(count),
                "chip": ("Au plafond", "red") if count >= at_most else ("", ""),
            }
            for site, count in queries_bounds.busiest(now)
            if may_read(by, site.site)
        ],
        "may_set": actions_bounds.may_set(by),
    }
    return _show(request, "bounds", context)


@login_required
def bound(request: HttpRequest, bound: str) -> HttpResponse:
    """One bound, from a day on."""
    by = _principal(request)
    label = dict(DAY_BOUNDS).get(bound)
    if label is None:
        raise Http404
    if not actions_bounds.may_set(by):
        raise PermissionRefused(actions_bounds.REFUSED)
    today = timezone.localdate()
    initial = {
        "at_most": queries_bounds.bounds_on(today)[bound].at_most,
        "effective_from": format_date(today),
    }
    form = BoundForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions_bounds.set_bound(by, bound, **form.cleaned_data)
        return redirect("wifi_codes:index")
    return _show(request, "bound", {"form": form, "title": label})


def _principal(request: HttpRequest) -> Principal:
    found: Principal = request.principal  # type: ignore[attr-defined]
    return found


def _show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    door = {"label": "Codes par SMS", "url": reverse("wifi_codes:index"), "icon": "send", "current": True}
    return render(request, f"portal/{template}.html", {**context, "rail": [door]})
