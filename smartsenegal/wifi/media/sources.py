"""Where packages come from: `Catalogue` is what a source of content offers to the hotspots.

The content manager's pages are one source (`Published`); another domain registers its own with `register`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.db.models import Q

from smartsenegal.wifi.media import store
from smartsenegal.wifi.media.manifest import Manifest, from_plain
from smartsenegal.wifi.media.models import Assignment, Package
from smartsenegal.wifi.network.api import Hotspot


@dataclass(frozen=True)
class Offer:
    """A package for a hotspot: `signed` is the manifest as caches verify it."""

    signed: bytes
    manifest: Manifest
    pinned: bool = False
    position: int = 100


class Catalogue(Protocol):
    """A source of packages."""

    def offers(self, hotspot: Hotspot) -> list[Offer]:
        """The packages that this hotspot should hold."""
        ...

    def file(self, sha256: str) -> Path | None:
        """Where the bytes of a file of a package that is offered are; None for any other."""
        ...


class Published:
    """Packages that the content manager published and destined to places."""

    def offers(self, hotspot: Hotspot) -> list[Offer]:
        """One query; a package destined twice keeps its best place."""
        path = hotspot.site.territory.path.split("/")
        around = ["/".join(path[:n]) for n in range(1, len(path) + 1)]
        here = (
            Q(hotspot=hotspot)
            | Q(territory__path__in=around)
            | Q(hotspot__isnull=True, territory__isnull=True)
        )
        found: dict[str, Offer] = {}
        rows = Assignment.objects.filter(here, package__state="published").select_related("package")
        for row in rows.order_by("-pinned", "position", "package__code"):
            of = row.package
            found.setdefault(
                of.code, Offer(bytes(of.manifest or b""), from_plain(of.public), row.pinned, row.position)
            )
        return list(found.values())

    def file(self, sha256: str) -> Path | None:
        """Files that the manifest of a published package names."""
        named = Package.objects.filter(state="published", public__contains={"files": [{"sha256": sha256}]})
        path = store.path_of(sha256)
        return path if named.exists() and path.is_file() else None


_SOURCES: list[Catalogue] = [Published()]


def register(source: Catalogue) -> None:
    """Add a source of packages; called once, when Django starts."""
    _SOURCES.append(source)


def offers(hotspot: Hotspot) -> list[Offer]:
    """What all sources offer to a hotspot, pinned ones first; the first source wins a code."""
    found: dict[str, Offer] = {}
    for source in _SOURCES:
        for offer in source.offers(hotspot):
            found.setdefault(offer.manifest.code, offer)
    return sorted(found.values(), key=lambda o: (not o.pinned, o.position, o.manifest.code))


def file(sha256: str) -> Path | None:
    """The bytes of a published file, whoever offers it."""
    return next((path for source in _SOURCES if (path := source.file(sha256))), None)
