"""A platform that is plainly an example, for the demonstration: that of Diamniadio is not public."""

from django.db import transaction

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.actions import platform
from smartsenegal.datacenter.hosting.rules.quotas import Amounts
from smartsenegal.kernel.identity.api import Principal

CODE, POOL = "dc-diamniadio", "diamniadio-1"
SOURCE = "Exemple inventé pour la démonstration"


@transaction.atomic
def load_examples(by: Principal) -> bool:
    """Describe it where there is none yet; whether it did. No tariff. Raises PermissionRefused."""
    center = facility.center(CODE)
    if center is None or queries.pools(center):
        return False
    pool = platform.set_pool(
        by, center, code=POOL, name="Plateforme d’exemple", amounts=Amounts(64, 262_144, 4_000, 100, 20_000),
        source=SOURCE, rack=facility.racks(center).first(), is_example=True,
    )  # fmt: skip
    platform.add_image(
        by, pool, code="debian-12", name="Debian 12", disk="debian-12-genericcloud-amd64.raw",
        least_memory_mib=512, least_disk_gib=3, source=SOURCE,
    )  # fmt: skip
    return True
