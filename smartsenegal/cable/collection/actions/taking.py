"""A round of collection: ask everyone, write what was answered, once."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import connection, transaction

from smartsenegal.cable.billing.api import Reading, append_readings
from smartsenegal.cable.collection import rules
from smartsenegal.cable.collection.actions.sealing import opened
from smartsenegal.cable.collection.models import Agent, Interface
from smartsenegal.cable.collection.polling import Question, poll
from smartsenegal.cable.collection.rules import Answer
from smartsenegal.kernel.identity.api import system
from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.lib.snmp import available

MISSED_AT_MOST = 30_000
_READ = """
    UPDATE cable_collection_interface i SET read_at = to_timestamp(v.at)
    FROM unnest(%s::bigint[], %s::bigint[]) AS v (port, at) WHERE i.port_id = v.port"""


def collect(only: int | None = None) -> int:
    """Ask every agent (or one, by key) and write what they answer; how many readings were new."""
    asked = questions(only)
    if not asked or not available():
        return 0
    return take(asyncio.run(poll(asked)))


def questions(only: int | None = None) -> list[Question]:
    """What to ask of whom. One whose secret does not open is passed over: the keys are not here."""
    agents = Agent.objects.filter(pk=only) if only else Agent.objects.all()
    narrow = set(Interface.objects.filter(port__bits=32).values_list("agent", flat=True))
    found = []
    for agent in agents:
        try:
            secret = opened(agent)
        except DecryptionFailed:
            continue
        found.append(Question(agent.pk, agent.address, agent.port, agent.version, secret, agent.pk in narrow))
    return found


@transaction.atomic
def take(answers: Mapping[int, Answer]) -> int:
    """Write what agents answered, all of it or nothing; how many readings were new."""
    agents = list(Agent.objects.select_for_update().filter(pk__in=answers).order_by("pk"))
    for agent in agents:
        _note(agent, answers[agent.pk])
    Agent.objects.bulk_update(
        agents, ["asked_at", "answered_at", "uptime", "missed", "fault"], batch_size=500
    )
    answered = {pk: answer for pk, answer in answers.items() if not answer.fault}
    known = Interface.objects.filter(agent__in=answered).select_related("port")
    by_agent: dict[int, dict[str, Interface]] = {pk: {} for pk in answered}
    for interface in known:
        by_agent[interface.agent_id][interface.name] = interface
    _follow(answered, by_agent)
    readings = {}
    for pk, answer in answered.items():
        readings.update(_readings(answer, by_agent[pk]))
    if not readings:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(readings), [reading.at for reading in readings.values()]])
    return append_readings(system("collecte"), readings)


def _note(agent: Agent, answer: Answer) -> None:
    agent.asked_at, agent.fault = datetime.fromtimestamp(answer.at, UTC), answer.fault[:200]
    agent.missed = min(agent.missed + 1, MISSED_AT_MOST) if answer.fault else 0
    if not answer.fault:
        agent.answered_at, agent.uptime = agent.asked_at, answer.uptime


def _follow(answered: Mapping[int, Answer], by_agent: Mapping[int, Mapping[str, Interface]]) -> None:
    """Have the interfaces as the agents have them; those that changed are written."""
    new, changed = [], []
    for pk, answer in answered.items():
        for name, row in answer.rows.items():
            interface = by_agent[pk].get(name)
            if interface is None:
                new.append(Interface(agent_id=pk, name=name, index=row.index, up=row.up))
            elif (interface.index, interface.up, interface.seen) != (row.index, row.up, True):
                interface.index, interface.up, interface.seen = row.index, row.up, True
                changed.append(interface)
        for name, interface in by_agent[pk].items():
            if name not in answer.rows and interface.seen:
                interface.up, interface.seen = None, False
                changed.append(interface)
    Interface.objects.bulk_create(new, batch_size=1000)
    Interface.objects.bulk_update(changed, ["index", "up", "seen"], batch_size=500)


def _readings(answer: Answer, interfaces: Mapping[str, Interface]) -> dict[int, Reading]:
    """The reading of each billed port, by its key."""
    found = {}
    for name, interface in interfaces.items():
        row = answer.rows.get(name)
        if row is None or interface.port is None:
            continue
        if counted := rules.counters(row, interface.port.bits):
            clock = None if answer.uptime is None else rules.continuous(answer.uptime, row.discontinuity)
            found[interface.port.pk] = Reading(answer.at, clock, *counted)
    return found
