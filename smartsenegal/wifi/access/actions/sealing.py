"""Sealing again what is under an old master key: passwords kept readable, and secrets of home servers."""

from typing import Any

from django.db import transaction
from django.db.models import BinaryField, F, Func

from smartsenegal.kernel import vault
from smartsenegal.wifi.access.models import Credential, HomeServer
from smartsenegal.wifi.access.secrets import (
    open_home_secret,
    open_password,
    seal_home_secret,
    seal_password,
)
from smartsenegal.wifi.network.api import wake

_BATCH = 1000


@transaction.atomic
def reseal_passwords() -> int:
    """Seal again a batch of the passwords that some method reads; returns how many."""
    batch = _old(Credential, "sealed")
    for each in batch:
        password = open_password(each.realm_id, each.login, bytes(each.sealed))
        each.sealed = seal_password(each.realm_id, each.login, password)
    Credential.objects.bulk_update(batch, ["sealed"])
    return _told(len(batch))


@transaction.atomic
def reseal_home_secrets() -> int:
    """Seal again a batch of the secrets shared with home servers; returns how many."""
    batch = _old(HomeServer, "secret")
    for each in batch:
        secret = open_home_secret(each.realm_id, each.address, bytes(each.secret))
        each.secret = seal_home_secret(each.realm_id, each.address, secret)
    HomeServer.objects.bulk_update(batch, ["secret"])
    return _told(len(batch))


def _old(model: Any, field: str) -> list[Any]:
    ring = vault.keyring()
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    kid = Func(F(field), 2, 4, function="substring", output_field=BinaryField())
    old = model.objects.exclude(**{field: None}).annotate(kid=kid).exclude(kid=bytes.fromhex(ring.active))
    return list(old.select_for_update(skip_locked=True)[:_BATCH])


def _told(count: int) -> int:
    if count:
        wake()
    return count
