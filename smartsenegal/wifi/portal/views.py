"""The pages of the portal. Nobody is signed in: what a page may do is sealed into its address.

So no form needs a cookie, and none is forged from elsewhere: who has the address has the device.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartsenegal.kernel.identity.api import client_ip
from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.access.api import (
    Credential,
    Refusal,
    Right,
    close_token,
    forget_devices,
    recognise_device,
)
from smartsenegal.wifi.monitoring.api import message_for
from smartsenegal.wifi.portal import (
    actions,
    actions_controller,
    lines,
    listing,
    places,
    queries,
    rules,
    words,
)
from smartsenegal.wifi.portal.arrivals import first_page, stand_in_line
from smartsenegal.wifi.portal.counting import count
from smartsenegal.wifi.portal.doors import coova, wispr
from smartsenegal.wifi.portal.doors.base import Arrival
from smartsenegal.wifi.portal.errors import PortalRefused
from smartsenegal.wifi.portal.places import Place
from smartsenegal.wifi.portal.presenting import answer, going, language_of, page
from smartsenegal.wifi.portal.visits import Pass, open_pass, open_phone, open_visit, seal_phone
from smartsenegal.wifi.sessions.api import order_disconnect

# RFC 2865 §5.1, §5.2
NAME_AT_MOST, PASSWORD_AT_MOST = 253, 128
GOING_SECONDS = 1  # the data plane hears of a token within this time


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest, code: str) -> HttpResponse:
    """The first page; an openNDS gateway sends its own questions to the same address."""
    place = _place(code)
    if request.method == "POST":
        return listing.answer(request, place)
    raw = request.META.get("QUERY_STRING", "")
    return answer(first_page(place, raw, request.headers.get("Accept-Language", "")))


@require_GET
def guest(request: HttpRequest, site: str) -> HttpResponse:
    """Where a UniFi controller sends its devices: the page of the hotspot whose access point they are at."""
    code = queries.site_of_access_point(request.GET.get("ap", ""))
    if code is None:
        raise Http404
    told = urlencode({**request.GET.dict(), "site": site})
    return HttpResponseRedirect(f"{reverse('wifi_portal:first', args=[code])}?{told}")


@csrf_exempt
@require_POST
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """One tap, a voucher, or a phone number to send a code to."""
    place = _place(code)
    arrival = open_visit(place.hotspot, request.POST.get("e", ""))
    way = request.POST.get("w", "")
    try:
        if arrival is None or way not in place.ways:
            raise PortalRefused("late")
        if way == "sms":
            return _sent(request, place, arrival)
        if way == "voucher":
            right = actions.by_voucher(place, arrival, request.POST.get("voucher", ""))
        elif way == "click":
            right = actions.by_click(place, arrival, client_ip(request))
        else:
            raise PortalRefused("late")
        return _let_in(request, place, arrival, right, bound=way == "click")
    except PortalRefused as refused:
        if arrival is not None and refused.field:
            return _asked_again(request, place, refused)
        return _refused(request, place, refused)


@csrf_exempt
@require_POST
def wispr_login(request: HttpRequest, code: str) -> HttpResponse:
    """A smart client's own name and password (WISPr), for the gateway to ask about."""
    place = _place(code)
    arrival = open_visit(place.hotspot, request.GET.get("e", ""))
    gateway = place.gateway(arrival.gateway) if arrival else None
    given = {name.lower(): value for name, value in request.POST.items()}
    name, password = str(given.get("username", "")), str(given.get("password", ""))
    if arrival is None or gateway is None or gateway.kind != coova.DOOR.kind:
        return answer(wispr.replied(wispr.FAILED, words.say("late", "fr").text).encode(), 422)
    if not 0 < len(name.encode()) <= NAME_AT_MOST or len(password.encode()) > PASSWORD_AT_MOST:
        return answer(wispr.replied(wispr.REJECTED, access.REFUSALS["secret"]).encode(), 422)
    leaving = coova.DOOR.leave(arrival, gateway, name, password, arrival.origin)
    response = going(place, _language(request, place), leaving, 0)
    response.write(wispr.pending(leaving.url))
    return response


