"""Read the collection: agents, interfaces, and the gaps of ports that are billed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from smartsenegal.cable.billing.api import Port
from smartsenegal.cable.collection.models import Agent, Interface
from smartsenegal.cable.collection.rules import GAP_SECONDS, SILENT_ROUNDS

SILENT, GONE, DOWN, GAP, UNREAD = "silent", "gone", "down", "gap", "unread"


def agents() -> QuerySet[Agent]:
    """Agents with the count of their interfaces and of those that are billed, by code."""
    billed = Count("interfaces", filter=~Q(interfaces__port=None))
    return Agent.objects.select_related("equipment__node").annotate(count=Count("interfaces"), billed=billed)


def agent(code: str) -> Agent | None:
    """The agent of an address."""
    return agents().filter(code=code).first()


def interfaces(of: Agent) -> list[Interface]:
    """Its interfaces, the billed ones first."""
    found = of.interfaces.select_related("port__contract")
    return sorted(found, key=lambda each: (each.port_id is None, each.index))


def interface(pk: int) -> Interface | None:
    """The interface of that number."""
    return Interface.objects.select_related("agent__equipment", "port").filter(pk=pk).first()


def unread_ports() -> QuerySet[Port]:
    """Ports that are billed and read from no interface, by code: their counters are brought by hand."""
    read = Interface.objects.exclude(port=None).values("port")
    return Port.objects.exclude(pk__in=read).select_related("contract")


@dataclass(frozen=True)
class Gap:
    """A port whose counters do not come as they should: why, since when (None: never), in a sentence. `holds`
    is None when it is not known, as of ports of an agent that answers nothing."""

    port: Port
    interface: Interface
    cause: str
    since: datetime | None
    sentence: str


def is_silent(found: Agent) -> bool:
    """Whether an agent has not answered for some rounds."""
    return found.missed >= SILENT_ROUNDS


def gaps(now: datetime) -> list[Gap]:
    """The ports that are read from an interface and have a gap, by code: one query, which finds no other."""
    return [gap for _, gap in watched(now) if gap]


def watched(now: datetime, also: Collection[str] = ()) -> list[tuple[Interface, Gap | None]]:
    """The interfaces of the ports that have a gap, and of those of these codes, with the gap of each; by
    code of port."""
    late = now - timedelta(seconds=GAP_SECONDS)
    wrong = Q(agent__missed__gte=SILENT_ROUNDS) | Q(seen=False) | Q(up=False)
    wrong |= Q(read_at=None) | Q(read_at__lt=late) | Q(port__code__in=also)
    held = Interface.objects.exclude(port=None).filter(wrong)
    rows: list[tuple[Interface, Gap | None]] = []
    for each in held.select_related("port__contract", "agent__equipment__node").order_by("port__code"):
        assert each.port is not None
        told = _fault(each, late)
        rows.append((each, Gap(each.port, each, told[0], each.read_at, told[1]) if told else None))
    return rows


def _fault(each: Interface, late: datetime) -> tuple[str, str] | None:
    if is_silent(each.agent):
        return SILENT, f"{each.agent.equipment.name} ne répond plus à SNMP."
    if not each.seen:
        return GONE, f"L’interface {each.name} n’est plus dans l’équipement."
    if each.read_at is None or each.read_at < late:
        return GAP, f"Aucun relevé de {each.name} n’a été pris depuis trop longtemps."
    if each.up is False:
        return DOWN, f"L’interface {each.name} est coupée."
    return None
