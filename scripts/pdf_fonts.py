"""Make the typefaces of the acts: Inter (OFL) as TrueType, Latin letters only, into smartsenegal/lib/fonts.

Run after `npm ci`. Typst reads no WOFF2. The subset keeps the letters of Senegal's languages (Ɓ Ɗ Ŋ Ƴ Ñ), the
signs of French typography and tabular figures.
"""

import shutil
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "inter-ui"
TARGET = ROOT / "smartsenegal" / "lib" / "fonts"

STYLES = ("Regular", "Italic", "SemiBold")
RANGES = (
    (0x20, 0x24F),  # Latin, Latin-1, Extended-A, Extended-B
    (0x250, 0x2FF),  # phonetic letters used by African alphabets, modifiers
    (0x300, 0x36F),  # combining accents
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2000, 0x206F),  # dashes, quotes, spaces
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x214F),  # № ™ ℓ
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # minus, ≤, ≠
    (0x25A0, 0x25FF),  # squares and circles
    (0x2700, 0x27BF),  # ✓ ✗
)


def make(style: str) -> None:
    """Write one style."""
    font = TTFont(SOURCE / "web" / f"Inter-{style}.woff2")
    font.flavor = None
    options = subset.Options(layout_features=["kern", "mark", "mkmk", "ccmp", "locl", "liga", "calt", "tnum"])
    options.name_IDs = ["*"]
    options.notdef_outline = True
    worker = subset.Subsetter(options)
    worker.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    worker.subset(font)
    font.save(TARGET / f"Inter-{style}.ttf")


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in STYLES:
        make(name)
    shutil.copy(SOURCE / "LICENSE.txt", TARGET / "OFL.txt")
