"""Every write on packages, but for their files and for what caches tell."""

import hashlib
import secrets
from datetime import UTC
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.territory.api import Territory
from smartsenegal.lib.text import slug
from smartsenegal.wifi.media import manifest as manifests
from smartsenegal.wifi.media.errors import MediaRefused
from smartsenegal.wifi.media.models import Assignment, Cache, Package
from smartsenegal.wifi.network.api import Hotspot, changes

MANAGE = "wifi.manage"


def publishes(by: Principal) -> bool:
    """Whether `by` publishes content: what is published, all the country may be given."""
    return by.may(MANAGE, territory_path="")


def check(by: Principal) -> None:
    """Raises PermissionRefused unless `by` publishes content."""
    if not publishes(by):
        raise PermissionRefused("Seul qui administre le Wi-Fi de tout le pays publie des contenus.")


def check_place(by: Principal, hotspot: Hotspot | None, territory: Territory | None) -> None:
    """Raises PermissionRefused unless `by` decides what this place holds; neither is the whole country."""
    if hotspot is not None:
        check_site(by, hotspot)
    elif territory is None:
        check(by)
    elif not by.may(MANAGE, territory_path=territory.path):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce territoire.")


def check_site(by: Principal, hotspot: Hotspot) -> None:
    """Raises PermissionRefused unless `by` manages this hotspot."""
    site = hotspot.site
    if not by.may(MANAGE, organisation_id=site.organisation_id, territory_path=site.territory.path):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce lieu.")


def tell(by: Principal, package: Package, verb: str, **detail: Any) -> None:
    """Write the journal."""
    detail = {"code": package.code, **detail}
    audit.record(by.actor, f"media.{verb}", f"wifi_package:{package.pk}", detail)


def locked(package: Package) -> Package:
    """The package, locked until the end of the transaction."""
    return Package.objects.select_for_update().get(pk=package.pk)


@transaction.atomic
def add_package(by: Principal, **values: Any) -> Package:
    """A package to be filled. Raises PermissionRefused, MediaRefused for a title that another one has."""
    check(by)
    code = slug(values["title"])[:80].strip("-")
    if not code:
        raise MediaRefused("Écrivez un titre avec des lettres ou des chiffres.", "title")
    try:
        with transaction.atomic():
            package = Package.objects.create(code=code, **values)
    except IntegrityError:
        raise MediaRefused("Un autre contenu a ce titre : précisez-le.", "title") from None
    tell(by, package, "package_added")
    return package


@transaction.atomic
def change_package(by: Principal, package: Package, **values: Any) -> Package:
    """Other words for a package; what is published stays until it is published again."""
    check(by)
    package = locked(package)
    if changed := changes(package, values):
        package.save(update_fields=[*changed, "changed_at"])
        tell(by, package, "package_changed", fields=changed)
    return package


@transaction.atomic
def publish(by: Principal, package: Package) -> Package:
    """Sign the package as it is now: caches take it at their next download.

    Raises PermissionRefused, MediaRefused without a file to watch or read.
    """
    check(by)
    package = locked(package)
    files = sorted(package.files.all(), key=lambda f: (f.role != "main", f.role, f.language))
    if not any(f.role == "main" for f in files):
        raise MediaRefused("Ajoutez d’abord le fichier à regarder ou à lire.")
    now = timezone.now()
    made = manifests.Manifest(
        code=package.code,
        revision=package.revision + 1,
        title=package.title,
        summary=package.summary,
        language=package.language,
        kind=package.kind,
        duration_seconds=package.duration_seconds or files[0].seconds,
        licence=package.licence,
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        files=tuple(
            manifests.Entry(f.role, f.name, f.language, f.content_type, f.sha256, f.size) for f in files
        ),
    )
    authority = vault.authority()
    package.manifest = manifests.sign(made, authority.seal_key, authority.seal_kid)
    package.public = manifests.plain(made)
    package.state, package.revision, package.published_at = "published", made.revision, now
    package.save()
    # `changed_at` was set by the save, a moment after `now`: nothing has changed since.
    Package.objects.filter(pk=package.pk).update(changed_at=now)
    tell(by, package, "package_published", revision=made.revision, octets=made.size)
    return package


@transaction.atomic
def withdraw(by: Principal, package: Package) -> Package:
    """Show it nowhere any more: caches drop it when they next hear of the centre, by day too."""
    check(by)
    package = locked(package)
    if package.state == "published":
        package.state = "withdrawn"
        package.save(update_fields=["state", "changed_at"])
        tell(by, package, "package_withdrawn")
    return package


@transaction.atomic
def assign(
    by: Principal,
    package: Package,
    *,
    hotspot: Hotspot | None = None,
    territory: Territory | None = None,
    pinned: bool = False,
    position: int = 100,
) -> Assignment:
    """Have a package held by a hotspot, by those of a territory, or by all; again, to change how."""
    check_place(by, hotspot, territory)
    made, new = Assignment.objects.update_or_create(
        package=package,
        hotspot=hotspot,
        territory=territory,
        defaults={"pinned": pinned, "position": position},
    )
    place = hotspot.site.code if hotspot else territory.code if territory else ""
    tell(by, package, "assigned", place=place, pinned=pinned, position=position, new=new)
    return made


@transaction.atomic
def unassign(by: Principal, assignment: Assignment) -> None:
    """No longer hold a package there."""
    check_place(by, assignment.hotspot, assignment.territory)
    place = assignment.hotspot.site.code if assignment.hotspot else assignment.territory_id or ""
    tell(by, assignment.package, "unassigned", place=place)
    assignment.delete()


# --- caches -----------------------------------------------------------------------------------


@transaction.atomic
def set_cache(by: Principal, hotspot: Hotspot, **values: Any) -> Cache:
    """Declare the cache of a hotspot, or change how it works. Raises PermissionRefused."""
    check_site(by, hotspot)
    cache, new = Cache.objects.select_for_update().get_or_create(hotspot=hotspot)
    changed = changes(cache, values)
    cache.save()
    if new or changed:
        _tell_cache(by, hotspot, "cache_changed", fields=changed)
    return cache


@transaction.atomic
def renew_token(by: Principal, hotspot: Hotspot) -> str:
    """A new secret for the cache of a hotspot, told once; the former one opens nothing from now on."""
    check_site(by, hotspot)
    cache = Cache.objects.select_for_update().get(hotspot=hotspot)
    token = secrets.token_urlsafe(32)
    cache.token = token_digest(token)
    cache.save(update_fields=["token"])
    _tell_cache(by, hotspot, "cache_token")
    return token


def token_digest(token: str) -> bytes:
    """What is kept of a cache's secret: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def _tell_cache(by: Principal, hotspot: Hotspot, verb: str, **detail: Any) -> None:
    detail = {"code": hotspot.site.code, **detail}
    audit.record(by.actor, f"media.{verb}", f"wifi_hotspot:{hotspot.pk}", detail)
