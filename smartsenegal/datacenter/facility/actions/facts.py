"""What was published of Diamniadio, and equipment that is plainly an example."""

from pathlib import Path

from django.db import transaction

from smartsenegal.datacenter.facility import queries
from smartsenegal.datacenter.facility.actions.imports import import_file
from smartsenegal.datacenter.facility.actions.places import add_center, add_room
from smartsenegal.datacenter.facility.models import DataCenter
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.territory.api import Territory, resolve

FACTS = Path(__file__).resolve().parent.parent / "data"
CODE = "dc-diamniadio"
SOURCE = "datacenter-magazine.fr ; apanews ; dakaractu"
ROOMS = {"salle-etat": "Salle de l’État", "salle-privee": "Salle privée"}


@transaction.atomic
def load_facts(by: Principal) -> DataCenter | None:
    """Add the datacentre of Diamniadio where it is missing; None when it was there."""
    if queries.center(CODE) is not None:
        return None
    place = resolve("Diamniadio")
    assert isinstance(place, Territory)
    center = add_center(
        by, code=CODE, name="Centre de données de Diamniadio", place=place, power_watts=1_400_000,
        design_claim="« de type Tier III », annoncé par la presse", source=SOURCE,
    )  # fmt: skip
    for code, name in ROOMS.items():
        add_room(by, center, code=code, name=name, area_m2=250, source=SOURCE)
    for kind in ("pieces", "baies", "equipements"):
        import_file(by, center, kind, (FACTS / f"{kind}.csv").read_text("utf-8"))
    return center
