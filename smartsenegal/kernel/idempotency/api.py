"""Writes that may be sent twice: the only face of `idempotency`."""

from smartsenegal.kernel.idempotency.actions import KEPT, KeyReused, Reply, once

__all__ = ["KEPT", "KeyReused", "Reply", "once"]
