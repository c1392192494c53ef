"""Sources: added with their secret, which is sealed, and taken away."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import BinaryField, F, Func
from django.utils import timezone

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.sensors.models import Source
from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.ids import uuid7

_BATCH = 100


@transaction.atomic
def add(by: Principal, rack: facility.Rack, *, secret: Mapping[str, str], **values: Any) -> Source:
    """Add a device to ask. Raises PermissionRefused."""
    center = facility.locked(by, rack.room.center)
    key = uuid7()
    made = Source.objects.create(rack=rack, key=key, sealed=_seal(str(key), secret), **values)
    detail = {"rack": rack.code, "source": made.pk, "kind": made.kind}
    audit.record(by.actor, "sensors.source_added", f"datacenter:{center.pk}", detail)
    return made


@transaction.atomic
def close(by: Principal, source: Source) -> Source:
    """Ask it no more; its secret is forgotten. Raises PermissionRefused."""
    center = facility.locked(by, source.rack.room.center)
    if source.closed_at is None:
        source.closed_at, source.sealed = timezone.now(), _seal(str(source.key), {})
        source.save(update_fields=["closed_at", "sealed"])
        audit.record(by.actor, "sensors.source_closed", f"datacenter:{center.pk}", {"source": source.pk})
    return source


def opened(source: Source) -> dict[str, str]:
    """The secret of a source. Raises DecryptionFailed."""
    return dict(json.loads(vault.keyring().open_field(bytes(source.sealed), _place(str(source.key)))))


def _seal(key: str, secret: Mapping[str, str]) -> bytes:
    return vault.keyring().seal_field(json.dumps(dict(secret)).encode(), _place(key))


def _place(key: str) -> bytes:
    return f"datacenter_sensors.source.sealed:{key}".encode()


@transaction.atomic
def reseal() -> int:
    """Seal again a batch of secrets that are under an old master key; returns how many."""
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    kid = Func(F("sealed"), 2, 4, function="substring", output_field=BinaryField())
    old = Source.objects.annotate(kid=kid).exclude(kid=bytes.fromhex(vault.keyring().active))
    batch = list(old.select_for_update(skip_locked=True)[:_BATCH])
    for each in batch:
        each.sealed = _seal(str(each.key), opened(each))
        each.save(update_fields=["sealed"])
    return len(batch)
