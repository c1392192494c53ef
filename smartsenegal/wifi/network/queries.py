"""Find hotspots, open a gateway's secret, and write its configuration."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.sites.api import Site
from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.refusals import Fault
from smartsenegal.lib.text import fold
from smartsenegal.wifi.network import files
from smartsenegal.wifi.network.contrib.base import SECRET_HIDDEN, Central, File, Gateway, faults
from smartsenegal.wifi.network.contrib.registry import adapter
from smartsenegal.wifi.network.models import AccessPoint, Certificate, Hotspot, Maintenance, Nas, Zone
from smartsenegal.wifi.network.secrets import open_secret

READ = "wifi.read"
SORTS = {
    "nom": ("name_key", "site__code"),
    "region": ("site__territory__path", "name_key"),
    "etat": ("site__state", "name_key"),
    "bornes": ("-access_points", "-gateways", "name_key"),
    "debit": (F("uplink_down_kbps").desc(nulls_last=True), "name_key"),
}


def hotspots(
    by: Principal, text: str = "", region: str = "", state: str = "", sort: str = "nom"
) -> list[Hotspot]:
    """Hotspots that `by` may read, with `access_points`, `gateways` (in service) and `works` (now).

    One query. `region` is an ISO code, `state` one of the places', "works" or "bare" (open without
    a gateway), `sort` one of SORTS.
    """
    found = _with_places().annotate(
        name_key=territory.Unaccented("site__name"),
        access_points=Count(
            "zones__access_points", filter=Q(zones__access_points__retired_on=None), distinct=True
        ),
        gateways=Count("nas", filter=Q(nas__state="active"), distinct=True),
        works=Exists(works_now().filter(hotspot=OuterRef("pk"))),
    )
    for word in fold(text).split()[:8]:
        found = found.filter(Q(name_key__contains=word) | Q(site__territory__search__contains=word))
    if region:
        found = found.filter(
            Q(site__territory__path__contains=f"/{region}/") | Q(site__territory__path__endswith=f"/{region}")
        )
    if state == "works":
        found = found.filter(works=True)
    elif state == "bare":
        found = found.filter(site__state="open", gateways=0)
    elif state:
        found = found.filter(site__state=state)
    return [h for h in found.order_by(*SORTS.get(sort, SORTS["nom"])) if may_read(by, h.site)]


def _with_places() -> QuerySet[Hotspot]:
    return Hotspot.objects.select_related("site__territory__parent__parent", "site__organisation")


def may_read(by: Principal, site: Site) -> bool:
    """Whether `by` sees the hotspots of this place."""
    return by.may(READ, organisation_id=site.organisation_id, territory_path=site.territory.path)


def works_now() -> QuerySet[Maintenance]:
    """Works that run at this moment."""
    now = timezone.now()
    return Maintenance.objects.filter(starts_at__lte=now, ends_at__gt=now)


def hotspot(code: str) -> Hotspot | None:
    """The hotspot whose place has this code, or None."""
    return _with_places().filter(site__code=code).first()


def gateway(code: str) -> Nas | None:
    """The gateway with this code, with its hotspot and place, or None."""
    return Nas.objects.select_related("hotspot__site__territory").filter(code=code).first()


def zones(hotspot: Hotspot) -> list[Zone]:
    """Zones of a hotspot by name, each with its access points (those in service first) and their radios."""
    return list(hotspot.zones.prefetch_related("access_points__radios").order_by("name"))


def access_point(pk: int) -> AccessPoint | None:
    """The access point, with its hotspot and place, or None."""
    found = AccessPoint.objects.select_related("zone__hotspot__site__territory").filter(pk=pk)
    return found.first()


def zone(hotspot: Hotspot, pk: int) -> Zone | None:
    """A zone of this hotspot, or None."""
    return hotspot.zones.filter(pk=pk).first()


def works(hotspot: Hotspot) -> list[Maintenance]:
    """Works that run or are to come, the next first."""
    return list(hotspot.maintenances.filter(ends_at__gt=timezone.now()).order_by("starts_at"))


def work(hotspot: Hotspot, pk: int) -> Maintenance | None:
    """Works of this hotspot, or None."""
    return hotspot.maintenances.filter(pk=pk).first()


# --- where they are ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Position:
    """Degrees, and whose they are: "" for the place itself, else the name of the territory they are of."""

    latitude: Decimal
    longitude: Decimal
    approximate: str = ""


def position(site: Site) -> Position | None:
    """Where a place is: its own position, else that of the nearest territory around it that has one."""
    if site.latitude is not None and site.longitude is not None:
        return Position(site.latitude, site.longitude)
    at: territory.Territory | None = site.territory
    while at is not None:
        if at.latitude is not None and at.longitude is not None:
            return Position(at.latitude, at.longitude, at.name)
        at = at.parent if at.kind == "commune" else None
    return None


def region_of(site: Site) -> str:
    """ISO code of the region of a place, or ""."""
    parts = site.territory.path.split("/")
    return parts[1] if len(parts) > 1 else ""


# --- gateways ---------------------------------------------------------------------------------


def certificates(nas: Nas) -> list[Certificate]:
    """The certificates of a gateway that are known, the latest first."""
    return list(nas.certificates.order_by(F("given_at").desc(nulls_last=True), "-pk"))


def central(hotspot: Hotspot) -> Central:
    """What the gateways of this hotspot must reach, from the settings."""
    base = settings.WIFI_PORTAL_URL.rstrip("/")
    own = urlsplit(settings.PUBLIC_URL).hostname or ""
    return Central(
        radius=tuple(settings.WIFI_RADIUS_HOSTS),
        portal_url=f"{base}/{hotspot.site.code}/",
        api_url=f"{base}/{hotspot.site.code}/capport",
        portal_address=settings.WIFI_PORTAL_ADDRESS,
        garden=tuple(dict.fromkeys((own, *settings.WIFI_FREE_HOSTS))),
    )


@dataclass(frozen=True)
class Configuration:
    """What to put on a gateway, and what prevents it from working (French sentences)."""

    files: list[File]
    faults: list[str]
    document: str
    speaks_radius: bool
    shows_secret: bool


def configuration(nas: Nas, *, shown: bool) -> Configuration:
    """The configuration of a gateway of a hotspot, with its secret only when it is `shown`."""
    assert nas.hotspot is not None
    of, known = nas.hotspot, adapter(nas.gateway)
    found = open_secret(nas.code, bytes(nas.secret)) if shown and nas.secret else None
    to = Gateway(
        code=nas.code,
        identifier=nas.identifier or nas.code,
        secret=found.decode() if found else SECRET_HIDDEN,
        name=of.site.name,
        ssid=of.ssid,
        secure_ssid=of.secure_ssid,
        pool=of.pool,
        lease_seconds=of.lease_seconds,
        interim_seconds=nas.interim_seconds,
        clients_at_most=of.clients_at_most,
        coa_port=nas.coa_port,
        transport=nas.transport,
    )
    at = central(of)
    told = faults(at, to, known)
    return Configuration(known.files(to, at), told, known.document, known.speaks_radius, bool(found))


# --- files ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """What a file would do: lines and rows to add and to change, lines that change nothing, and faults."""

    added: list[tuple[int, files.Row]] = field(default_factory=list)
    changed: list[tuple[int, files.Row]] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)
    places: dict[str, territory.Territory] = field(default_factory=dict)
    known: dict[str, Hotspot] = field(default_factory=dict)


def preview(by: Principal, text: str) -> Preview:
    """Read a file against what is known, writing nothing; two queries, and two a commune.

    Of a hotspot that `by` may not read nothing is told: a line about it is a fault.

    A column that the file leaves out is left as it is where the hotspot exists.
    """
    rows, found_faults, given = files.read(text)
    known = {h.site.code: h for h in _with_places().filter(site__code__in=[row.code for _, row in rows])}
    others = Site.objects.filter(code__in=[row.code for _, row in rows]).exclude(kind="hotspot")
    foreign = set(others.values_list("code", flat=True))
    found = Preview(faults=found_faults, known=known)
    same = 0
    for line, row in rows:
        place = found.places.get(row.commune) or territory.resolve(row.commune)
        if place is None:
            found.faults.append(Fault(line, "commune", "Aucune commune, ou plusieurs, portent ce nom."))
            continue
        found.places[row.commune] = found.places[place.pk] = place
        before = known.get(row.code)
        if row.code in foreign:
            found.faults.append(
                Fault(line, "code", "Ce code est celui d’un lieu qui n’est pas un point Wi-Fi.")
            )
        elif before is not None and not may_read(by, before.site):
            found.faults.append(Fault(line, "code", "Ce point n’est pas de votre territoire."))
        elif before is None:
            found.added.append((line, row))
        elif before.site.territory_id != place.pk:
            found.faults.append(
                Fault(line, "commune", "Un point ne change pas de commune : ouvrez-en un autre.")
            )
        elif (wanted := _wanted(before, row, given)) != row_of(before):
            found.changed.append((line, wanted))
        else:
            same += 1
    found.faults.sort(key=lambda fault: fault.line)
    return Preview(found.added, found.changed, same, found.faults, found.places, known)


def _wanted(before: Hotspot, row: files.Row, given: frozenset[str]) -> files.Row:
    """What a line asks of a hotspot that exists."""
    kept = given - {"code", "commune"}
    return replace(row_of(before), **{name: getattr(row, name) for name in kept})


def row_of(hotspot: Hotspot) -> files.Row:
    """A hotspot as a line of the file."""
    site = hotspot.site
    return files.Row(
        code=site.code,
        name=site.name,
        commune=site.territory_id,
        ssid=hotspot.ssid,
        address=site.address,
        latitude=site.latitude,
        longitude=site.longitude,
        secure_ssid=hotspot.secure_ssid,
        mobile=hotspot.mobile,
        uplink_down_kbps=hotspot.uplink_down_kbps,
        uplink_up_kbps=hotspot.uplink_up_kbps,
        clients_at_most=hotspot.clients_at_most,
        pool=hotspot.pool,
        lease_seconds=hotspot.lease_seconds,
        languages=tuple(hotspot.languages),
        kinds_of_access=tuple(hotspot.kinds_of_access),
        welcome=hotspot.welcome,
        source=site.source,
    )


def geojson(found: Iterable[Hotspot]) -> dict[str, Any]:
    """Hotspots as a GeoJSON collection (RFC 7946), with zones, access points and radios; never a secret.

    `position` says whether the point is that of the place or of its territory; without any, geometry is null.
    """
    ids = [h.pk for h in found]
    full = _with_places().filter(pk__in=ids).prefetch_related("zones__access_points__radios")
    return {"type": "FeatureCollection", "features": [_feature(h) for h in full.order_by("site__code")]}


def _feature(hotspot: Hotspot) -> dict[str, Any]:
    at = position(hotspot.site)
    properties = asdict(row_of(hotspot))
    del properties["latitude"], properties["longitude"]
    properties["state"] = hotspot.site.state
    properties["position"] = None if at is None else "approximative" if at.approximate else "exacte"
    properties["zones"] = [_zone(zone) for zone in hotspot.zones.all()]
    point = {"type": "Point", "coordinates": [float(at.longitude), float(at.latitude)]} if at else None
    return {"type": "Feature", "id": hotspot.site.code, "geometry": point, "properties": properties}


def _zone(zone: Zone) -> dict[str, Any]:
    return {
        "code": zone.code,
        "name": zone.name,
        "latitude": None if zone.latitude is None else float(zone.latitude),
        "longitude": None if zone.longitude is None else float(zone.longitude),
        "access_points": [
            {
                "name": a.name,
                "mac": a.mac,
                "make": a.make,
                "model": a.model,
                "serial": a.serial,
                "address": a.address,
                "installed_on": a.installed_on and a.installed_on.isoformat(),
                "retired_on": a.retired_on and a.retired_on.isoformat(),
                "radios": [
                    {
                        "band": r.band,
                        "channel": r.channel,
                        "width_mhz": r.width_mhz,
                        "clients_at_most": r.clients_at_most,
                    }
                    for r in a.radios.all()
                ],
            }
            for a in zone.access_points.all()
        ],
    }
