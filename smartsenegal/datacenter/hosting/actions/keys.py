"""Keys of a project in the store: made by the worker, their secret sealed until it is shown, once."""

from django.db import transaction
from django.db.models import BinaryField, F, Func
from django.utils import timezone

from smartsenegal.datacenter.hosting.actions.base import locked, tell_project
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Key, Project
from smartsenegal.datacenter.hosting.rules import roles
from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.ids import uuid7

_BATCH = 200


@transaction.atomic
def add(by: Principal, project: Project, *, label: str, write: bool) -> Key:
    """Want a key for something. Raises PermissionRefused."""
    project = locked(by, project, roles.OWN)
    made = Key.objects.create(project=project, key=uuid7(), label=label, write=write)
    tell_project(by, project, "key_asked", key=made.pk, write=write)
    return made


@transaction.atomic
def show(by: Principal, key: Key) -> str:
    """Its secret, which is forgotten here at once: nobody sees it twice.

    Raises PermissionRefused, HostingRefused once shown, withdrawn, or before the store made it.
    """
    project = locked(by, key.project, roles.OWN)
    key = _locked(key)
    if key.shown_at is not None:
        raise HostingRefused("Ce secret a déjà été montré : retirez la clé et faites-en une autre.")
    if key.sealed is None:
        raise HostingRefused("Le magasin n’a pas encore fait cette clé : revenez dans une minute.")
    secret = _open(key)
    key.sealed, key.shown_at = None, timezone.now()
    key.save(update_fields=["sealed", "shown_at"])
    tell_project(by, project, "key_shown", key=key.pk)
    return secret


@transaction.atomic
def close(by: Principal, key: Key) -> Key:
    """Withdraw a key: the worker takes it out of the store. Raises PermissionRefused, HostingRefused."""
    project = locked(by, key.project, roles.OWN)
    key = _locked(key)
    key.closed_at, key.sealed = timezone.now(), None
    key.save(update_fields=["closed_at", "sealed"])
    tell_project(by, project, "key_closed", key=key.pk)
    return key


def _locked(key: Key) -> Key:
    found = Key.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if found.closed_at is not None:
        raise HostingRefused("Cette clé est déjà retirée.")
    return found


def seal(key: Key, secret: str) -> bytes:
    """A secret as it is kept."""
    return vault.keyring().seal_field(secret.encode(), _place(key))


def _open(key: Key) -> str:
    return vault.keyring().open_field(bytes(key.sealed or b""), _place(key)).decode()


def _place(key: Key) -> bytes:
    return f"datacenter_hosting.key.sealed:{key.key}".encode()


@transaction.atomic
def reseal() -> int:
    """Seal again a batch of secrets that are under an old master key; returns how many."""
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    kid = Func(F("sealed"), 2, 4, function="substring", output_field=BinaryField())
    old = Key.objects.exclude(sealed=None).annotate(kid=kid)
    batch = list(
        old.exclude(kid=bytes.fromhex(vault.keyring().active)).select_for_update(skip_locked=True)[:_BATCH]
    )
    for each in batch:
        each.sealed = seal(each, _open(each))
        each.save(update_fields=["sealed"])
    return len(batch)
