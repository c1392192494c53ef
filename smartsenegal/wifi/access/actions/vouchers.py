"""Vouchers: made together, printed for a week, taken as a file once, closed one by one or together."""

from datetime import datetime, timedelta
from secrets import randbits

from django.db import transaction
from django.db.models import BinaryField, F, Func
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.api import Principal, system
from smartsenegal.wifi.access.actions.base import check, local_realm, tell
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import Credential, Group, VoucherBatch
from smartsenegal.wifi.access.secrets import (
    login_of_voucher,
    new_voucher,
    open_codes,
    read_voucher,
    seal_codes,
)
from smartsenegal.wifi.network.api import Hotspot

MOST = 5_000
PRINTABLE = timedelta(days=7)


def new_holder() -> int:
    """A number that names nobody, for who holds a credential."""
    return randbits(62)


@transaction.atomic
def make_vouchers(
    by: Principal,
    *,
    name: str,
    count: int,
    valid_until: datetime,
    hotspot: Hotspot | None = None,
    group: Group | None = None,
    seconds_in_all: int | None = None,
    octets_in_all: int | None = None,
) -> VoucherBatch:
    """Make `count` vouchers, each with a holder of its own; their codes stay readable for PRINTABLE.

    Raises PermissionRefused, AccessRefused for a number or a day that makes no sense.
    """
    check(by, hotspot)
    now = timezone.now()
    if not 1 <= count <= MOST:
        raise AccessRefused("Un lot a de 1 à 5 000 tickets.", "count")
    if valid_until <= now:
        raise AccessRefused("Ce jour est déjà passé.", "valid_until")
    batch = VoucherBatch.objects.create(
        name=name, hotspot=hotspot, group=group, count=count, made_by=by.label[:200],
        valid_until=valid_until, codes_until=min(now + PRINTABLE, valid_until),
    )  # fmt: skip
    codes = _fresh(count)
    realm = local_realm()
    Credential.objects.bulk_create(
        Credential(
            realm=realm, login=login_of_voucher(code), kind="voucher", holder=new_holder(), group=group,
            batch=batch, valid_until=valid_until, seconds_in_all=seconds_in_all, octets_in_all=octets_in_all,
            hotspot=hotspot.pk if hotspot else None,
        )
        for code in codes
    )  # fmt: skip
    batch.codes = seal_codes(batch.pk, codes)
    batch.save(update_fields=["codes"])
    tell(by, "vouchers_made", {"count": count, "name": name}, _subject(batch))
    return batch


def _fresh(count: int) -> list[str]:
    codes: set[str] = set()
    while len(codes) < count:
        codes.add(new_voucher())
    return list(codes)


def _subject(batch: VoucherBatch) -> str:
    return f"wifi_vouchers:{batch.pk}"


def _locked(by: Principal, batch: VoucherBatch) -> VoucherBatch:
    found = VoucherBatch.objects.select_for_update(of=("self",)).select_related("hotspot__site__territory")
    locked = found.get(pk=batch.pk)
    check(by, locked.hotspot)
    return locked


@transaction.atomic
def print_vouchers(by: Principal, batch: VoucherBatch) -> list[str]:
    """The codes of a batch, for its sheets; each print is in the journal.

    Raises PermissionRefused, AccessRefused when they can no more be read.
    """
    batch = _locked(by, batch)
    codes = _codes(batch)
    tell(by, "vouchers_printed", {"count": len(codes)}, _subject(batch))
    return codes


@transaction.atomic
def take_codes(by: Principal, batch: VoucherBatch) -> list[str]:
    """The codes of a batch, for a file, once. Raises as `print_vouchers`, AccessRefused the second time."""
    batch = _locked(by, batch)
    codes = _codes(batch)
    if batch.taken_at:
        raise AccessRefused("Ce fichier a déjà été pris : imprimez les tickets, ou faites un autre lot.")
    batch.taken_at = timezone.now()
    batch.save(update_fields=["taken_at"])
    tell(by, "vouchers_taken", {"count": len(codes)}, _subject(batch))
    return codes


def _codes(batch: VoucherBatch) -> list[str]:
    if batch.codes is None or batch.codes_until is None or batch.codes_until <= timezone.now():
        raise AccessRefused("Ces codes ne sont plus lisibles : faites un autre lot.")
    return open_codes(batch.pk, bytes(batch.codes))


@transaction.atomic
def close_batch(by: Principal, batch: VoucherBatch) -> VoucherBatch:
    """Close every voucher of a batch, and forget its codes. Raises PermissionRefused."""
    batch = _locked(by, batch)
    if batch.closed_at is None:
        batch.closed_at, batch.codes = timezone.now(), None
        batch.save(update_fields=["closed_at", "codes"])
        count = batch.credentials.filter(closed_because="").update(closed_because="withdrawn")
        tell(by, "vouchers_closed", {"count": count}, _subject(batch))
    return batch


@transaction.atomic
def close_voucher(by: Principal, batch: VoucherBatch, typed: str) -> Credential:
    """Close the voucher of a batch with this code. Raises PermissionRefused, AccessRefused."""
    batch = _locked(by, batch)
    code = read_voucher(typed)
    found = batch.credentials.filter(login=login_of_voucher(code)).first() if code else None
    if found is None:
        raise AccessRefused("Ce lot n’a pas de ticket avec ce code.", "code")
    if found.closed_because:
        raise AccessRefused("Ce ticket est déjà fermé.", "code")
    found.closed_because = "withdrawn"
    found.save(update_fields=["closed_because"])
    tell(by, "voucher_closed", {"credential": found.pk}, _subject(batch))
    return found


def note_first_uses(began: dict[int, datetime]) -> int:
    """Note when vouchers were first used, by their holders; of how many.

    `began`: when each holder's session began; holders of something else are passed over. Done twice, it
    changes nothing.
    """
    unused = Credential.objects.filter(kind="voucher", first_used_at=None, holder__in=began)
    found = list(unused.only("pk", "holder"))
    for each in found:
        each.first_used_at = began[each.holder]
    Credential.objects.bulk_update(found, ["first_used_at"])
    return len(found)


@transaction.atomic
def forget_codes() -> int:
    """Erase the codes that may no more be printed; of how many batches."""
    due = list(VoucherBatch.objects.exclude(codes=None).filter(codes_until__lte=timezone.now()))
    for batch in due:
        batch.codes = None
        batch.save(update_fields=["codes"])
        tell(system("worker"), "voucher_codes_forgotten", {"count": batch.count}, _subject(batch))
    return len(due)


@transaction.atomic
def reseal_codes() -> int:
    """Seal again the codes that are under an old master key; of how many batches."""
    ring = vault.keyring()
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    kid = Func(F("codes"), 2, 4, function="substring", output_field=BinaryField())
    old = VoucherBatch.objects.exclude(codes=None).annotate(kid=kid).exclude(kid=bytes.fromhex(ring.active))
    batch = list(old.select_for_update(skip_locked=True)[:100])
    for each in batch:
        each.codes = seal_codes(each.pk, open_codes(each.pk, bytes(each.codes or b"")))
        each.save(update_fields=["codes"])
    return len(batch)
