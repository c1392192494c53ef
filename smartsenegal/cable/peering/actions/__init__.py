"""Every write of `cable.peering`: routers, sessions, exchanges, authorised origins, and what routers tell."""

from smartsenegal.cable.peering.actions.hearing import bring_state, hear, lose
from smartsenegal.cable.peering.actions.meaning import (
    add_exchange,
    add_router,
    add_session,
    change_router,
    change_session,
)
from smartsenegal.cable.peering.actions.outside import import_members, import_roas

__all__ = [
    "add_exchange", "add_router", "add_session", "bring_state", "change_router", "change_session", "hear",
    "import_members", "import_roas", "lose",
]  # fmt: skip
