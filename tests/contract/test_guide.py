"""The examples of the guide of the API, run as they are written, with curl and jq, against a real server."""

import json
import os
import re
import shutil
import subprocess
from datetime import timedelta
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


def test_each_example_of_the_guide_does_what_it_says(live_server: Any, tmp_path: Path) -> None:
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
    given |= helper_of(world, tmp_path)
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
    helped = Case.objects.get(filed_by_id=world.modou.account_id)
    assert (str(helped.applicant_id), helped.state) == (world.awa.account_id, "in_review")


def helper_of(world: Any, folder: Path) -> dict[str, str]:
    """The session of somebody who holds a mandate, and what they send."""
    from django.test import Client
    from django.utils import timezone

    from smartsenegal.kernel.identity import actions as identity
    from tests.onestop.cases.samples import ANSWERS
    from tests.onestop.cases.world import picture

    until = timezone.localdate() + timedelta(days=30)
    identity.give_mandate(world.awa, world.account(world.modou), ends_on=until)
    client = Client()
    client.force_login(world.account(world.modou))
    sent = folder / "extrait.jpg"
    sent.write_bytes(picture().read())
    session = client.cookies["session"].value
    return {"SESSION": session, "ANSWERS": json.dumps(ANSWERS), "FILE": str(sent)}
