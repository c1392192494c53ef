"""The catalogue as open data."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import etag, require_safe

from smartsenegal.onestop.procedures import queries


def _version(request: HttpRequest, suffix: str) -> str:
    return f'"{queries.catalogue_version()}-{suffix}"'


@require_safe
@etag(_version)
def catalogue(request: HttpRequest, suffix: str) -> HttpResponse:
    """The whole catalogue in CPSV-AP: Turtle, JSON-LD or RDF/XML. Public, with an ETag."""
    from smartsenegal.onestop.procedures import linked  # with rdflib, which few pages need

    body = _written(_version(request, suffix), suffix)
    return HttpResponse(body, content_type=linked.FORMATS[suffix][1])


@lru_cache(maxsize=6)
def _written(version: str, suffix: str) -> bytes:
    # Written once for each state of the catalogue, each day (of its amounts) and format.
    from smartsenegal.onestop.procedures import linked

    themes, events = queries.all_themes(), queries.all_life_events()
    graph = linked.catalogue(settings.PUBLIC_URL, queries.offers(), themes, events, timezone.localdate())
    return linked.written(graph, suffix)
