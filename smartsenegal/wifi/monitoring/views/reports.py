"""The reports of the weeks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from smartsenegal.lib.dates import format_date
from smartsenegal.wifi.monitoring import queries, reporting
from smartsenegal.wifi.monitoring.views.base import reader, show


@login_required
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The last eight weeks, the present one first."""
    reader(request)
    weeks = reporting.whole_weeks(datetime.now(UTC).date())
    rows = [
        {
            "label": f"Du {format_date(monday)} au {format_date(monday + timedelta(days=6))}",
            "url": reverse("wifi_monitoring:report", args=[monday.isoformat()]),
            "present": n == 0,
        }
        for n, monday in enumerate(weeks)
    ]
    return show(request, "reports", {"rows": rows})


@login_required
@never_cache
@require_GET
def report(request: HttpRequest, week: str) -> HttpResponse:
    """The week that begins on this Monday, as a PDF: the hotspots of one's own territory."""
    by = reader(request)
    now = datetime.now(UTC)
    try:
        monday = date.fromisoformat(week)
    except ValueError:
        raise Http404 from None
    if monday != reporting.monday_of(monday) or monday > now.date():
        raise Http404
    found = reporting.sites_of(queries.live(by), monday, now)
    response = HttpResponse(reporting.render(found, monday, now), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="wifi-semaine-{week}.pdf"'
    return response
