"""What a failure touches in the country: places without network, and what the other systems run there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone

from smartsenegal.cable.network.api import Node
from smartsenegal.cable.resilience.queries import Vertex, needing, vital_needs
from smartsenegal.kernel.sites.api import CLOSED, Run, Site, run_at


def offline(lost: Collection[Vertex]) -> list[Site]:
    """Places that are without network once these nodes are cut off, but those of the nodes themselves, by
    kind and name.

    A place that says what it needs (`kernel.sites`, gravity « arrêt ») is without network when that is,
    directly or through others; one that says nothing gets the network from the node that serves the smallest
    territory around it.
    """
    needs = vital_needs()
    said = set().union(*needs.values())
    own = {n.site_id for n in lost if n.site_id}
    stopped = set().union(*(needing(n.site_id, needs) for n in lost if n.site_id))
    cut = {n.pk for n in lost}
    serving = dict(
        Node.objects.on(timezone.localdate())
        .filter(state="active", served__isnull=False)
        .values_list("served__territory__path", "pk")
    )
    deduced = set[int]()
    if any(node in cut for node in serving.values()):
        places = Site.objects.exclude(pk__in=said | own).exclude(kind="network_node")
        for site, path in places.values_list("pk", "territory__path"):
            nearest = next((serving[p] for p in _enclosing(path) if p in serving), None)
            if nearest in cut:
                deduced.add(site)
    found = Site.objects.filter(pk__in=(stopped | deduced) - own).exclude(state=CLOSED)
    return list(found.select_related("territory").order_by("kind", "name", "code"))


def _enclosing(path: str) -> Iterator[str]:
    """This path and those around it, the nearest first."""
    while path:
        yield path
        path = path.rpartition("/")[0]


@dataclass(frozen=True)
class Touched:
    """What a failure touches in the country: places without network by kind, and what systems run there."""

    places: list[tuple[str, list[Site]]]
    systems: list[tuple[str, list[Run]]]

    @property
    def count(self) -> int:
        """How many places."""
        return sum(len(sites) for _, sites in self.places)


def touched(lost: Collection[Vertex]) -> Touched:
    """What these lost nodes touch: their own places and those they leave without network."""
    sites = offline(lost)
    kinds = [(kind, list(rows)) for kind, rows in groupby(sites, key=lambda site: site.get_kind_display())]
    own = [n.site_id for n in lost if n.site_id]
    return Touched(kinds, run_at([*own, *(site.pk for site in sites)]))
