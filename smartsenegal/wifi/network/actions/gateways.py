"""Gateways (RADIUS clients) and their secrets."""

from datetime import datetime, timedelta
from secrets import choice
from typing import Any

from django.db import transaction
from django.db.models import BinaryField, F, Func
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.network import rules
from smartsenegal.wifi.network.actions.base import PERMISSION, changes, check, locked, tell, wake
from smartsenegal.wifi.network.addresses import check_equipment, check_source
from smartsenegal.wifi.network.errors import NetworkRefused
from smartsenegal.wifi.network.models import Hotspot, Nas
from smartsenegal.wifi.network.secrets import open_secret, seal_secret

# 32 characters of 5 bits, 160 bits in all: letters and digits pass everywhere, in files and by hand.
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_SECRET_LENGTH = 32
_BATCH = 100
# Kinds that prove nothing else to the portal when they ask whom to let in.
KNOWN_BY_ADDRESS = ("opennds",)
# How long a gateway may still use the secret it had: the time to go there and change it.
OVERLAP = timedelta(hours=24)
# What the gateway of a kit has of the one it stands for.
_LENT = ("gateway", "transport", "network", "certificate_name", "lenient_reason", "coa_address", "coa_port",
         "interim_seconds")  # fmt: skip


@transaction.atomic
def add_gateway(
    by: Principal,
    hotspot: Hotspot,
    *,
    gateway: str,
    transport: str = "udp",
    network: str = "",
    certificate_name: str = "",
    **values: Any,
) -> Nas:
    """Declare the gateway of a hotspot, with a secret made here (160 bits) and sealed.

    Over UDP the address or prefix its packets come from names it; over RadSec the name in its certificate.
    Raises PermissionRefused, NetworkRefused for an address that another gateway has, or a network around or
    inside that of a gateway which `by` does not manage, and for an address of ours.
    """
    hotspot = locked(hotspot)
    check(by, hotspot.site)
    if hotspot.site.state == "closed":
        raise NetworkRefused("Ce point est fermé : rouvrez-le d’abord.")
    code = _free_code(hotspot)
    values |= _sealed(code, values.pop("controller_key", ""))
    certificate_name = certificate_name.lower()
    network = _checked(gateway, transport, network, certificate_name, 0)
    check_source(network)
    check_equipment(values.get("coa_address"), "coa_address")
    _check_apart(by, network, 0)
    nas = Nas.objects.create(
        hotspot=hotspot,
        code=code,
        identifier=code,
        gateway=gateway,
        transport=transport,
        network=network,
        certificate_name=certificate_name,
        **values,
    )
    _make_secret(nas)
    tell(by, hotspot, "gateway_added", {"gateway": code, "kind": gateway})
    return nas


@transaction.atomic
def lend_gateway(by: Principal, like: Nas, since: datetime, until: datetime) -> Nas:
    """The gateway that a kit takes along, declared like this one, with a number and a code of its own.

    The kit makes its secret; here it has none, and is not answered. Raises PermissionRefused.
    """
    _, hotspot = locked_gateway(like)
    check(by, hotspot.site)
    code = _free_code(hotspot)
    alike = {name: getattr(like, name) for name in _LENT}
    lent = Nas.objects.create(hotspot=hotspot, code=code, identifier=code, state="lent",
                              answered_from=since, answered_until=until, **alike)  # fmt: skip
    tell(by, hotspot, "gateway_lent", {"gateway": code, "like": like.code, "until": until.isoformat()})
    return lent


def _free_code(hotspot: Hotspot) -> str:
    base = hotspot.site.code.removeprefix("wifi-")[:50].rstrip("-")
    taken = set(Nas.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for n in range(1, 10_000) if (code := f"{base}-gw{n}") not in taken)


def _checked(gateway: str, transport: str, network: str, certificate_name: str, own: int) -> str:
    if gateway in KNOWN_BY_ADDRESS and not rules.network(network):
        raise NetworkRefused("Cette passerelle n’est connue qu’à son adresse : indiquez-la.", "network")
    if transport == "radsec":
        if not rules.is_host(certificate_name):
            raise NetworkRefused("Écrivez un nom comme gw1.ucad.sn.", "certificate_name")
        named = Nas.objects.filter(certificate_name=certificate_name, transport="radsec", state="active")
        if taken := named.exclude(pk=own).first():
            raise NetworkRefused(f"Ce nom est celui de la passerelle {taken.code}.", "certificate_name")
        return rules.network(network) or ""
    found = rules.network(network)
    if found is None:
        raise NetworkRefused("Écrivez une adresse comme 102.164.10.20, ou un réseau.", "network")
    others = Nas.objects.filter(network=found, transport="udp", state="active").exclude(pk=own)
    if taken := others.first():
        raise NetworkRefused(f"Cette adresse est celle de la passerelle {taken.code}.", "network")
    return found


