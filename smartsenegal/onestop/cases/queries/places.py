"""What a place does for the one-stop shop: asked when a failure takes its network."""

from collections.abc import Collection

from django.db.models import Count

from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.sites.api import Run, Site
from smartsenegal.lib.text import plural
from smartsenegal.onestop.cases.models import CONSULTING, IN_QUEUE, TO_SIGN, Case


def run_at(places: Collection[int]) -> list[Run]:
    """The services of these places (keys) that have cases in hand, those with the most first."""
    services = Site.objects.filter(pk__in=places, organisation__isnull=False).values_list("organisation")
    in_hand = Case.objects.filter(IN_QUEUE | TO_SIGN | CONSULTING, service__in=services)
    counted = dict(in_hand.values_list("service").annotate(count=Count("pk")))
    names = dict(Organisation.objects.filter(pk__in=counted).values_list("pk", "name"))
    ranked = sorted(counted.items(), key=lambda each: (-each[1], names[each[0]]))
    return [Run(names[pk], plural(count, "dossier en cours", "dossiers en cours")) for pk, count in ranked]
