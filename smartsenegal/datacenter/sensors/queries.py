"""Reads of `datacenter.sensors`."""

from decimal import Decimal

from django.db.models import QuerySet

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.sensors.models import Sensor, Source
from smartsenegal.datacenter.sensors.rules import FROZEN


def sources_of(center: facility.DataCenter) -> QuerySet[Source]:
    """Sources of a datacentre that are asked, by rack and name."""
    found = Source.objects.filter(rack__room__center=center, closed_at=None)
    return found.select_related("rack__room").prefetch_related("sensors").order_by("rack", "name")


def source(center: facility.DataCenter, source_id: int) -> Source | None:
    """A source of a datacentre that is asked."""
    return sources_of(center).filter(pk=source_id).first()


def asked() -> list[Source]:
    """All sources of the installation that are asked."""
    found = Source.objects.filter(closed_at=None).select_related("rack__room__center__site__territory")
    return list(found.order_by("pk"))


def past(sensor: Sensor) -> list[Decimal]:
    """Its last readings, the latest last."""
    found = sensor.values.order_by("-at").values_list("value", flat=True)[:FROZEN]
    return list(found)[::-1]
