"""A router of the inventory that speaks BGP, and sessions that are meant."""

from typing import Any

from smartsenegal.cable.network.models import Equipment, Node
from smartsenegal.cable.peering import actions
from smartsenegal.cable.peering.models import Router, Session
from smartsenegal.kernel.identity.api import system

SYSTEM = system("test")


def router(code: str = "dkr1", **values: Any) -> Router:
    """A router of AS 64496 at a node abroad, which needs no territory."""
    node, _ = Node.objects.get_or_create(
        code="ailleurs", defaults={"name": "Ailleurs", "role": "abroad", "country": "Ailleurs"}
    )
    equipment = Equipment.objects.create(code=code, name=f"Routeur {code}", node=node, kind="router")
    given = {"asn": 64_496, "router_id": "192.0.2.1", "software": "bird2", **values}
    return actions.add_router(SYSTEM, equipment=equipment, **given)


def session(of: Router, **values: Any) -> Session:
    """A session with AS 64497 at 192.0.2.2."""
    given = {
        "code": "voisin", "peer": "Voisin SA", "asn": 64_497, "address": "192.0.2.2",
        "local_address": "192.0.2.1", "role": "peer", "limit4": 100, **values,
    }  # fmt: skip
    return actions.add_session(SYSTEM, router=of, **given)
