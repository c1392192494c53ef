"""The catalogue as open data."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import etag, require_safe

from smartsenegal.onestop.procedures import linked, queries


def _version(request: HttpRequest, suffix: str) -> str:
    return f'"{queries.catalogue_version()}-{suffix}"'


@require_safe
@etag(_version)
def catalogue(request: HttpRequest, suffix: str) -> HttpResponse:
    """The whole catalogue in CPSV-AP: Turtle, JSON-LD or RDF/XML. Public, with an ETag."""
    body = _written(_version(request, suffix), suffix)
    return HttpResponse(body, content_type=linked.FORMATS[suffix][1])


@lru_cache(maxsize=2 * len(linked.FORMATS))
def _written(version: str, suffix: str) -> bytes:
    # Written once for each state of the catalogue and each day: amounts are those of the day.
    themes, events = queries.all_themes(), queries.all_life_events()
    graph = linked.catalogue(settings.PUBLIC_URL, queries.offers(), themes, events, timezone.localdate())
    return linked.written(graph, suffix)
