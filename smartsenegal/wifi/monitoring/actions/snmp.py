"""Access points asked by SNMP: how they are asked, and what they answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.wifi.monitoring.actions.base import check, tell
from smartsenegal.wifi.monitoring.errors import MonitoringRefused
from smartsenegal.wifi.monitoring.models import SnmpAgent
from smartsenegal.wifi.monitoring.polling import Answer, Question, configuration
from smartsenegal.wifi.network.api import AccessPoint, Hotspot


def _place(access_point: int) -> bytes:
    return b"wifi_monitoring.snmp.secret:%d" % access_point


def set_snmp(
    by: Principal,
    point: AccessPoint,
    hotspot: Hotspot,
    *,
    version: str,
    port: int,
    secret: Mapping[str, str],
    stations_oid: str = "",
) -> SnmpAgent:
    """Have an access point asked by SNMP. Raises PermissionRefused, MonitoringRefused."""
    check(by, hotspot.site)
    if not point.address:
        raise MonitoringRefused("Donnez d’abord l’adresse IP de la borne, sur sa fiche.")
    try:
        configuration(Question(point.pk, point.address, port, version, dict(secret)))
    except ValueError:
        raise MonitoringRefused(
            "Un secret n’a ni guillemet droit, ni barre oblique inverse, ni retour à la ligne.", "community"
        ) from None
    sealed = vault.keyring().seal_field(json.dumps(dict(secret)).encode(), _place(point.pk))
    values = {"hotspot": hotspot.pk, "version": version, "port": port, "sealed": sealed}
    with transaction.atomic(using=settings.FLOWS):
        agent, _ = SnmpAgent.objects.update_or_create(
            access_point=point.pk,
            defaults={**values, "stations_oid": stations_oid, "missed": 0, "fault": "", "answered_at": None},
        )
        tell(by, hotspot, "snmp_set", {"access_point": point.name, "version": version})
    return agent


def stop_snmp(by: Principal, point: AccessPoint, hotspot: Hotspot) -> None:
    """Ask an access point no more, and forget its secret. Raises PermissionRefused."""
    check(by, hotspot.site)
    with transaction.atomic(using=settings.FLOWS):
        if SnmpAgent.objects.filter(access_point=point.pk).delete()[0]:
            tell(by, hotspot, "snmp_stopped", {"access_point": point.name})


def questions() -> list[Question]:
    """What to ask of the access points in service that are followed."""
    agents = {a.access_point: a for a in SnmpAgent.objects.all()}
    points = AccessPoint.objects.filter(pk__in=agents, retired_on=None).exclude(address=None)
    found = []
    for point in points:
        agent = agents[point.pk]
        try:
            secret = json.loads(vault.keyring().open_field(bytes(agent.sealed), _place(point.pk)))
        except DecryptionFailed:
            continue
        address = str(point.address)
        found.append(Question(point.pk, address, agent.port, agent.version, secret, agent.stations_oid))
    return found


def take_answers(answers: Mapping[int, Answer], now: datetime) -> None:
    """Write what the access points said; what one that did not answer had said is not known any more."""
    with transaction.atomic(using=settings.FLOWS):
        rows = SnmpAgent.objects.select_for_update().filter(access_point__in=answers).order_by("access_point")
        for agent in rows:
            answer = answers[agent.access_point]
            agent.asked_at, agent.fault = now, answer.fault
            agent.missed = min(agent.missed + 1, 1000) if answer.fault else 0
            if not answer.fault:
                agent.answered_at = now
            agent.uptime, agent.stations = answer.uptime, answer.stations
            agent.interfaces, agent.interfaces_up = answer.interfaces, answer.interfaces_up
            agent.save()
