"""Who is asked, and which interface a port is billed by."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from smartsenegal.cable.billing.api import Port
from smartsenegal.cable.collection.actions.sealing import seal
from smartsenegal.cable.collection.errors import CollectionRefused
from smartsenegal.cable.collection.models import Agent, Interface
from smartsenegal.cable.collection.polling import Question
from smartsenegal.cable.network.api import PERMISSION, Equipment
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.territory.api import COUNTRY
from smartsenegal.lib.snmp import configuration


def check(by: Principal) -> None:
    """Raises PermissionRefused unless `by` manages the transport of the whole country."""
    if not by.may(PERMISSION, territory_path=COUNTRY):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")


def _tell(by: Principal, agent: Agent, verb: str, detail: dict[str, Any]) -> None:
    audit.record(by.actor, f"cable.{verb}", f"cable_agent:{agent.pk}", {"code": agent.code, **detail})


@transaction.atomic
def set_agent(
    by: Principal, equipment: Equipment, *, address: str, port: int, version: str, secret: Mapping[str, str]
) -> Agent:
    """Have an equipment asked by SNMP, or change how it is. Raises PermissionRefused, CollectionRefused."""
    check(by)
    try:
        configuration(Question(0, address, port, version, dict(secret)))
    except ValueError:
        told = "Un secret n’a ni guillemet droit, ni barre oblique inverse, ni retour à la ligne."
        raise CollectionRefused(told, "community" if version == "2c" else "auth") from None
    values = {"address": address, "port": port, "version": version, "sealed": seal(equipment.code, secret)}
    agent, _ = Agent.objects.update_or_create(
        equipment=equipment, defaults={"code": equipment.code, **values, "missed": 0, "fault": ""}
    )
    _tell(by, agent, "agent_set", {"version": version, "address": address})
    return agent


@transaction.atomic
def stop_agent(by: Principal, agent: Agent) -> None:
    """Ask an equipment no more, and forget its secret. Raises PermissionRefused, CollectionRefused while
    ports are billed by it."""
    check(by)
    agent = Agent.objects.select_for_update().get(pk=agent.pk)
    if agent.interfaces.exclude(port=None).exists():
        raise CollectionRefused("Des ports sont facturés par cet équipement : détachez-les d’abord.")
    _tell(by, agent, "agent_stopped", {})
    agent.delete()


@transaction.atomic
def bill_by(by: Principal, interface: Interface, port: Port) -> Interface:
    """Have a port read from an interface. Raises PermissionRefused, CollectionRefused when one of them is
    taken."""
    check(by)
    interface = Interface.objects.select_for_update(of=("self",)).select_related("agent").get(pk=interface.pk)
    if interface.port_id:
        raise CollectionRefused("Cette interface est déjà celle d’un port : détachez-le d’abord.", "port")
    if Interface.objects.filter(port=port).exists():
        raise CollectionRefused("Ce port est déjà lu sur une autre interface.", "port")
    interface.port, interface.read_at = port, None
    interface.save(update_fields=["port", "read_at"])
    _tell(by, interface.agent, "interface_billed", {"interface": interface.name, "port": port.code})
    return interface


@transaction.atomic
def release(by: Principal, interface: Interface) -> Interface:
    """Have a port read from an interface no more; released already, nothing changes. Raises
    PermissionRefused."""
    check(by)
    interface = (
        Interface.objects.select_for_update(of=("self",)).select_related("agent", "port").get(pk=interface.pk)
    )
    if interface.port:
        detail = {"interface": interface.name, "port": interface.port.code}
        interface.port = None
        interface.save(update_fields=["port"])
        _tell(by, interface.agent, "interface_released", detail)
    return interface
