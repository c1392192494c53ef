"""Ask one object of an agent by SNMP, with the tools that the platform shares."""

import asyncio
import re
from dataclasses import dataclass
from decimal import Decimal

from smartsenegal.datacenter.sensors.rules import TOTAL, WATTS, Figure, number
from smartsenegal.lib.snmp import available, run, talking

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class SnmpFailed(RuntimeError):
    """The agent did not answer with a number."""


@dataclass(frozen=True)
class Question:
    """Whom to ask and how."""

    address: str
    port: int
    version: str
    secret: dict[str, str]


def read(question: Question, oid: str, name: str, quantity: str, scale: Decimal) -> list[Figure]:
    """The one figure. Raises SnmpFailed."""
    if not available():
        raise SnmpFailed("les outils de SNMP (paquet snmp) ne sont pas installés")
    with talking(question) as folder:
        out, fault = asyncio.run(run("snmpget", folder, question, [oid]))
    told = out.strip().partition(" ")[2].strip().strip('"')
    found = _NUMBER.match(told)
    value = number(str(Decimal(found[0]) * scale)) if found and not fault else None
    if value is None:
        raise SnmpFailed((fault or f"pas un nombre : {told}")[:200])
    return [Figure(oid, name, quantity, value, TOTAL if quantity == WATTS else "other")]
