"""BIRD and GoBGP in two namespaces of the network: they establish, announce, pass a limit and fall, and our
queries tell it, from what BIRD prints and from what GoBGP sends by BMP."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from smartsenegal.cable.peering import actions, queries
from smartsenegal.cable.peering.bmp.process import Line, _receive
from smartsenegal.cable.peering.rules import differences as d
from smartsenegal.cable.peering.rules.configuration import bird
from tests.cable.peering.world import SYSTEM, router, session

PATIENCE = 40
TOOLS = ("bird", "birdc", "gobgp", "gobgpd", "ip")


def _place(tool: str) -> str:
    found = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{tool} is not installed: scripts/system-packages installs it")
    return found


class Lab:
    """Two namespaces joined by a cable, and a cable from the second one to here."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tools = folder, {tool: _place(tool) for tool in TOOLS}
        number = os.getpid() % 4096
        self.spaces = [f"ss{number}a", f"ss{number}b"]
        self.cable = f"ss{number}c"
        self.here, self.there = (f"169.254.{number % 200 + 20}.{end}" for end in (1, 2))
        self.running: list[subprocess.Popen[bytes]] = []

    def ip(self, *words: str) -> None:
        done = subprocess.run([self.tools["ip"], *words], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(
                f"namespaces of the network want a privilege: ip {' '.join(words)}: {done.stderr.strip()}"
            )

    def build(self) -> None:
        a, b = self.spaces
        for space in self.spaces:
            self.ip("netns", "add", space)
            self.ip("-n", space, "link", "set", "lo", "up")
        self.ip("link", "add", "va", "netns", a, "type", "veth", "peer", "name", "vb", "netns", b)
        self.ip("link", "add", self.cable, "type", "veth", "peer", "name", "vc", "netns", b)
        for words in (("-n", a, "addr", "add", "192.0.2.1/24", "dev", "va"),
                      ("-n", b, "addr", "add", "192.0.2.2/24", "dev", "vb"),
                      ("-n", b, "addr", "add", f"{self.there}/30", "dev", "vc"),
                      ("addr", "add", f"{self.here}/30", "dev", self.cable),
                      ("-n", a, "link", "set", "va", "up"), ("-n", b, "link", "set", "vb", "up"),
                      ("-n", b, "link", "set", "vc", "up"), ("link", "set", self.cable, "up")):  # fmt: skip
            self.ip(*words)

    def start(self, space: str, *words: str) -> None:
        with (self.folder / f"{Path(words[0]).name}.log").open("wb") as log:
            command = [self.tools["ip"], "netns", "exec", space, *words]
            self.running.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder))

    def birdc(self, *words: str) -> str:
        command = [self.tools["birdc"], "-r", "-s", str(self.folder / "bird.ctl"), *words]
        return subprocess.run(command, capture_output=True, text=True).stdout

    def announce(self, *prefixes: str) -> None:
        for prefix in prefixes:
            command = [
                self.tools["ip"],
                "netns",
                "exec",
                self.spaces[1],
                self.tools["gobgp"],
                "global",
                "rib",
                "add",
            ]
            subprocess.run([*command, prefix], check=True, capture_output=True)

    def end(self) -> None:
        for process in reversed(self.running):
            process.kill()
            process.wait()
        for space in self.spaces:
            subprocess.run([self.tools["ip"], "netns", "del", space], capture_output=True)


BIRD = """
router id 192.0.2.1;
roa4 table roa_v4;
roa6 table roa_v6;
protocol device {{}}
protocol static {{ ipv4; route 196.1.92.0/24 blackhole; }}
include "{session}";
"""
GOBGP = """
[global.config]
  as = 64497
  router-id = "192.0.2.2"
[[bmp-servers]]
  [bmp-servers.config]
    address = "{here}"
    port = {port}
    route-monitoring-policy = "pre-policy"
[[neighbors]]
  [neighbors.config]
    neighbor-address = "192.0.2.1"
    peer-as = 64496
  [neighbors.timers.config]
    connect-retry = 1
"""
ROAS = "ASN,IP Prefix,Max Length,Trust Anchor\nAS64497,41.82.0.0/16,16,x\nAS64511,41.83.0.0/16,16,x\n"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    try:
        made.build()
        yield made
    finally:
        made.end()


