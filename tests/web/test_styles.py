"""Files made by scripts, and what the first page weighs."""

import gzip
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "smartsenegal" / "web" / "static"
BUDGET = 60_000


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("face", ["public", "operations"])
def test_style_sheets_are_up_to_date(face: str) -> None:
    assert (STATIC / "css" / f"{face}.css").read_text("utf-8") == script("styles").joined(face)


def test_every_class_of_the_templates_is_styled_somewhere() -> None:
    """A class nobody styles is a misprint."""
    styled = set()
    for sheet in (STATIC / "css").glob("*.css"):
        styled |= set(re.findall(r"\.(ss-[a-z0-9_-]+)", sheet.read_text("utf-8")))
    used = set()
    for path in (ROOT / "smartsenegal").rglob("templates/**/*.html"):
        source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text("utf-8"))
        for names in re.findall(r'class="([^"]*)"', source):
            used |= {name for name in names.split() if name.startswith("ss-") and not name.endswith("--")}
    plain = {"ss-form", "ss-aside", "ss-field", "ss-rail__label", "ss-place", "ss-states"}
    missing = {name for name in used - styled - plain if not is_block_part(name, styled)}
    assert missing == set()


def is_block_part(name: str, styled: set[str]) -> bool:
    """An element that needs no style of its own inside a styled block."""
    return "--" not in name and name.split("__")[0] in styled


def test_lock_file_names_no_host() -> None:
    assert "://" not in (ROOT / "package-lock.json").read_text("utf-8")


def test_packages_are_pinned_and_htmx_stays_at_2() -> None:
    packages = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in packages.values())
    assert packages["htmx.org"].startswith("2.")
    assert 'version:"2.' in (STATIC / "vendor" / "htmx.min.js").read_text("utf-8")


def test_only_used_icons_are_kept() -> None:
    kept = {path.stem for path in (ROOT / "smartsenegal" / "web" / "icons").glob("*.svg")}
    assert kept == set(script("vendor").ICONS.split())


@pytest.mark.parametrize(
    "letters", ["àâçéèêëîïôùûüÿœæÀÉÈÇŒ", "ŋŊñëóà", "ɓƁɗƊƴƳŋŊñ", "«»’“”–—…→←\u00a0\u202f\u2011€"]
)
def test_typeface_has_the_letters_of_the_country(letters: str) -> None:
    table = TTFont(STATIC / "vendor" / "inter.woff2").getBestCmap()
    assert [letter for letter in letters if ord(letter) not in table] == []


def test_typeface_is_one_small_variable_file() -> None:
    path = STATIC / "vendor" / "inter.woff2"
    axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in TTFont(path)["fvar"].axes}
    assert axes == {"wght": (400, 700)}
    assert path.stat().st_size < 30_000


def weight(name: str) -> int:
    content = (STATIC / name).read_bytes()
    return len(content) if name.endswith(".woff2") else len(gzip.compress(content, 6))


@pytest.mark.django_db
def test_first_load_of_the_public_face() -> None:
    page = Client().get("/").content
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode())
    own = sorted({re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name) for name in files})
    assert {"css/public.css", "js/public.js", "vendor/inter.woff2"} <= set(own)
    assert not any("htmx" in name for name in own)
    total = len(gzip.compress(page, 6)) + sum(weight(name) for name in own)
    assert total <= BUDGET, total


def test_own_script_of_the_public_face_is_tiny() -> None:
    assert (STATIC / "js" / "public.js").stat().st_size < 4_000
