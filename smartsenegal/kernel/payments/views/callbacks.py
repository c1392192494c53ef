"""The door of the providers' callbacks: keep what is signed, answer, and do nothing else."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from smartsenegal.kernel.identity.api import client_ip
from smartsenegal.kernel.payments import actions
from smartsenegal.kernel.payments.base import Forged
from smartsenegal.kernel.payments.registry import UnknownProvider

BODY_LIMIT = 256 * 1024


@csrf_exempt
@require_http_methods(["POST", "PUT"])
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """2xx once the callback is kept (204 to a PUT, as the GSMA has it), 401 when it is not the operator's."""
    if int(request.headers.get("Content-Length") or 0) > BODY_LIMIT:
        return HttpResponse(status=413)
    try:
        actions.receive(provider, dict(request.headers), request.body, client_ip(request))
    except UnknownProvider:
        return HttpResponse(status=404)
    except Forged:
        return HttpResponse(status=401)
    return HttpResponse(status=204 if request.method == "PUT" else 200)
