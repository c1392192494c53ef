"""Writes that may be sent twice: the only face of `idempotency`."""

from smartsenegal.kernel.idempotency.actions import KEPT, KeyReused, Reply, once
from smartsenegal.kernel.idempotency.rest import KEY, answered_once

__all__ = ["KEPT", "KEY", "KeyReused", "Reply", "answered_once", "once"]