def _sent(request: HttpRequest, place: Place, arrival: Arrival) -> HttpResponse:
    language = _language(request, place)
    known = open_phone(place.hotspot, request.POST.get("p", ""))
    phone = known or actions.phone_number(request.POST.get("phone", ""))
    actions.send_code(place, arrival, phone, language, client_ip(request))
    count(place.hotspot, "code_sent")
    return page(
        "code", place, language, state=request.POST.get("e", ""), sent=True,
        sealed=seal_phone(place.hotspot, phone),
    )  # fmt: skip


@csrf_exempt
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, code: str) -> HttpResponse:
    """The code of an SMS; with the phone number too, for who left the page to read it."""
    place = _place(code)
    given = request.POST if request.method == "POST" else request.GET
    language, state = _language(request, place), given.get("e", "")
    arrival = open_visit(place.hotspot, state)
    if arrival is None or "sms" not in place.ways:
        return _refused(request, place, PortalRefused("late"))
    if request.method == "GET":
        return page("code", place, language, state=state)
    sealed = given.get("p", "")
    try:
        phone = open_phone(place.hotspot, sealed) or actions.phone_number(given.get("phone", ""))
        right = actions.check_code(phone, given.get("code", ""))
        count(place.hotspot, "code_right")
        return _let_in(request, place, arrival, right)
    except PortalRefused as refused:
        fault = words.say(refused.word, language)
        return page(
            "code", place, language, 422, state=state, sealed=sealed, fault=fault, at=refused.field,
            phone=given.get("phone", ""),
        )  # fmt: skip


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, code: str) -> HttpResponse:
    """With a Smart Sénégal account: the door of the platform, then one tap."""
    place = _place(code)
    state = (request.POST if request.method == "POST" else request.GET).get("e", "")
    arrival = open_visit(place.hotspot, state)
    if arrival is None or "account" not in place.ways:
        return _refused(request, place, PortalRefused("late"))
    if not request.user.is_authenticated:
        back = urlencode(
            {"next": f"{request.path}?{urlencode({'l': _language(request, place), 'e': state})}"}
        )
        return HttpResponseRedirect(f"{reverse('account_login')}?{back}")
    if request.method == "GET":
        return page("account", place, _language(request, place), state=state, **_csrf(request))
    pk = request.user.pk
    try:
        return _let_in(request, place, arrival, actions.by_account(pk), account=pk)
    except PortalRefused as refused:
        return _refused(request, place, refused)


@require_GET
def conditions(request: HttpRequest, code: str) -> HttpResponse:
    """What one agrees to, and what is kept."""
    place = _place(code)
    return page("conditions", place, _language(request, place))


@require_GET
def capport(request: HttpRequest, code: str, token: str = "") -> HttpResponse:
    """The API of RFC 8908: by a device's own address of it, else by the IP address it asks from."""
    place = _place(code)
    url = f"{settings.WIFI_PORTAL_URL.rstrip('/')}/{place.code}/"
    left = _left_by_token(place, token) if token else _left_by_address(place, client_ip(request))
    if token and isinstance(left, rules.Left):
        url = f"{url}etat/{token}/"
    elif token and (arrival := open_visit(place.hotspot, token)):
        url = f"{url}?e={token}"  # its place in line, if it has one: to ask is to look
        lines.stand(places.known(), place, arrival, time.time())
    told = rules.capport(url, f"{settings.PUBLIC_URL}/lieux/{place.code}/", left)
    return JsonResponse(
        told, content_type="application/captive+json", headers={"Cache-Control": "private, no-store"}
    )


def _left_by_token(place: Place, token: str) -> rules.Left | None:
    entry = open_pass(place.hotspot, token)
    found = access.token(entry.credential) if entry else None
    if entry is None or found is None or not queries.sessions_on(found.holder, time.time()):
        return None
    left = queries.left(places.known(), place, found, entry.mac)
    return left if isinstance(left, rules.Left) else None


def _left_by_address(place: Place, address: str) -> rules.Left | None:
    if not place.serves(address):
        return None
    on = queries.session_of_address(place, address)
    found = access.token(on.credential) if on and on.credential else None
    if on is None:
        return None
    left = queries.left(places.known(), place, found, "") if found else rules.Left(None, None)
    return left if isinstance(left, rules.Left) else rules.Left(None, None)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """What a device has left; its way out; whether it is recognised."""
    place = _place(code)
    entry = open_pass(place.hotspot, token)
    found = access.token(entry.credential) if entry else None
    if entry is None or found is None:
        return _refused(request, place, PortalRefused("expired"))
    try:
        told = _act(request, place, entry, found) if request.method == "POST" else ""
    except PortalRefused as refused:
        return _refused(request, place, refused)
    return _status(request, place, entry, found, told)


