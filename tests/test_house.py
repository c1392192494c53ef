"""The rules of the house that no linter knows."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "smartsenegal"
MODULES = [
    path.parent
    for area in ("kernel", "onestop", "wifi", "cable", "datacenter")
    for path in sorted((SOURCE / area).glob("*/apps.py"))
]  # fmt: skip
WRITES = re.compile(r"\.(save|create|bulk_create|get_or_create|update_or_create|bulk_update|delete|update)\(")


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    paths = [ROOT / name for name in listed if name.endswith(suffixes)]
    return [p for p in paths if p.is_file() and "static/vendor" not in str(p)]


def test_every_module_has_one_face() -> None:
    assert MODULES
    assert [m.name for m in MODULES if not (m / "api.py").exists()] == []


def test_every_module_has_an_import_contract() -> None:
    contracts = (ROOT / ".importlinter").read_text()
    names = [f"smartsenegal.{m.parent.name}.{m.name}" for m in MODULES]
    assert [n for n in names if f"{n}.**" not in contracts] == []


@pytest.mark.parametrize("name", ["views.py", "queries.py", "rest.py", "forms.py", "rules.py"])
def test_writes_stand_in_actions(name: str) -> None:
    """A view, a query, a form or a rule that writes has its line in the wrong room."""
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in SOURCE.rglob(name)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if WRITES.search(line) and "objects" in line
    ]
    assert wrong == []


def test_rules_and_lib_know_no_django() -> None:
    pure = [*SOURCE.rglob("rules.py"), *(SOURCE / "lib").rglob("*.py"), *SOURCE.rglob("rules/*.py")]
    wrong = [
        str(p.relative_to(ROOT)) for p in pure if re.search(r"^\s*(from|import) django", p.read_text(), re.M)
    ]
    assert wrong == []


def test_no_template_has_inline_script_or_style() -> None:
    inline = re.compile(r"\sstyle=|<style|\son(click|load|change|submit|input)=|<script(?![^>]*\bsrc=)", re.I)
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCE.rglob("templates/**/*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(re.sub(r"\{#.*?#\}", "", line))
    ]
    assert wrong == []


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    hosts = re.compile(
        r"https?://[^\s\"']*("
        + "|".join(["py" + "pi", "python" + "hosted", "npm" + "js", r"deb\.deb" + "ian"])
        + ")"
    )
    machine = re.compile(r"(?<![\w/.])/(wo" + r"rk|ro" + r"ot)/")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked(
            ".py", ".md", ".toml", ".lock", ".json", ".yaml", ".html", ".txt", ".sh", ".npmrc"
        )
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if hosts.search(line) or machine.search(line)
    ]
    assert wrong == []


def test_no_unfinished_work_is_left() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|NotImplemented" + "Error")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked(".py", ".html", ".js", ".css")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if marks.search(line)
    ]
    assert wrong == []


def test_migrations_are_complete() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_real_installation_passes_the_deployment_check(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "django-secret-key").write_text(secrets.token_urlsafe(48))
    environment = {
        **os.environ,
        "SMARTSENEGAL_DATA": str(tmp_path),
        "SMARTSENEGAL_DEMO": "",
        "SMARTSENEGAL_PUBLIC_URL": "https://services.example.sn",
        "SMARTSENEGAL_ALLOWED_HOSTS": "services.example.sn",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
