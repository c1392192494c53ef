"""A round of collection: 10,000 ports of 200 routers read by SNMP from Debian's agent, and written as slots."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.bench_radius import database
from bench.load import cpu_seconds, descendants
from bench.report import Row, publish
from smartsenegal.run.postgres import Cluster

ROUTERS, PORTS, ROUND, ROUNDS = 200, 50, 300, 3
SPACE, HERE, THERE = "ssbench", "169.254.9.1", "169.254.9.2"
SNMPD = "/usr/sbin/snmpd"
METHOD = (
    f"{ROUTERS} routers of {PORTS} ports: one snmpd of Debian (Net-SNMP) with {PORTS} interfaces in a namespace of the network "
    "answers for each of them, over UDP. A round asks for names, state, discontinuities, sysUpTime and 64-bit counters, and "
    "writes 10,000 readings with the slots that they change, on days that hold half their readings already, in one durable "
    f"transaction. CPU of the worker, of the tools of Net-SNMP and of PostgreSQL; the agents' own is not counted. Mean of {ROUNDS} "
    f"rounds; a share is that of one core over the {ROUND} s between two rounds. The first round of a day makes its rows."
)


def run() -> None:
    """Measure and publish."""
    if not (shutil.which("snmpbulkwalk") and Path(SNMPD).exists()):
        print("collection: the packages snmp and snmpd are not installed: nothing is measured.")
        return
    with _agent() as why:
        if why:
            print(f"collection: namespaces of the network want a privilege: {why}")
            return
        with database("collection", _fill) as (_, postgres):
            rows = _measured(postgres)
    publish("collection", METHOD, rows)


@contextmanager
def _agent() -> Iterator[str]:
    """An agent with PORTS interfaces, elsewhere on this machine; what is wrong, or ""."""
    cables = [("ip", "netns", "add", SPACE), ("ip", "-n", SPACE, "link", "set", "lo", "up"),
              ("ip", "link", "add", "ssbench0", "type", "veth", "peer", "name", "up0", "netns", SPACE),
              ("ip", "addr", "add", f"{HERE}/30", "dev", "ssbench0"), ("ip", "link", "set", "ssbench0", "up"),
              ("ip", "-n", SPACE, "addr", "add", f"{THERE}/30", "dev", "up0"),
              ("ip", "-n", SPACE, "link", "set", "up0", "up")]  # fmt: skip
    for n in range(0, PORTS, 2):
        pair = (f"port{n}", "type", "veth", "peer", "name", f"port{n + 1}")
        cables.append(("ip", "-n", SPACE, "link", "add", *pair))
    with TemporaryDirectory() as folder:
        running = None
        try:
            for words in cables:
                done = subprocess.run(words, capture_output=True, text=True)
                if done.returncode:
                    yield done.stderr.strip()
                    return
            conf = Path(folder) / "snmpd.conf"
            conf.write_text(f"agentAddress udp:{THERE}:161\nrocommunity lecture\n")
            command = [
                "ip",
                "netns",
                "exec",
                SPACE,
                SNMPD,
                "-f",
                "-C",
                "-c",
                str(conf),
                "-Lf",
                f"{folder}/log",
                "-r",
            ]
            running = subprocess.Popen(command, env={**os.environ, "SNMP_PERSISTENT_DIR": folder})
            time.sleep(2)
            yield ""
        finally:
            if running:
                running.kill()
                running.wait()
            subprocess.run(["ip", "netns", "del", SPACE], capture_output=True)


def _fill(cluster: Cluster) -> None:
    """Routers, their agents, contracts and ports; each interface billed."""
    from smartsenegal.cable.billing.models import Contract, Port
    from smartsenegal.cable.collection.actions.sealing import seal
    from smartsenegal.cable.collection.models import Agent, Interface
    from smartsenegal.cable.network.models import Equipment, Node
    from smartsenegal.kernel.identity.api import Organisation
    from smartsenegal.kernel.territory.models import Territory

    node = Node.objects.create(code="a", name="A", role="abroad", country="Ailleurs")
    place = Territory.objects.create(code="x", name="X", kind="country", path="x/")
    carrier = Organisation.objects.create(code="senum", name="SENUM", territory=place)
    for n in range(ROUTERS):
        equipment = Equipment.objects.create(code=f"r{n}", name=f"R{n}", node=node, kind="router")
        agent = Agent.objects.create(
            equipment=equipment, code=equipment.code, address=THERE, version="2c",
            sealed=seal(equipment.code, {"community": "lecture"}),
        )  # fmt: skip
        contract = Contract.objects.create(
            code=f"c{n}", name=f"C{n}", customer="X", payer="-", carrier=carrier, starts_on="2024-01-01",
            slot_seconds=300, spread_slots=2, payment_days=30,
        )  # fmt: skip
        made = Port.objects.bulk_create(
            Port(contract=contract, code=f"p{n}-{k}", bits=64, speed_mbps=10_000) for k in range(PORTS)
        )
        Interface.objects.bulk_create(
            Interface(agent=agent, name=f"port{k}", index=k + 3, port=port) for k, port in enumerate(made)
        )


def _half_a_day() -> None:
    """Days that hold half of their readings: the slots of 12 hours."""
    from smartsenegal.cable.billing.models import Port, PortDay
    from smartsenegal.cable.billing.packing import pack_readings, pack_slots
    from smartsenegal.cable.billing.rules.counters import Reading

    now = int(time.time())
    midnight = now - now % 86_400
    held = [Reading(now - 300 * k, None, 0, 0) for k in range(144, 0, -1)]
    readings = pack_readings(r for r in held if r.at >= midnight)
    slots = pack_slots(np.random.default_rng(1).integers(0, 10**9, (2, 288)))
    day = datetime.fromtimestamp(now, UTC).date()
    PortDay.objects.all().delete()
    PortDay.objects.bulk_create(
        (PortDay(port=port, day=day, readings=readings, slots=slots) for port in Port.objects.all()),
        batch_size=500,
    )


def _measured(postgres: int) -> list[Row]:
    from smartsenegal.cable.collection import actions

    actions.collect()  # names are learnt, imports done
    _half_a_day()
    parts = [_round(postgres, actions.collect) for _ in range(ROUNDS)]
    worker, tools, base, elapsed = (sum(column) / ROUNDS for column in zip(*parts, strict=True))
    from smartsenegal.cable.billing.models import PortDay

    PortDay.objects.all().delete()
    first = _round(postgres, actions.collect)
    share = 100 / ROUND
    return [
        Row("a round of 10,000 ports: share of a core", (worker + tools + base) * share, "%", goal=20.0),
        Row("of which the worker", worker * share, "%"),
        Row("of which the tools of Net-SNMP", tools * share, "%"),
        Row("of which PostgreSQL", base * share, "%"),
        Row("a round, from its first question to its commit", elapsed, "s", goal=float(ROUND)),
        Row("the first round of a day: share of a core", sum(first[:3]) * share, "%"),
    ]


def _round(postgres: int, collect: Callable[[], int]) -> tuple[float, float, float, float]:
    """CPU of the worker, of what it runs, and of PostgreSQL; seconds elapsed."""
    before, began = _spent(postgres), time.perf_counter()
    assert collect() == ROUTERS * PORTS
    elapsed = time.perf_counter() - began
    worker, tools, base = (b - a for a, b in zip(before, _spent(postgres), strict=True))
    return worker, tools, base, elapsed


def _spent(postgres: int) -> tuple[float, float, float]:
    tools = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), tools.ru_utime + tools.ru_stime, cpu_seconds(descendants(postgres))
