"""The examples of the guide of the API, run as they are written, with curl and jq, against a real server."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "api.md"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="needs curl and jq"),
]


def examples() -> str:
    """Every line of shell in the guide; a call that is refused stops them."""
    written = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.S))
    return "set -euo pipefail\n" + written.replace("curl ", "curl --fail-with-body --no-progress-meter ")


def test_each_example_of_the_guide_does_what_it_says(live_server: Any) -> None:
    from smartsenegal.kernel.identity import actions as identity
    from smartsenegal.onestop.cases import actions
    from smartsenegal.onestop.cases.models import Case
    from tests.onestop.cases.partner import manager_of
    from tests.onestop.cases.world import fill, make_world

    world = make_world()
    case = actions.submit(fill(world).pk, world.awa).case
    service, secret = identity.register_service(
        manager_of(world.thies), world.thies, kind="api", name="Casier",
        scopes=["cases.queue", "cases.read", "cases.instruct"],
    )  # fmt: skip
    given = {"SITE": live_server.url, "ID": service.pk, "SECRET": secret, "CASE": str(case.pk)}
    done = subprocess.run(
        ["bash", "-c", examples()],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert case.reference in done.stdout
    assert Case.objects.get(pk=case.pk).state == "awaiting_signature"
