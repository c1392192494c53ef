"""Tell other systems what happens: the only face of `webhooks`."""

from smartsenegal.kernel.webhooks.actions import publish
from smartsenegal.kernel.webhooks.registry import register_kinds

__all__ = ["publish", "register_kinds"]
