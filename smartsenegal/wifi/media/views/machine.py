"""What the caches of the sites ask of the centre, each with its own secret (RFC 6750)."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.wifi.media import actions_reports, queries, sources
from smartsenegal.wifi.media.errors import MediaRefused
from smartsenegal.wifi.media.models import Cache
from smartsenegal.wifi.media.views.base import sent

_SHA = re.compile(r"^[0-9a-f]{64}$")


def for_caches(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Gives the view the cache whose secret is in the request; any other is answered 401."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        cache = queries.cache_with_token(token.strip()) if scheme.lower() == "bearer" else None
        if cache is None:
            return JsonResponse(
                {"detail": "Ce secret n’est celui d’aucun cache."},
                status=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        return view(request, cache, **kwargs)

    return checked


@require_safe
@for_caches
def wanted(request: HttpRequest, cache: Cache) -> HttpResponseBase:
    """What the cache should hold, and its settings."""
    return JsonResponse(queries.wanted(cache))


@require_safe
@for_caches
def file(request: HttpRequest, cache: Cache, sha256: str) -> HttpResponseBase:
    """The bytes of a file, by ranges: the hash is checked by who asks."""
    path = sources.file(sha256) if _SHA.match(sha256) else None
    if path is None:
        return JsonResponse({"detail": "Aucun contenu publié n’a ce fichier."}, status=404)
    return sent(request, path, sha256, "application/octet-stream")


@require_POST
@for_caches
def report(request: HttpRequest, cache: Cache) -> HttpResponseBase:
    """Counts of a site and the state of its machine: taken in once."""
    try:
        told = json.loads(request.body)
        if not isinstance(told, dict):
            raise ValueError
        return JsonResponse({"taken": actions_reports.take_report(cache, told)})
    except (ValueError, RecursionError) as error:
        sentence = error.sentence if isinstance(error, MediaRefused) else "Ce rapport n’est pas du JSON."
        return JsonResponse({"detail": sentence}, status=422)
