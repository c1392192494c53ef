"""Secrets of SNMP, sealed with the installation's keys."""

import json
from collections.abc import Mapping

from django.db import transaction
from django.db.models import BinaryField, F, Func

from smartsenegal.cable.collection.models import Agent
from smartsenegal.kernel import vault

BATCH = 100


def _place(code: str) -> bytes:
    return f"cable_collection.agent.secret:{code}".encode()


def seal(code: str, secret: Mapping[str, str]) -> bytes:
    """The secret of an agent, sealed."""
    return vault.keyring().seal_field(json.dumps(dict(secret)).encode(), _place(code))


def opened(agent: Agent) -> dict[str, str]:
    """The secret of an agent. Raises DecryptionFailed."""
    return dict(json.loads(vault.keyring().open_field(bytes(agent.sealed), _place(agent.code))))


@transaction.atomic
def reseal() -> int:
    """Seal again a batch of the secrets that are under an old master key; returns how many."""
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    kid = Func(F("sealed"), 2, 4, function="substring", output_field=BinaryField())
    old = Agent.objects.annotate(kid=kid).exclude(kid=bytes.fromhex(vault.keyring().active))
    batch = list(old.select_for_update(skip_locked=True)[:BATCH])
    for agent in batch:
        agent.sealed = seal(agent.code, opened(agent))
        agent.save(update_fields=["sealed"])
    return len(batch)