def _act(request: HttpRequest, place: Place, entry: Pass, token: Credential) -> str:
    act = request.POST.get("act", "")
    if act == "leave" and actions_controller.put_out(place, token.pk):
        close_token(token)
        return "left"
    if act == "leave":
        for session in queries.sessions_on(token.holder, time.time()):
            if session.credential == token.pk:
                order_disconnect(session, "portail", "Demandé par la personne")
        close_token(token)
        return "left"
    if act == "recognise" and entry.mac and not token.closed_because:
        recognise_device(token, entry.mac)
        return "recognised"
    if act == "forget":
        forget_devices(token.holder)
        return "forgotten"
    return ""


def _status(request: HttpRequest, place: Place, entry: Pass, token: Credential, told: str) -> HttpResponse:
    language = _language(request, place)
    token.refresh_from_db()
    on = queries.sessions_on(token.holder, time.time())
    left = queries.left(places.known(), place, token, entry.mac)
    values: dict[str, Any] = {"told": words.say(told, language)} if told else {}
    values["message"] = message_for(place.hotspot)
    if isinstance(left, Refusal):
        values["why"] = words.say(left.cause, language)
    else:
        hours, minutes = rules.duration(left.seconds or 0)
        none = words.say("no_limit", language).text
        values["time"] = none if left.seconds is None else f"{hours} h {minutes:02} min"
        values["volume"] = none if left.octets is None else rules.volume(left.octets)
    recognised = queries.recognised(token.holder)
    new = bool(entry.mac) and access.login_of_mac(entry.mac) not in recognised
    return page(
        "status", place, language, on=any(s.credential == token.pk for s in on), devices=len(on),
        can_recognise=new and not isinstance(left, Refusal), can_forget=bool(recognised), **values,
    )  # fmt: skip


# --- shared -----------------------------------------------------------------------------------


def _place(code: str) -> Place:
    found = places.known().places.get(code)
    if found is None:
        raise Http404
    return found


def _language(request: HttpRequest, place: Place) -> str:
    asked = request.POST.get("l", "") or request.GET.get("l", "")
    return language_of(place, asked, request.headers.get("Accept-Language", ""))


def _csrf(request: HttpRequest) -> dict[str, Any]:
    from django.middleware.csrf import get_token

    return {"csrf_token": get_token(request)}


def _let_in(
    request: HttpRequest,
    place: Place,
    arrival: Arrival,
    right: Right,
    account: Any = None,
    bound: bool = False,
) -> HttpResponse:
    language = _language(request, place)
    entered = actions.let_in(places.known(), place, arrival, right, account=account, bound=bound)
    if isinstance(entered, Refusal) and entered.cause == "full" and arrival.mac:
        return answer(stand_in_line(place, language, arrival))
    if isinstance(entered, Refusal):
        at = datetime.fromtimestamp(entered.retry_at, UTC) if entered.retry_at else None
        when = at.strftime("%d/%m à %H h %M") if at else ""
        state = request.POST.get("e", "")
        return page("refused", place, language, why=words.say(entered.cause, language), at=when, state=state)
    return going(place, language, entered.exit, GOING_SECONDS)


def _asked_again(request: HttpRequest, place: Place, refused: PortalRefused) -> HttpResponse:
    """The ways in again, what is to be mended beside its field, and what was typed still there."""
    language = _language(request, place)
    given = {name: request.POST.get(name, "")[:40] for name in ("phone", "voucher")}
    given["phone"] = given["phone"] or open_phone(place.hotspot, request.POST.get("p", ""))
    return page(
        "first", place, language, 422, arrived=True, state=request.POST.get("e", ""), ways=place.ways,
        fault=words.say(refused.word, language), at=refused.field, **given,
    )  # fmt: skip


def _refused(request: HttpRequest, place: Place, refused: PortalRefused) -> HttpResponse:
    language = _language(request, place)
    state = request.POST.get("e", "") if open_visit(place.hotspot, request.POST.get("e", "")) else ""
    why = words.say(refused.word, language)
    return page("refused", place, language, 422, why=why, state=state)
