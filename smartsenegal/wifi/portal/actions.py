"""What happens at the portal: a code is sent and checked, a voucher is read, somebody is let in.

Nobody here is signed in: what is asked is bounded by how often, and what is given by `access.decide`.
"""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.kernel.notifications.api import Address, send
from smartsenegal.kernel.rates import calls_this_minute, network_of
from smartsenegal.lib.phones import PhoneRefused, is_mobile, parse_phone
from smartsenegal.wifi.access.api import (
    Grant,
    Refusal,
    Right,
    find_voucher,
    give_token,
    holder_of,
    installation_key,
    is_blocked,
    is_called,
    reserve,
    right_of,
    seat,
    ticket_device,
)
from smartsenegal.wifi.network.api import Limits
from smartsenegal.wifi.portal import rules
from smartsenegal.wifi.portal.actions_controller import authorise
from smartsenegal.wifi.portal.bounding import taps
from smartsenegal.wifi.portal.doors import opennds, unifi
from smartsenegal.wifi.portal.doors.base import Arrival, Exit, Gateway
from smartsenegal.wifi.portal.doors.registry import DOORS
from smartsenegal.wifi.portal.errors import PortalRefused
from smartsenegal.wifi.portal.messages import CODE
from smartsenegal.wifi.portal.models import Admission, PhoneCode
from smartsenegal.wifi.portal.places import Known, Place
from smartsenegal.wifi.portal.queries import standing
from smartsenegal.wifi.portal.queries_bounds import is_spent
from smartsenegal.wifi.portal.visits import Pass, seal_pass

# A gateway comes for its list every ten seconds (openNDS, nat_traversal_poll_interval).
ADMISSION_SECONDS = 120


@dataclass(frozen=True)
class Entered:
    """Somebody who is let in: how its device goes back, its own page, what it was granted, by which token."""

    exit: Exit
    page: str
    grant: Grant
    credential: int


# --- who is it ------------------------------------------------------------------------------


def by_click(place: Place, arrival: Arrival, address: str) -> Right:
    """A device that only asked: counted by its address and the day, so that tomorrow knows nothing of today.

    A phone that takes another address is another device: nobody is asked to switch that off. What one tap
    gives is good at this site alone: elsewhere more may be asked. `address`: where the request came from.
    Raises PortalRefused when too many came from there, and it is not of this site; for a redirect without the
    device's address, which every door gives: nobody would be counted.
    """
    if not arrival.mac:
        raise PortalRefused("late")
    if not place.holds(address) and taps.calls(address) > rules.TAPS_FROM_OUTSIDE:
        raise PortalRefused("guesses")
    today = datetime.now(UTC).date().isoformat()
    return Right(holder_of("click", f"{arrival.mac}:{today}"), hotspot=place.hotspot)


def by_account(account: UUID) -> Right:
    """Somebody signed in. Raises PortalRefused for one who comes in again and again."""
    if calls_this_minute(f"wifi-account:{account}") > rules.GUESSES_OF_DEVICE:
        raise PortalRefused("guesses")
    return Right(holder_of("account", str(account)))


def by_phone(phone: str) -> Right:
    """Somebody whose phone got our code."""
    return Right(holder_of("phone", phone))


def by_voucher(place: Place, arrival: Arrival, typed: str) -> Right:
    """Whoever has this voucher. Raises PortalRefused for one not known here, or too many guesses."""
    bounds = (
        (f"wifi-voucher:{arrival.gateway}:{arrival.mac}", rules.GUESSES_OF_DEVICE),
        (f"wifi-voucher:{place.hotspot}", rules.GUESSES_AT_SITE),
        ("wifi-voucher", rules.GUESSES_IN_ALL),
    )
    if any(calls_this_minute(key) > at_most for key, at_most in bounds):
        raise PortalRefused("guesses", "voucher")
    found = find_voucher(typed[:40], place.hotspot)
    if found is None:
        raise PortalRefused("bad-voucher", "voucher")
    return right_of(found)


# --- codes ----------------------------------------------------------------------------------


def phone_number(typed: str) -> str:
    """The number typed, in E.164. Raises PortalRefused when it can get no SMS."""
    try:
        phone = parse_phone(typed)
    except PhoneRefused:
        raise PortalRefused("bad-phone", "phone") from None
    if not is_mobile(phone):
        raise PortalRefused("bad-phone", "phone")
    return phone


