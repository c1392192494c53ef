"""What every act on a kit shares: its permission, its key, its trace, and its two databases."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.wifi.kit.errors import KitRefused
from smartsenegal.wifi.kit.models import Kit
from smartsenegal.wifi.network import api as network

PERMISSION = "wifi.manage"


def check(by: Principal, hotspots: Iterable[network.Hotspot | None]) -> None:
    """Raises PermissionRefused unless `by` manages each of these hotspots."""
    if not all(manages(by, hotspot) for hotspot in hotspots):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce kit.")


def manages(by: Principal, hotspot: network.Hotspot | None) -> bool:
    """Whether `by` manages this hotspot; for one that is no more, whether `by` manages any."""
    if hotspot is None:
        return by.may(PERMISSION)
    site = hotspot.site
    return by.may(PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path)


def locked(by: Principal, kit: Kit) -> Kit:
    """The kit, locked until the end of the transaction. Raises PermissionRefused."""
    check(by, map(network.hotspot, kit.sites))
    return Kit.objects.select_for_update().get(pk=kit.pk)


@contextmanager
def one_act() -> Iterator[None]:
    """A transaction in both databases: that of the flows commits first, so that nothing is told undone."""
    with transaction.atomic(), transaction.atomic(using=settings.FLOWS):
        yield


def key(kit: Kit) -> bytes:
    """What seals the files of a kit. Raises KitRefused once it was forgotten."""
    if kit.key is None:
        raise KitRefused(closed(kit))
    return vault.keyring().open_field(bytes(kit.key), _place(kit))


def seal_key(kit: Kit, secret: bytes) -> None:
    """Give a kit its key; it is not saved."""
    kit.key = vault.keyring().seal_field(secret, _place(kit))


def _place(kit: Kit) -> bytes:
    return b"wifi_kit.kit.key:" + kit.id.bytes


def closed(kit: Kit) -> str:
    """Why nothing more is taken from a kit whose key was forgotten."""
    if kit.state == "dropped":
        return "Ce kit a été annulé avant son départ : rien ne peut en revenir."
    if kit.state == "lost":
        return "Ce kit a été dit perdu : ses clés sont révoquées, rien de ce qu’il apporte n’est repris."
    return "Ce kit est rendu : ses clés sont révoquées. S’il a resservi, préparez-en un autre."


def tell(by: Principal, kit: Kit, verb: str, **detail: Any) -> None:
    """Write the journal."""
    audit.record(by.actor, f"wifi.{verb}", f"wifi_kit:{kit.id}", {"sites": kit.sites, **detail})
