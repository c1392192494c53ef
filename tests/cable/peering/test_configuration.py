"""Every configuration that can be made is one that BIRD itself reads."""

import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest

from smartsenegal.cable.peering.rules.configuration import Wanted, bird
from smartsenegal.cable.peering.rules.words import CUSTOMER, POLICIES, ROLES

BIRD = shutil.which("bird") or shutil.which("bird", path="/usr/sbin:/sbin")
HEAD = (
    "router id 192.0.2.1;\nroa4 table roa_v4;\nroa6 table roa_v6;\nprotocol device {}\n"
    'include "sessions/*.conf";\n'
)


def every() -> list[Wanted]:
    """Roles × policies × protections × families, each with another address."""
    made = []
    for number, ((role, _), (policy, _), secured, both) in enumerate(
        product(ROLES, POLICIES, (False, True), (False, True)), 1
    ):
        limits = {"ipv4": 100, "ipv6": None} if both else {"ipv6": 50}
        prefixes = {"ipv4": ["198.51.100.0/24", "203.0.113.0/25"], "ipv6": []} if role == CUSTOMER else {}
        made.append(
            Wanted(
                f"s-{number}", f'Voisin "{number}" é; }} #', 64_496, "2001:db8::1", 64_500 + number,
                f"2001:db8::{number:x}0", role, limits, policy, secured, secured, prefixes, not secured,
            )
        )  # fmt: skip
    return made


@pytest.mark.skipif(BIRD is None, reason="the package bird2 is wanted")
def test_bird_reads_every_configuration(tmp_path: Path) -> None:
    assert BIRD is not None
    for folder in ("sessions", "sessions/secrets"):
        (tmp_path / folder).mkdir()
    for wanted in every():
        (tmp_path / "sessions" / f"{wanted.code}.conf").write_text(bird(wanted))
        (tmp_path / "sessions" / "secrets" / f"{wanted.code}.conf").write_text('password "essai";\n')
    (tmp_path / "bird.conf").write_text(HEAD)
    done = subprocess.run([BIRD, "-p", "-c", str(tmp_path / "bird.conf")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
