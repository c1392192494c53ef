"""A person's own page: their Wi-Fi password, and the profiles of their devices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.kernel.pages import principal
from smartsenegal.wifi.access import profiles, queries_devices
from smartsenegal.wifi.access.actions import devices as actions
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import Realm

KINDS = {
    "apple": ("mobileconfig", "application/x-apple-aspen-config", profiles.apple),
    "installateur": ("eap-config", "application/eap-config", profiles.eap_config),
    "wpa-supplicant": ("conf", "text/plain; charset=utf-8", profiles.supplicant),
}


def _known(request: HttpRequest, realm_id: int) -> Realm:
    found = next((r for r in queries_devices.realms_for(principal(request)) if r.pk == realm_id), None)
    if found is None:
        raise Http404
    return found


@login_required
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The realms one may use, and one's password in each."""
    by = principal(request)
    given = queries_devices.opening()
    realms = queries_devices.realms_for(by)
    rows = [{"realm": r, "found": queries_devices.password_in(by, r)} for r in realms]
    return render(request, "access/devices.html", {"given": given, "rows": rows})


@login_required
@never_cache
@require_POST
def make(request: HttpRequest, realm_id: int) -> HttpResponse:
    """Make or renew a password, and show it this once."""
    realm = _known(request, realm_id)
    try:
        made = actions.make_password(principal(request), realm)
    except AccessRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("wifi_devices:mine")
    given = queries_devices.opening()
    context = {"realm": realm, "login": f"{made.credential.login}@{realm.name}", "made": made, "given": given}
    return render(request, "access/device_password.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, realm_id: int) -> HttpResponse:
    """Withdraw one's password."""
    if actions.withdraw_password(principal(request), _known(request, realm_id)):
        messages.success(request, "Mot de passe retiré : vos appareils n’entrent plus par lui.")
    return redirect("wifi_devices:mine")


@login_required
@never_cache
@require_safe
def file(request: HttpRequest, realm_id: int, kind: str) -> HttpResponse:
    """A profile for a kind of device, without the password."""
    found = queries_devices.profile(principal(request), _known(request, realm_id))
    if found is None or kind not in KINDS:
        raise Http404
    ending, content_type, write = KINDS[kind]
    response = HttpResponse(write(found), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="wifi-{found.realm}.{ending}"'
    return response
