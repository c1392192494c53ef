"""Gateways (RADIUS clients) and their secrets."""

from secrets import choice
from typing import Any

from django.db import transaction
from django.db.models import BinaryField, F, Func

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.network import rules
from smartsenegal.wifi.network.actions.base import changes, check, locked, tell, wake
from smartsenegal.wifi.network.errors import NetworkRefused
from smartsenegal.wifi.network.models import Hotspot, Nas
from smartsenegal.wifi.network.secrets import open_secret, seal_secret

# 32 characters of 5 bits, 160 bits in all: letters and digits pass everywhere, in files and by hand.
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_SECRET_LENGTH = 32
_BATCH = 100


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
    Raises PermissionRefused, NetworkRefused for an address that another gateway has.
    """
    hotspot = locked(hotspot)
    check(by, hotspot.site)
    if hotspot.site.state == "closed":
        raise NetworkRefused("Ce point est fermé : rouvrez-le d’abord.")
    code = _free_code(hotspot)
    network = _checked(transport, network, certificate_name, 0)
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


def _free_code(hotspot: Hotspot) -> str:
    base = hotspot.site.code.removeprefix("wifi-")[:50].rstrip("-")
    taken = set(Nas.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for n in range(1, 10_000) if (code := f"{base}-gw{n}") not in taken)


def _checked(transport: str, network: str, certificate_name: str, own: int) -> str:
    if transport == "radsec":
        if not certificate_name:
            raise NetworkRefused("Indiquez le nom qui est dans le certificat.", "certificate_name")
        return rules.network(network) or ""
    found = rules.network(network)
    if found is None:
        raise NetworkRefused("Écrivez une adresse comme 102.164.10.20, ou un réseau.", "network")
    others = Nas.objects.filter(network=found, transport="udp", state="active").exclude(pk=own)
    if taken := others.first():
        raise NetworkRefused(f"Cette adresse est celle de la passerelle {taken.code}.", "network")
    return found


def _make_secret(nas: Nas) -> None:
    secret = "".join(choice(_ALPHABET) for _ in range(_SECRET_LENGTH))
    nas.secret = seal_secret(nas.code, secret.encode())
    nas.save(update_fields=["secret"])


@transaction.atomic
def change_gateway(by: Principal, nas: Nas, **values: Any) -> Nas:
    """Correct a gateway; its code and its secret stay. Raises as `add_gateway`."""
    nas, hotspot = _locked(nas)
    check(by, hotspot.site)
    given = {
        name: values.get(name, getattr(nas, name)) for name in ("transport", "network", "certificate_name")
    }
    values["network"] = _checked(given["transport"], given["network"], given["certificate_name"], nas.pk)
    if changed := changes(nas, values):
        nas.save(update_fields=changed)
        tell(by, hotspot, "gateway_changed", {"gateway": nas.code, "fields": changed})
    return nas


@transaction.atomic
def rotate_secret(by: Principal, nas: Nas) -> Nas:
    """Give a gateway another secret: what it sends under the old one is refused from the commit on.

    Raises PermissionRefused, NetworkRefused for a gateway that is retired.
    """
    nas, hotspot = _locked(nas)
    check(by, hotspot.site)
    if nas.state != "active":
        raise NetworkRefused("Cette passerelle est retirée.")
    _make_secret(nas)
    tell(by, hotspot, "gateway_secret", {"gateway": nas.code})
    return nas


@transaction.atomic
def retire_gateway(by: Principal, nas: Nas) -> Nas:
    """Stop answering a gateway; its address may be given to another. Raises PermissionRefused."""
    nas, hotspot = _locked(nas)
    check(by, hotspot.site)
    if nas.state == "active":
        nas.state = "retired"
        nas.save(update_fields=["state"])
        tell(by, hotspot, "gateway_retired", {"gateway": nas.code})
    return nas


def _locked(nas: Nas) -> tuple[Nas, Hotspot]:
    found = Nas.objects.select_for_update(of=("self",)).get(pk=nas.pk)
    if found.hotspot is None:
        raise NetworkRefused("Cette passerelle n’est celle d’aucun point.")
    return found, locked(found.hotspot)


@transaction.atomic
def reseal() -> int:
    """Seal again a batch of the secrets that are under an old master key; returns how many."""
    ring = vault.keyring()
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    kid = Func(F("secret"), 2, 4, function="substring", output_field=BinaryField())
    old = Nas.objects.exclude(secret=None).annotate(kid=kid).exclude(kid=bytes.fromhex(ring.active))
    batch = list(old.select_for_update(skip_locked=True)[:_BATCH])
    for nas in batch:
        nas.secret = seal_secret(nas.code, open_secret(nas.code, bytes(nas.secret or b"")))
        nas.save(update_fields=["secret"])
    if batch:
        wake()
    return len(batch)
