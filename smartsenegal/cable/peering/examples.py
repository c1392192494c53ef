"""Sessions of the demonstration, with the AS numbers and addresses kept for documentation
(RFC 5398, 5737)."""

from pathlib import Path
from typing import Any

from smartsenegal.cable.network.api import Equipment, Node, add_equipment
from smartsenegal.cable.peering import actions
from smartsenegal.cable.peering.models import Router
from smartsenegal.kernel.identity.api import Principal

DATA = Path(__file__).resolve().parent / "data"
NODE, CODE = "ex-dakar", "ex-routeur-dakar"
SOURCE = "Exemple inventé pour la démonstration"


_SESSIONS: tuple[dict[str, Any], ...] = (
    {"code": "ex-transit", "peer": "Transit par l’Europe (exemple)", "asn": 64_500, "address": "192.0.2.10",
     "role": "upstream", "limit4": 1_400_000, "ttl_security": True},
    {"code": "ex-client", "peer": "Fournisseur d’accès (exemple)", "asn": 64_501, "address": "192.0.2.20",
     "role": "customer", "limit4": 10, "prefixes": ["198.51.100.0/24"], "md5": True},
    {"code": "ex-pair", "peer": "Pair au point d’échange (exemple)", "asn": 64_502, "address": "192.0.2.30",
     "role": "exchange", "limit4": 100},
)  # fmt: skip


def load_examples(by: Principal) -> bool:
    """Add an invented router, its sessions and their state, where there is none; whether it did. Raises
    PermissionRefused."""
    node = Node.objects.filter(code=NODE).first()
    if node is None or Router.objects.exists():
        return False
    equipment = Equipment.objects.filter(code=CODE).first() or add_equipment(
        by, node=node, code=CODE, name="Routeur de bordure (exemple)", kind="router", is_example=True,
        source=SOURCE,
    )  # fmt: skip
    router = actions.add_router(
        by, equipment=equipment, asn=64_496, router_id="192.0.2.1", software="bird2", is_example=True
    )
    exchange = actions.add_exchange(by, code="ex-echange", name="Point d’échange (exemple)", source=SOURCE)
    common = {"router": router, "local_address": "192.0.2.1", "source": SOURCE, "is_example": True}
    for values in _SESSIONS:
        actions.add_session(
            by, **common, **values, exchange=exchange if values["role"] == "exchange" else None
        )
    actions.bring_state(by, router, (DATA / "birdc.txt").read_text(encoding="utf-8"))
    return True
