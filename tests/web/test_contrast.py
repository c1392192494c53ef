"""Every pair of colours that meets on a page can be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "smartsenegal" / "web" / "styles" / "tokens.css"

TEXT = [
    (ink, ground)
    for ink in ("ink", "ink-2", "green-dark", "red")
    for ground in ("paper", "sand", "desk", "green-tint")
] + [
    ("ink", "sand-2"),
    ("ink", "red-tint"),
    ("ink", "amber-tint"),
    ("ink", "blue-tint"),
    ("green-dark", "amber-tint"),
    ("green-dark", "blue-tint"),
    ("green-dark", "red-tint"),
    ("on-green", "green"),
    ("on-green", "green-dark"),
    ("on-yellow", "yellow"),
    ("red", "red-tint"),
    ("amber", "amber-tint"),
    ("amber", "paper"),
    ("blue", "blue-tint"),
    ("blue", "paper"),
    ("rail-ink", "rail"),
    ("rail-ink", "rail-2"),
    ("rail-ink-2", "rail"),
    ("rail-ink-2", "rail-2"),
    ("foot-ink", "foot"),
]
# Borders of controls, marks of states and the ring of focus.
EDGES = [
    ("edge", "paper"),
    ("edge", "sand"),
    ("edge", "desk"),
    ("green", "paper"),
    ("green", "sand"),
    ("green", "desk"),
    ("red", "paper"),
    ("red", "desk"),
    ("blue", "blue-tint"),
    ("green", "green-tint"),
    ("amber", "amber-tint"),
    ("yellow", "rail"),
]


def themes() -> dict[str, dict[str, str]]:
    source = TOKENS.read_text("utf-8")
    light = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", source.split('[data-theme="dark"]')[0]))
    dark = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", source.split('[data-theme="dark"]')[1]))
    return {"light": light, "dark": {**light, **dark}}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


DIRECTION = {  # light, dark
    "ink": ("#16211b", "#e8eeea"),
    "ink-2": ("#4a5850", "#a9b8ae"),
    "paper": ("#ffffff", "#0f1a14"),
    "sand": ("#f6f4ee", "#15241c"),
    "sand-2": ("#ece8dd", "#1d3026"),
    "line": ("#d9dfd9", "#2a3c32"),
    "line-2": ("#aab5ad", "#48604f"),
    "green": ("#00713a", "#4cc38a"),
    "green-dark": ("#004d29", "#8fdcb5"),
    "green-tint": ("#e6f2ea", "#12321f"),
    "red": ("#b3141e", "#ff8a8a"),
    "red-tint": ("#fdecec", "#3a1517"),
    "amber": ("#8a5a00", "#ffd166"),
    "amber-tint": ("#fff4d6", "#3a2c07"),
    "blue": ("#0b5cad", "#7fb8f0"),
    "blue-tint": ("#e8f1fb", "#10263b"),
    "yellow": ("#fdd835", "#fdd835"),
}


@pytest.mark.parametrize("name", DIRECTION)
def test_the_colours_are_those_agreed(name: str) -> None:
    assert (themes()["light"][name], themes()["dark"][name]) == DIRECTION[name]


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_can_be_seen(theme: str, edge: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[edge], colours[ground]) >= 3


def test_every_token_of_text_is_checked() -> None:
    """A new colour for words must be paired with its grounds above."""
    used: set[str] = set()
    for sheet in TOKENS.parent.glob("*.css"):
        used |= set(re.findall(r"(?<![-a-z])color: var\(--([a-z0-9-]+)\)", sheet.read_text("utf-8")))
    assert used - {ink for ink, _ in TEXT} - {"green"} == set()


def test_green_is_for_marks_not_words() -> None:
    """`green` only colours pictograms and bullets, for which 3 : 1 is enough."""
    for sheet in TOKENS.parent.glob("*.css"):
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet.read_text("utf-8")):
            if re.search(r"(?<![-a-z])color: var\(--green\)", body):
                assert "icon" in selector or "marker" in selector, selector
