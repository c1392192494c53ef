#!/usr/bin/env python3
"""Join smartsenegal/web/styles/*.css into one small file per face: a page asks for one style sheet.

The output is committed; tests/web/test_styles.py fails when it is older than its sources.
"""

from __future__ import annotations

import re
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "smartsenegal" / "web"
SHARED = ("tokens", "base", "components")
FACES = ("public", "operations")


def main() -> None:
    for face in FACES:
        (WEB / "static" / "css" / f"{face}.css").write_text(joined(face), "utf-8")


def joined(face: str) -> str:
    """The style sheet of one face, without comments and indentation."""
    sources = [(WEB / "styles" / f"{name}.css").read_text("utf-8") for name in (*SHARED, face)]
    text = re.sub(r"/\*.*?\*/", "", "\n".join(sources), flags=re.DOTALL)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