def _check_apart(by: Principal, network: str, own: int) -> None:
    """Raises NetworkRefused when gateways of others would be taken for this one, or this one for theirs."""
    others = Nas.objects.filter(state="active").exclude(network="").exclude(pk=own)
    for other in others.select_related("hotspot__site__territory"):
        if rules.overlap(network, other.network) and not _manages(by, other.hotspot):
            told = f"Ce réseau recouvre celui de la passerelle {other.code}, qui n’est pas des vôtres."
            raise NetworkRefused(told, "network")


def _manages(by: Principal, hotspot: Hotspot | None) -> bool:
    if hotspot is None:
        return by.may(PERMISSION, territory_path="")
    site = hotspot.site
    return by.may(PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path)


def _sealed(code: str, key: str) -> dict[str, bytes]:
    """The key of a controller as it is kept; nothing for "", which changes none."""
    return {"controller_key": seal_secret(code, key.encode())} if key else {}


def _make_secret(nas: Nas) -> None:
    secret = "".join(choice(_ALPHABET) for _ in range(_SECRET_LENGTH))
    nas.secret = seal_secret(nas.code, secret.encode())
    nas.save(update_fields=["secret"])


@transaction.atomic
def change_gateway(by: Principal, nas: Nas, **values: Any) -> Nas:
    """Correct a gateway; its code and its secret stay. Raises as `add_gateway`.

    The key of a controller goes to no other address than the one it was given for.
    """
    nas, hotspot = locked_gateway(nas)
    check(by, hotspot.site)
    if name := values.get("certificate_name"):
        values["certificate_name"] = name.lower()
    given = {
        name: values.get(name, getattr(nas, name))
        for name in ("gateway", "transport", "network", "certificate_name")
    }
    values["network"] = _checked(**given, own=nas.pk)
    check_equipment(values.get("coa_address"), "coa_address")
    if values["network"] != nas.network:
        check_source(values["network"])
        _check_apart(by, values["network"], nas.pk)
    moved = values.get("controller_url", nas.controller_url) != nas.controller_url
    if moved and nas.controller_key and not values.get("controller_key"):
        told = "L’adresse du contrôleur change : donnez sa clé de nouveau, elle y serait envoyée."
        raise NetworkRefused(told, "controller_key")
    values |= _sealed(nas.code, values.pop("controller_key", ""))
    if changed := changes(nas, values):
        nas.save(update_fields=changed)
        tell(by, hotspot, "gateway_changed", {"gateway": nas.code, "fields": changed})
    return nas


@transaction.atomic
def rotate_secret(by: Principal, nas: Nas, overlap: timedelta = OVERLAP) -> Nas:
    """Give a gateway another secret: what it sends under the old one is still answered for `overlap`.

    The one before the old one is answered no more. No overlap is for a secret that others have seen.
    Raises PermissionRefused, NetworkRefused for a gateway that is retired.
    """
    nas, hotspot = locked_gateway(nas)
    check(by, hotspot.site)
    if nas.state != "active":
        raise NetworkRefused("Cette passerelle est retirée.")
    nas.former_secret = nas.secret if overlap else None
    nas.former_until = timezone.now() + overlap if overlap else None
    nas.save(update_fields=["former_secret", "former_until"])
    _make_secret(nas)
    tell(by, hotspot, "gateway_secret", {"gateway": nas.code, "overlap_seconds": overlap.total_seconds()})
    return nas


@transaction.atomic
def retire_gateway(by: Principal, nas: Nas) -> Nas:
    """Stop answering a gateway; its address may be given to another. Raises PermissionRefused."""
    nas, hotspot = locked_gateway(nas)
    check(by, hotspot.site)
    if nas.state != "retired":
        nas.state = "retired"
        nas.save(update_fields=["state"])
        tell(by, hotspot, "gateway_retired", {"gateway": nas.code})
    return nas


def locked_gateway(nas: Nas) -> tuple[Nas, Hotspot]:
    """A gateway and its hotspot, held until the transaction ends."""
    found = Nas.objects.select_for_update(of=("self",)).get(pk=nas.pk)
    if found.hotspot is None:
        raise NetworkRefused("Cette passerelle n’est celle d’aucun point.")
    return found, locked(found.hotspot)


@transaction.atomic
def reseal() -> int:
    """Seal again a batch of the secrets that are under an old master key; returns how many."""
    count = sum(_reseal(field) for field in ("secret", "former_secret", "controller_key"))
    if count:
        wake()
    return count


def _reseal(field: str) -> int:
    ring = vault.keyring()
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    kid = Func(F(field), 2, 4, function="substring", output_field=BinaryField())
    old = Nas.objects.exclude(**{field: None}).annotate(kid=kid).exclude(kid=bytes.fromhex(ring.active))
    batch = list(old.select_for_update(skip_locked=True)[:_BATCH])
    for nas in batch:
        sealed = bytes(getattr(nas, field) or b"")
        setattr(nas, field, seal_secret(nas.code, open_secret(nas.code, sealed)))
        nas.save(update_fields=[field])
    return len(batch)