def send_code(place: Place, arrival: Arrival, phone: str, language: str, address: str) -> None:
    """Send a code to a phone (E.164). Raises PortalRefused when it got too many, or this device, site or all
    of them ask for too many, or too many come from `address` and it is not of this site; in a minute, and for
    the site and that address in a day."""
    network = "" if place.holds(address) else network_of(address)
    outside = ((f"wifi-code-from:{network}", rules.CODES_FROM_OUTSIDE),) if network else ()
    bounds = (
        *outside,  # first: what is refused here takes no place of others below
        (f"wifi-code:{arrival.gateway}:{arrival.mac}", rules.CODES_OF_DEVICE),
        (f"wifi-code:{place.hotspot}", rules.CODES_AT_SITE),
        ("wifi-code", rules.CODES_IN_ALL),
    )
    if any(calls_this_minute(key) > at_most for key, at_most in bounds):
        raise PortalRefused("codes-here", "phone")
    _send_code(place, phone, language, _origin(network) if network else "")


@transaction.atomic
def _send_code(place: Place, phone: str, language: str, origin: str) -> None:
    index, now = _index(phone), timezone.now()
    with connection.cursor() as cursor:  # of two at once for one phone, the second counts the first
        for one in filter(None, (index, origin)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(one[:15], 16)])
    sent = PhoneCode.objects.filter(phone=index, sent_at__gt=now - timedelta(days=1))
    recent = sent.filter(sent_at__gt=now - timedelta(minutes=15)).count()
    if recent >= rules.CODES_A_QUARTER or sent.count() >= rules.CODES_A_DAY:
        raise PortalRefused("codes", "phone")
    if is_spent(now, place.hotspot, origin):
        raise PortalRefused("codes-day" if len(place.ways) > 1 else "codes-day-only", "phone")
    code = f"{randbelow(10**rules.CODE_LENGTH):0{rules.CODE_LENGTH}}"
    until = now + timedelta(minutes=rules.CODE_MINUTES)
    row = PhoneCode.objects.create(
        phone=index, code=_code(index, code), hotspot=place.hotspot, origin=origin, sent_at=now, until=until
    )
    send(
        f"wifi.code:{row.pk}", CODE, Address("sms", phone, language),
        {"code": code, "minutes": rules.CODE_MINUTES}, secret=True, expires_at=until,
    )  # fmt: skip


def check_code(phone: str, typed: str) -> Right:
    """Whoever has this phone, by the last code it got, which serves once. Raises PortalRefused."""
    figures = "".join(c for c in typed[:40] if c.isdigit())
    if not figures:
        raise PortalRefused("no-code", "code")
    with transaction.atomic():
        verdict = _tried(_index(phone), figures)
    if verdict:  # outside: the try must count
        raise PortalRefused(verdict, "code")
    return by_phone(phone)


def _tried(index: str, code: str) -> str:
    row = PhoneCode.objects.select_for_update().filter(phone=index).order_by("-sent_at", "-pk").first()
    now = timezone.now()
    if row is None or row.used_at or row.until <= now:
        return "bad-code"
    if row.tries >= rules.TRIES_AT_MOST:
        return "tries"
    row.tries += 1
    right = hmac.compare_digest(bytes(row.code), _code(index, code))
    if right:
        row.used_at = now
    row.save(update_fields=["tries", "used_at"])
    return "" if right else "bad-code"


def _index(phone: str) -> str:
    return hmac.digest(installation_key("portal.phone"), phone.encode(), "sha256").hex()


def _origin(network: str) -> str:
    return hmac.digest(installation_key("portal.origin"), network.encode(), "sha256").hex()[:32]


def _code(index: str, code: str) -> bytes:
    return hmac.digest(installation_key("portal.code"), f"{index}:{code}".encode(), "sha256")


# --- in and out -----------------------------------------------------------------------------