@pytest.mark.django_db
def test_bird_and_gobgp_establish_announce_pass_a_limit_and_fall(lab: Lab) -> None:
    ours = router()
    meant = session(ours, limit4=3, rpki="note")
    theirs = router("gob1", asn=64_497, router_id="192.0.2.2", software="gobgp", bmp_address=lab.there)
    told = session(theirs, code="retour", asn=64_496, address="192.0.2.1", local_address="192.0.2.2")
    actions.import_roas(SYSTEM, ROAS, source="Essai", made_at=datetime(2026, 11, 1, tzinfo=UTC))
    line = Line(theirs.pk)

    async def play() -> None:
        until = time.monotonic() + PATIENCE
        receiving = asyncio.Event()

        async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            receiving.set()
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await _receive(reader, line)
            writer.close()

        async def wait(until_true: Callable[[], bool]) -> None:
            while not until_true():
                assert time.monotonic() < until, _logs(lab)
                await asyncio.sleep(0.1)

        server = await asyncio.start_server(receive, lab.here, 0)
        (lab.folder / "session.conf").write_text(bird(queries.wanted(meant)))
        (lab.folder / "bird.conf").write_text(BIRD.format(session=lab.folder / "session.conf"))
        port = server.sockets[0].getsockname()[1]
        (lab.folder / "gobgp.toml").write_text(GOBGP.format(here=lab.here, port=port))
        a, b = lab.spaces
        lab.start(b, lab.tools["gobgpd"], "-f", "gobgp.toml", "-t", "toml")
        lab.start(a, lab.tools["bird"], "-f", "-c", "bird.conf", "-s", str(lab.folder / "bird.ctl"))
        await wait(lambda: "Established" in lab.birdc("show", "protocols"))
        lab.announce("41.82.0.0/16", "41.83.0.0/16")
        await wait(lambda: "41.83.0.0/16" in lab.birdc("show", "route"))
        await wait(lambda: any(s.before["ipv4"] for s in line.told.sessions.values()))
        states.append((lab.birdc("show", "protocols", "all") + lab.birdc("show", "route"), line.told.heard()))
        lab.announce("41.84.0.0/16", "41.85.0.0/16")
        await wait(lambda: "Established" not in lab.birdc("show", "protocols"))
        await wait(lambda: all(s.state == "down" for s in line.told.sessions.values()))
        states.append((lab.birdc("show", "protocols", "all"), line.told.heard()))
        server.close()

    states: list[tuple[str, list[queries.Row]]] = []  # type: ignore[type-arg]
    asyncio.run(play())
    (up_text, up_heard), (down_text, down_heard) = states

    actions.bring_state(SYSTEM, ours, up_text)
    actions.hear(theirs.pk, up_heard, "bmp", timezone.now())  # type: ignore[arg-type]
    (bird_says,) = queries.rows(timezone.now(), only=meant)
    assert bird_says.up
    assert bird_says.observed is not None
    assert bird_says.observed.real.counts["ipv4"].received == 2
    assert bird_says.observed.rpki is not None
    assert (bird_says.observed.rpki["valid"], bird_says.observed.rpki["invalid"]) == (1, 1)
    assert [x.code for x in bird_says.differences] == [d.INVALID]
    assert "41.83.0.0/16 de l’AS 64497" in bird_says.differences[0].sentence
    (gobgp_says,) = queries.rows(timezone.now(), only=told)
    assert gobgp_says.up
    assert gobgp_says.observed is not None
    assert gobgp_says.observed.real.counts["ipv4"].received == 1
    assert gobgp_says.differences == []

    actions.bring_state(SYSTEM, ours, down_text)
    actions.hear(theirs.pk, down_heard, "bmp", timezone.now())  # type: ignore[arg-type]
    (bird_says,) = queries.rows(timezone.now(), only=meant)
    assert bird_says.up is False
    assert [x.code for x in bird_says.differences] == [d.DOWN, d.OVER]
    (gobgp_says,) = queries.rows(timezone.now(), only=told)
    assert "limite de préfixes dépassée" in gobgp_says.differences[0].sentence
    assert [c.state for c in queries.changes(meant)] == ["down", "established"]


def _logs(lab: Lab) -> str:
    return "\n".join(f"{path.name}:\n{path.read_text()}" for path in lab.folder.glob("*.log"))
