"""Tokens and recognised devices, for those who come in by the portal.

A token is a login and a password made for one entry: the portal hands them to the gateway, which presents
them by RADIUS. It is no act on a person's record, and the journal has none of them: who was let in is in the
accounting. The caller has asked `rules.decide` before.
"""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.wifi.access.actions.base import local_realm
from smartsenegal.wifi.access.models import Credential, Realm
from smartsenegal.wifi.access.secrets import login_of_mac, of_device, verifier
from smartsenegal.wifi.network.api import wake

# A device is recognised so long after its holder agreed, each entry counting anew.
RECOGNISED = timedelta(days=30)
# What is over stays so long before it is deleted: processes that hold a copy look twice a second, and who
# asks why an entry failed yesterday finds it.
KEPT = timedelta(days=2)
# A holder who was blocked stays so: what says it outlives the access itself.
BLOCKED = timedelta(days=90)
AT_ONCE = 5_000


@dataclass(frozen=True)
class Token:
    """What the gateway presents. 80 bits each; 16 characters, which every gateway's form lets through."""

    credential: int
    login: str
    password: str


# One statement: a portal gives hundreds a second, and each more costs it a way to the database and back.
_GIVE = """
    WITH made AS (
        INSERT INTO wifi_access_credential (realm_id, login, kind, holder, account_id, group_id, verifier,
            valid_until, seconds_in_all, octets_in_all, hotspot, closed_because, made_at, version)
        SELECT id, %(login)s, 'token', %(holder)s, %(account)s, %(group)s, %(verifier)s, %(until)s,
            %(seconds)s, %(octets)s, %(hotspot)s, '', now(), 0
        FROM wifi_access_realm WHERE name = '' AND NOT EXISTS (
            SELECT FROM wifi_access_credential WHERE holder = %(holder)s AND closed_because = 'blocked')
        RETURNING id)
    SELECT id, pg_notify('wifi', '') FROM made
"""


def give_token(
    holder: int,
    until: datetime,
    *,
    account: UUID | None = None,
    group: int | None = None,
    seconds_in_all: int | None = None,
    octets_in_all: int | None = None,
    hotspot: int | None = None,
    device: str = "",
) -> Token | None:
    """A token of this holder, good until then; None for one who is blocked.

    The data plane knows it once the transaction commits. `account` is the primary key of the Smart Sénégal
    account behind it. `seconds_in_all` and `octets_in_all` are counted with all else the holder uses.
    `hotspot`: where alone it serves; `device`: the 12 hexadecimal digits of the device that alone may present
    it, "" for whichever does.
    """
    login, password = (b32encode(token_bytes(10)).decode().lower() for _ in range(2))
    values = {
        "login": login, "holder": holder, "account": account, "group": group, "until": until,
        "verifier": verifier(of_device(password, device)), "seconds": seconds_in_all,
        "octets": octets_in_all, "hotspot": hotspot,
    }  # fmt: skip
    number = _given(values)
    if number is None and not Realm.objects.filter(name="").exists():  # the first token of all
        local_realm()
        number = _given(values)
    return Token(number, login, password) if number is not None else None


def _given(values: dict[str, Any]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


@transaction.atomic
def recognise_device(token: Credential, address: str) -> Credential:
    """Let a device in without asking again, as its holder agreed; `address`: 12 hexadecimal digits.

    It has what the token gives, for RECOGNISED or, for what ends by itself (a voucher), until then. Another
    holder's device becomes this one's: whoever has it in hand says whose it is.
    """
    ends_by_itself = token.seconds_in_all is not None or token.octets_in_all is not None
    until = token.valid_until if ends_by_itself else timezone.now() + RECOGNISED
    realm, login = local_realm(), login_of_mac(address)
    Credential.objects.filter(realm=realm, login=login, closed_because="").exclude(
        holder=token.holder
    ).update(closed_because="withdrawn")
    found, _ = Credential.objects.update_or_create(
        realm=realm,
        login=login,
        closed_because="",
        defaults={
            "kind": "mac", "holder": token.holder, "account_id": token.account_id,
            "group_id": token.group_id, "valid_until": until, "seconds_in_all": token.seconds_in_all,
            "octets_in_all": token.octets_in_all, "hotspot": token.hotspot,
        },
    )  # fmt: skip
    wake()
    return found


@transaction.atomic
def forget_devices(holder: int) -> int:
    """Recognise no device of this holder any more; how many there were."""
    count = Credential.objects.filter(holder=holder, kind="mac", closed_because="").update(
        closed_because="withdrawn"
    )
    if count:
        wake()
    return count


@transaction.atomic
def close_token(token: Credential) -> None:
    """Let nobody in by this token any more."""
    if Credential.objects.filter(pk=token.pk, closed_because="").update(closed_because="withdrawn"):
        wake()


@transaction.atomic
def forget_entries() -> int:
    """Delete tokens and recognised devices that are over for KEPT; of how many, AT_ONCE at most."""
    now = timezone.now()
    over = Credential.objects.filter(kind__in=("token", "mac"), valid_until__lt=now - KEPT)
    over = over.exclude(closed_because="blocked", valid_until__gte=now - BLOCKED)
    due = list(over.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    Credential.objects.filter(pk__in=due).delete()
    return len(due)
