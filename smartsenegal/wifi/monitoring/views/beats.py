"""The heartbeats of gateways: where they are sent, and the page that gives a key."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from smartsenegal.kernel.identity.api import client_ip
from smartsenegal.kernel.pages import principal
from smartsenegal.kernel.rates import calls_this_minute, network_of
from smartsenegal.wifi.monitoring import queries, scripts
from smartsenegal.wifi.monitoring.actions import beats
from smartsenegal.wifi.monitoring.errors import MonitoringRefused
from smartsenegal.wifi.monitoring.views.base import managed, reader, show

# A gateway beats once a minute; behind one address there may be those of a whole town.
CALLS_A_MINUTE = 600


@csrf_exempt
@require_POST
def beat(request: HttpRequest, code: str) -> HttpResponse:
    """POST a form of whole numbers (`beats.FIELDS`), proved by the gateway's key; 204 when it is taken.

    400 what makes no sense, 401 no proof, 409 taken already, 413 too long, 429 too often.
    """
    if calls_this_minute(f"wifi-beat:{network_of(client_ip(request))}") > CALLS_A_MINUTE:
        return _told(429, "too many heartbeats from this address")
    if int(request.headers.get("Content-Length") or 0) > beats.BODY_AT_MOST:
        return _told(413, "2048 octets at most")
    body = request.body
    nas = queries.gateway(code)
    if nas is None or nas.state != "active":
        return _told(401, "another key is expected")
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    form = QueryDict(body, encoding="utf-8")
    given = {name: form.get(name, "") or "" for name in beats.FIELDS}
    try:
        signature = request.headers.get("X-Smart-Signature", "")
        beats.take_beat(nas, body, bearer if scheme.lower() == "bearer" else "", signature, given)
    except beats.BeatRefused as refused:
        return _told(refused.status, str(refused))
    return HttpResponse(status=204)


def _told(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


@login_required
def key(request: HttpRequest, code: str) -> HttpResponse:
    """The heartbeat of a gateway: asked once more, then its key and the scripts, shown this once."""
    reader(request)
    nas = queries.gateway(code)
    if nas is None or nas.hotspot is None:
        raise Http404
    hotspot = managed(request, nas.hotspot.site.code)
    found = next((s for n, s in queries.gateways(hotspot) if n.pk == nas.pk), None)
    made, fault = "", ""
    if request.method == "POST":
        try:
            made = beats.make_key(principal(request), nas, hotspot)
        except MonitoringRefused as refused:
            fault = refused.sentence
    address = settings.PUBLIC_URL.rstrip("/") + reverse("wifi_monitoring:beat", args=[code])
    context = {
        "nas": nas,
        "site": hotspot.site,
        "had": found is not None and found.key is not None,
        "fault": fault,
        "files": scripts.files(address, made) if made else [],
    }
    response = show(request, "key", context)
    response["Cache-Control"] = "no-store"
    return response