def let_in(
    known: Known,
    place: Place,
    arrival: Arrival,
    right: Right,
    *,
    account: UUID | None = None,
    bound: bool = False,
) -> Entered | Refusal:
    """Give a device a token for its gateway, or say why not.

    `bound`: no other device may present it. It is so where use is counted by the device's address: most
    gateways sign nothing, and who writes another address in their redirect must not be counted as another.

    Raises PortalRefused when its gateway is no more of this site, or its controller does not answer.
    """
    gateway = place.gateway(arrival.gateway)
    if gateway is None:
        raise PortalRefused("late")
    if gateway.kind == opennds.DOOR.kind or is_nearly_full(known, place):
        with transaction.atomic():
            entered = _let_in(known, place, gateway, arrival, right, account, bound)
    else:  # one statement writes: thousands who come at once pay for no transaction around it
        entered = _let_in(known, place, gateway, arrival, right, account, bound)
    if isinstance(entered, Entered) and gateway.kind == unifi.DOOR.kind:
        authorise(gateway, arrival, right, entered.grant, entered.credential)
    return entered


def _let_in(
    known: Known,
    place: Place,
    gateway: Gateway,
    arrival: Arrival,
    right: Right,
    account: UUID | None,
    bound: bool,
) -> Entered | Refusal:
    now = time.time()
    crowded = bool(arrival.mac) and is_nearly_full(known, place)
    device = ticket_device(arrival.mac) if crowded else b""
    seated = crowded and is_called(place.hotspot, device)
    verdict = standing(known, place, right, arrival.mac, now, seated=seated)
    if isinstance(verdict, Refusal) or crowded:
        if is_blocked(right.holder):
            return Refusal("blocked")
        if isinstance(verdict, Refusal):
            return verdict
    if crowded and not seated and not verdict.limits.priority:
        seated = reserve(
            place.hotspot, device, place.clients_at_most or 0, known.clients.get(place.hotspot, 0)
        )
        if not seated:
            return Refusal("full")
    until = min(now + rules.ENTRY_SECONDS, right.valid_until or now + rules.ENTRY_SECONDS)
    token = give_token(
        right.holder, datetime.fromtimestamp(until, UTC), account=account, group=right.group,
        seconds_in_all=right.seconds_in_all, octets_in_all=right.octets_in_all,
        hotspot=right.hotspot, device=arrival.mac if bound else "",
    )  # fmt: skip
    if token is None:
        return Refusal("blocked")
    if seated:
        seat(place.hotspot, device, token.credential)
    page = status_url(place, Pass(token.credential, arrival.mac, int(until)))
    if gateway.kind == opennds.DOOR.kind:
        _admit(arrival, right, verdict, token.credential)
    leaving = DOORS[gateway.kind].leave(arrival, gateway, token.login, token.password, page)
    return Entered(leaving, page, verdict, token.credential)


def is_nearly_full(known: Known, place: Place) -> bool:
    """Whether those who go in before the next look could be more than there are places."""
    where = known.where(place)
    if where.clients_at_most is None:
        return False
    margin = max(rules.NEAR_PLACES, where.clients_at_most // 4)
    return where.clients_now + where.claimed + margin >= where.clients_at_most


def status_url(place: Place, entry: Pass) -> str:
    """The address of the page of a device that was let in."""
    return f"{settings.WIFI_PORTAL_URL.rstrip('/')}/{place.code}/etat/{seal_pass(place.hotspot, entry)}/"


def _admit(arrival: Arrival, right: Right, grant: Grant, credential: int) -> None:
    limits = grant.limits
    given = Limits(grant.seconds, grant.octets, limits.idle_seconds, limits.down_kbps, limits.up_kbps)
    now = timezone.now()
    rhid = arrival.back["rhid"]
    Admission.objects.update_or_create(
        nas=arrival.gateway, rhid=rhid, entered_at=None, ended_at=None,
        defaults={
            "line": opennds.listed(rhid, given, str(credential)), "mac": arrival.mac,
            "address": arrival.address or None, "credential": credential, "holder": right.holder,
            "plan": limits.plan, "asked_at": now, "until": now + timedelta(seconds=ADMISSION_SECONDS),
        },
    )  # fmt: skip


def forget_codes() -> int:
    """Delete codes that served to bound how many are sent in a day, once the day is over; of how many."""
    return PhoneCode.objects.filter(sent_at__lt=timezone.now() - timedelta(days=1)).delete()[0]
