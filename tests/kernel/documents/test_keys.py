"""Master keys are rotated and everything stays readable; without the old key too."""

import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents import actions, api, cli, queries
from smartsenegal.kernel.documents.actions import keys
from smartsenegal.kernel.documents.models import IssuedAct, StoredFile
from smartsenegal.kernel.identity.api import system
from smartsenegal.lib.crypto import KeyringRefused
from tests.kernel.documents import hostile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ring(settings: Any, secrets: Path, tmp_path: Path) -> None:
    """A ring of the test's own: it is rotated."""
    settings.SECRETS_DIR = Path(shutil.copytree(secrets, tmp_path / "secrets"))


def keep(count: int) -> list[StoredFile]:
    return [
        api.store(
            io.BytesIO(hostile.image("PNG", 8 + n)), filename="a.png", purpose="piece", subject="case:1",
            by=system(),
        )
        for n in range(count)
    ]  # fmt: skip


def test_after_a_rotation_nothing_needs_the_old_key(issue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "BATCH", 2)
    files, act = keep(5), issue()
    before = {f.pk: api.open_file(f.pk, system(), "essai").read() for f in files}
    old = vault.keyring().active
    told: list[tuple[str, int]] = []
    new = actions.rotate_master_key(system(), lambda what, done: told.append((what, done)))
    assert new != old
    assert set(StoredFile.objects.values_list("kid", flat=True)) == {new}
    assert told == [("fichiers", 2), ("fichiers", 4), ("fichiers", 6), ("actes", 1)]
    vault.keyring().forget(old)
    vault._rings.clear()
    vault._authorities.clear()
    assert {f.pk: api.open_file(f.pk, system(), "essai").read() for f in files} == before
    act.refresh_from_db()
    assert api.act_content(act).holder == "Awa Marie Ndiaye"
    assert issue(key="next").number
    assert Entry.objects.get(verb="documents.rotate").detail == {"kid": new}


def test_a_rotation_cut_half_way_goes_on(issue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    files = keep(3)
    issue()
    monkeypatch.setattr(keys, "BATCH", 1)
    calls = 0

    def cut(what: str, done: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.rotate_master_key(system(), cut)
    for file in files:
        assert api.open_file(file.pk, system(), "essai").read()
    active = vault.keyring().active
    assert actions.reseal_all() == 3
    assert set(StoredFile.objects.values_list("kid", flat=True)) == {active}
    assert set(IssuedAct.objects.values_list("kid", flat=True)) == {active}
    assert actions.reseal_all() == 0


def test_destroyed_files_are_left_alone() -> None:
    [file] = keep(1)
    api.discard(file.pk, system(), "essai")
    actions.rotate_master_key(system())
    file.refresh_from_db()
    assert bytes(file.wrapped_key) == b""


def test_other_modules_take_part(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [3, 2, 0]
    monkeypatch.setattr(vault, "_resealers", {"identifiants": lambda: left.pop(0)})
    told: list[tuple[str, int]] = []
    actions.rotate_master_key(system(), lambda what, done: told.append((what, done)))
    assert told == [("identifiants", 3), ("identifiants", 5)]


def test_a_lost_master_key_is_told(issue: Any) -> None:
    [file] = keep(1)
    old = vault.keyring().active
    vault.keyring().rotate()
    vault.keyring().forget(old)
    vault._rings.clear()
    with pytest.raises(KeyringRefused, match="manque"):
        list(queries.clear_chunks(file))


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    keep(2)
    assert cli.keys(["rotate"]) == 0
    out = capsys.readouterr().out
    assert "fichiers\u00a0: 2\u00a0repris" in out
    assert vault.keyring().active in out
    assert cli.keys(["reseal"]) == 0
    assert cli.keys(["other"]) == 2
