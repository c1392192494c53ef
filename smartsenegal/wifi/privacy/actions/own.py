"""People see and erase what the Wi-Fi keeps of them: by a code sent to their phone, or by their account."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import randbelow

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Principal, system
from smartsenegal.kernel.notifications.api import Address, send
from smartsenegal.lib.phones import PhoneRefused, is_mobile, parse_phone
from smartsenegal.wifi.access.api import Credential, installation_key
from smartsenegal.wifi.network.api import wake
from smartsenegal.wifi.privacy.errors import DataRefused
from smartsenegal.wifi.privacy.messages import CODE
from smartsenegal.wifi.privacy.models import Erasure, OwnCode
from smartsenegal.wifi.sessions.api import Session, Usage, forget_holders

VALID = timedelta(minutes=10)
TRIES = 5
CODES_A_QUARTER, CODES_A_DAY = 3, 6
_DIGITS = 6


def phone_number(typed: str) -> str:
    """The number typed, in E.164. Raises DataRefused when it can get no SMS."""
    try:
        phone = parse_phone(typed)
    except PhoneRefused as refused:
        raise DataRefused(str(refused), "phone") from None
    if not is_mobile(phone):
        raise DataRefused("Ce numéro ne reçoit pas de SMS : donnez celui d’un mobile.", "phone")
    return phone


@transaction.atomic
def send_code(phone: str) -> None:
    """Send a code to a phone (E.164). Raises DataRefused when it got too many."""
    index, now = _hash("own.phone", phone), timezone.now()
    today = OwnCode.objects.filter(phone=index, sent_at__gt=now - timedelta(days=1))
    recent = today.filter(sent_at__gt=now - timedelta(minutes=15)).count()
    if recent >= CODES_A_QUARTER or today.count() >= CODES_A_DAY:
        raise DataRefused("Ce téléphone a reçu assez de codes : réessayez dans un quart d’heure.", "phone")
    code = f"{randbelow(10**_DIGITS):0{_DIGITS}}"
    row = OwnCode.objects.create(phone=index, code=_code(index, code), sent_at=now, until=now + VALID)
    address = Address("sms", phone, "fr")
    send(f"wifi.own_code:{row.pk}", CODE, address, {"code": code}, secret=True, expires_at=row.until)


def check_code(phone: str, typed: str) -> None:
    """Raises DataRefused unless this is the last code that the phone got, not used before."""
    with transaction.atomic():
        right = _tried(_hash("own.phone", phone), "".join(c for c in typed[:40] if c.isdigit()))
    if not right:  # outside: the try must count
        raise DataRefused("Ce code n’est pas le bon, ou n’est plus valable : demandez-en un autre.", "code")


def _tried(index: str, code: str) -> bool:
    with transaction.atomic(using=settings.FLOWS):
        row = OwnCode.objects.select_for_update().filter(phone=index).order_by("-sent_at", "-pk").first()
        if row is None or row.used_at or row.until <= timezone.now() or row.tries >= TRIES:
            return False
        row.tries += 1
        right = hmac.compare_digest(bytes(row.code), _code(index, code))
        if right:
            row.used_at = timezone.now()
        row.save(update_fields=["tries", "used_at"])
        return right


def _hash(purpose: str, text: str) -> str:
    return hmac.digest(installation_key(purpose), text.encode(), "sha256").hex()


def _code(index: str, code: str) -> bytes:
    return bytes.fromhex(_hash("own.code", f"{index}:{code}"))


@transaction.atomic
def read(holders: Sequence[int], by: Principal | None = None) -> None:
    """Note in the journal that somebody saw what is kept of these holders."""
    for holder in holders:
        audit.record(_actor(by), "wifi.own_read", f"wifi_holder:{holder}")


@dataclass(frozen=True)
class Erased:
    """What an erasure did: accesses closed, connections that name nobody any more."""

    accesses: int
    connections: int


@transaction.atomic
def erase(holders: Sequence[int], by: Principal | None = None) -> Erased:
    """Close the accesses of these holders, and take their number out of what is over.

    What still counts (today's use, a connection that is on) is finished by `finish_erasures`: to be forgotten
    gives nobody a second quota. The sealed legal log stays for its time.
    """
    open_ones = Credential.objects.filter(holder__in=holders, closed_because="")
    accesses = open_ones.update(closed_because="erased", verifier=None, sealed=None, account=None)
    with transaction.atomic(using=settings.FLOWS):
        over = Session.objects.filter(holder__in=holders, ended_us__isnull=False)
        count = over.update(holder=None, credential=None)
        Usage.objects.filter(holder__in=holders, day__lt=timezone.localdate()).delete()
        Erasure.objects.bulk_create((Erasure(holder=h) for h in holders), ignore_conflicts=True)
    for holder in holders:
        audit.record(_actor(by), "wifi.own_erased", f"wifi_holder:{holder}", {"accesses": accesses})
    wake()
    return Erased(accesses, count)


def _actor(by: Principal | None) -> audit.Actor:
    return (by or system("usager, par un code reçu")).actor


def finish_erasures(today: date | None = None) -> int:
    """Take the numbers of who asked before today out of all that is left; of how many holders."""
    today = today or timezone.localdate()
    due = list(Erasure.objects.filter(asked_at__date__lt=today).values_list("holder", flat=True))
    if due:
        with transaction.atomic(using=settings.FLOWS):
            forget_holders(due, today)
            Erasure.objects.filter(holder__in=due).delete()
    return len(due)


def purge_codes(before: date) -> int:
    """Remove the codes sent before that day; how many."""
    return OwnCode.objects.filter(sent_at__date__lt=before).delete()[0]
