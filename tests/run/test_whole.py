"""The whole installation in its own processes: the main job, backed up and restored.

What happens when its parts are killed is in `tests/faults`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartsenegal.run.check.journey import Journey
from tests.instance import Instance, free_port

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Instance]:
    made = Instance(tmp_path_factory.mktemp("whole") / "data", free_port())
    made.begin_from(prepared)
    made.start()
    yield made
    assert made.stop() == 0


def command(instance: Instance, *words: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "SMARTSENEGAL_DATA": str(data or instance.data),
        "SMARTSENEGAL_PORT": str(instance.port),
        "SMARTSENEGAL_DEMO": "1",
    }
    for name in ("SMARTSENEGAL_PROCESS", "DATABASE_URL"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", "smartsenegal", *words], env=environment, capture_output=True, text=True
    )


def python(instance: Instance, code: str) -> str:
    """What a few lines print inside the instance's own Django."""
    script = f"import django; django.setup()\n{code}"
    environment = {**os.environ, "SMARTSENEGAL_DATA": str(instance.data), "SMARTSENEGAL_DEMO": "1"}
    environment |= {"DJANGO_SETTINGS_MODULE": "smartsenegal.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("procedure", ["certificat-residence", "casier-judiciaire-b3"])
def test_a_request_becomes_an_act_that_anyone_verifies(instance: Instance, procedure: str) -> None:
    done = command(instance, "check", "--url", instance.url, "--procedure", procedure)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 15


FIGURES = """
import json
from smartsenegal.kernel.documents.models import IssuedAct
from smartsenegal.kernel.payments.api import trial_balance
from smartsenegal.kernel.payments.models import Payable
from smartsenegal.onestop.cases import rules
from smartsenegal.onestop.cases.api import Case, for_system
wrong = 0
for case in Case.objects.all():
    view = for_system(case.pk).view
    found = [(getattr(case, k), v) for k, v in rules.columns(view).items()]
    wrong += any(kept != v and str(kept) != str(v) for kept, v in found)
print(json.dumps({
    "filed": Case.objects.exclude(reference=None).count(),
    "settled": Payable.objects.filter(state="settled").count(),
    "acts": IssuedAct.objects.count(),
    "balance": trial_balance(),
    "unfolded": wrong,
}))
"""


def figures(instance: Instance) -> dict[str, int]:
    import json

    found: dict[str, int] = json.loads(python(instance, FIGURES))
    return found


def test_a_backup_gives_the_same_country_elsewhere(instance: Instance, tmp_path: Path) -> None:
    journey = Journey(instance.url)
    for name, step in journey.steps():
        step()
        if name == "Acte":
            break
    archive = tmp_path / "sauvegarde.tar"
    assert command(instance, "backup", str(archive)).returncode == 0
    damaged = tmp_path / "abimee.tar"
    content = bytearray(archive.read_bytes())
    content[8192] ^= 1  # inside the first member, the database
    damaged.write_bytes(content)
    other = Instance(tmp_path / "ailleurs", free_port())
    keys = f"{archive}.keys"
    refused = command(instance, "restore", str(damaged), "--keys", keys, data=other.data)
    assert refused.returncode != 0
    assert not (other.data / "postgres").exists()
    restored = command(instance, "restore", str(archive), data=other.data)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    other.start()
    try:
        assert figures(other) == figures(instance)
        journey.person.base = other.url
        moved = Journey(other.url)
        moved.act = journey.act
        moved.verify()
        assert command(other, "audit", "verify").returncode == 0
    finally:
        other.stop()
