"""What who runs a datacentre enters: its platforms, what machines start from, prices."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.actions.base import locked_pool, tell
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Image, Pool, Tariff
from smartsenegal.datacenter.hosting.rules import quotas
from smartsenegal.kernel.identity.api import Principal


@transaction.atomic
def set_pool(
    by: Principal,
    center: facility.DataCenter,
    *,
    code: str,
    name: str,
    amounts: quotas.Amounts,
    source: str,
    rack: facility.Rack | None = None,
    is_example: bool = False,
) -> Pool:
    """Describe a platform, or change what it has.

    Raises PermissionRefused, HostingRefused: a code taken elsewhere, or less than what is granted already.
    """
    center = facility.locked(by, center)
    known = Pool.objects.select_for_update().filter(code=code).first()
    if known is not None and known.center_id != center.pk:
        raise HostingRefused("Ce code est celui d’une plateforme d’un autre centre.", "code")
    if known is not None:
        granted = known.amounts - queries.pool_left(known)
        if missing := quotas.lacking(amounts, quotas.Amounts(), granted):
            raise HostingRefused(
                f"C’est moins que ce qui est déjà accordé : il manque {quotas.told(missing)}.",
                next(iter(missing)),
            )
    values = {"name": name, "source": source, "rack": rack, "is_example": is_example, **dict(amounts.items())}
    made, _ = Pool.objects.update_or_create(code=code, defaults={"center": center, **values})
    tell(by, f"datacenter:{center.pk}", "pool_set", {"pool": code, **dict(amounts.items())})
    return made


@transaction.atomic
def add_image(by: Principal, pool: Pool, *, code: str, **values: Any) -> Image:
    """Add to the catalogue. Raises PermissionRefused, HostingRefused for a code twice or nothing to start."""
    pool = locked_pool(by, pool)
    if pool.images.filter(code=code).exists():
        raise HostingRefused("Une image de cette plateforme a déjà ce code.", "code")
    if not (values.get("disk") or values.get("kernel")):
        raise HostingRefused("Indiquez le disque à copier, ou le noyau à démarrer.", "disk")
    made = Image.objects.create(pool=pool, code=code, **values)
    tell(by, f"datacenter:{pool.center_id}", "image_added", {"pool": pool.code, "image": code})
    return made


@transaction.atomic
def close_image(by: Principal, image: Image) -> Image:
    """Withdraw an image: no new machine starts from it, those that did stay. Raises PermissionRefused."""
    locked_pool(by, image.pool)
    if image.closed_at is None:
        image.closed_at = timezone.now()
        image.save(update_fields=["closed_at"])
        tell(by, f"datacenter:{image.pool.center_id}", "image_closed", {"image": image.code})
    return image


@transaction.atomic
def add_tariff(
    by: Principal,
    center: facility.DataCenter,
    *,
    kind: str,
    amount: Decimal,
    starts_on: date,
    source: str,
    is_example: bool = False,
) -> Tariff:
    """Enter a price from a day on.

    Raises PermissionRefused, HostingRefused for a day that has one, or inside a month that was closed.
    """
    center = facility.locked(by, center)
    if center.hosting_tariffs.filter(kind=kind, starts_on=starts_on).exists():
        raise HostingRefused("Un tarif commence déjà ce jour-là : prenez un autre jour.", "starts_on")
    if (last := queries.last_closed(center)) and starts_on < last:
        raise HostingRefused(
            "Des mois sont déjà arrêtés après cette date : leur prix ne change plus.", "starts_on"
        )
    made = Tariff.objects.create(
        center=center, kind=kind, amount=amount, starts_on=starts_on, source=source, is_example=is_example
    )
    detail = {"kind": kind, "amount": str(amount), "starts_on": starts_on.isoformat()}
    tell(by, f"datacenter:{center.pk}", "tariff_added", detail)
    return made
