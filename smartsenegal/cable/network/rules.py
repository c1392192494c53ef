"""Words of the transport network, the path of a circuit, and what a line on the map must look like. Pure."""

import heapq
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

ROLES = [
    ("core", "Cœur de réseau"),
    ("pop", "Point de présence"),
    ("access", "Site raccordé"),
    ("landing", "Station d’atterrement"),
    ("abroad", "Monde, hors du Sénégal"),
]
STATES = [
    ("planned", "Prévu"),
    ("building", "En construction"),
    ("active", "En service"),
    ("retired", "Retiré"),
]
KINDS_OF_SYSTEM = [("submarine", "Câble sous-marin"), ("terrestrial", "Réseau terrestre")]
KINDS_OF_ZONE = [
    ("canyon", "Canyon sous-marin"),
    ("landing", "Plage ou puits d’atterrement"),
    ("trench", "Tranchée commune"),
    ("duct", "Fourreau commun"),
    ("bridge", "Pont ou ouvrage"),
    ("sea", "Zone en mer"),
    ("building", "Bâtiment ou énergie commune"),
]
KINDS_OF_EQUIPMENT = [
    ("terminal", "Terminal de ligne (SLTE)"),
    ("amplifier", "Amplificateur ou répéteur"),
    ("branching", "Unité de branchement"),
    ("roadm", "Multiplexeur optique (ROADM)"),
    ("transponder", "Transpondeur"),
    ("router", "Routeur"),
    ("switch", "Commutateur"),
    ("odf", "Répartiteur optique (ODF)"),
    ("other", "Autre"),
]
PRIORITIES = [(1, "Vital"), (2, "Important"), (3, "Ordinaire")]
PATH_AT_MOST = 60
POINTS_AT_MOST = 2_000
# The C band of the ITU-T G.694.1 grid and the L band beside it, in THz.
FREQUENCIES_THZ = (184.0, 196.8)


class BadPath(ValueError):
    """The path of a circuit does not hold; the French sentence names the spot."""


class BadPoints(ValueError):
    """What was typed is no list of points; the French sentence names the spot."""


@dataclass(frozen=True)
class Hop:
    """One component of a path, in order: a link (with a wavelength on it or ""), or an equipment."""

    link: str = ""
    wavelength: str = ""
    equipment: str = ""


def follow(
    start: str,
    end: str,
    words: Sequence[str],
    links: Mapping[str, tuple[str, str]],
    equipment: Mapping[str, str],
    wavelengths: Collection[tuple[str, str]],
) -> tuple[list[Hop], list[str]]:
    """The hops that these words name, from node to node, and the nodes passed, both ends among them.

    A word is the code of a link (`share` or `share@193.1` for a wavelength on it) or of an equipment of the
    node reached. Raises BadPath."""
    if len(words) > PATH_AT_MOST:
        raise BadPath(f"Un chemin a {PATH_AT_MOST} éléments au plus.")
    at, nodes, hops = start, [start], list[Hop]()
    for number, word in enumerate(words, 1):
        code, _, wave = word.partition("@")
        if code in links:
            a, b = links[code]
            if at not in (a, b):
                raise BadPath(f"Élément {number} : la liaison « {code} » ne part pas de « {at} ».")
            if wave and (code, wave) not in wavelengths:
                raise BadPath(
                    f"Élément {number} : la longueur d’onde « {wave} » n’est pas déclarée sur « {code} »."
                )
            at = b if at == a else a
            if at in nodes:
                raise BadPath(f"Élément {number} : le chemin repasse par « {at} ».")
            nodes.append(at)
            hops.append(Hop(link=code, wavelength=wave))
        elif word in equipment:
            if equipment[word] != at:
                raise BadPath(f"Élément {number} : l’équipement « {word} » n’est pas à « {at} ».")
            hops.append(Hop(equipment=word))
        else:
            raise BadPath(f"Élément {number} : « {word} » n’est ni une liaison ni un équipement connus.")
    if words and at != end:
        raise BadPath(f"Le chemin finit à « {at} » et non à « {end} ».")
    return hops, nodes


def shortest(
    start: str, end: str, links: Mapping[str, tuple[str, str, float]], avoid: Collection[str] = ()
) -> list[str]:
    """Codes of the links of the shortest way (by the figure of each link), [] when there is none."""
    around: dict[str, list[tuple[str, str, float]]] = {}
    for code, (a, b, length) in links.items():
        if code not in avoid:
            around.setdefault(a, []).append((b, code, length))
            around.setdefault(b, []).append((a, code, length))
    best: dict[str, float] = {start: 0.0}
    came: dict[str, tuple[str, str]] = {}
    heap = [(0.0, start)]
    while heap:
        far, at = heapq.heappop(heap)
        if at == end:
            return _way_back(start, end, came)
        if far > best[at]:
            continue
        for other, code, length in around.get(at, ()):
            if (reach := far + length) < best.get(other, math.inf):
                best[other], came[other] = reach, (at, code)
                heapq.heappush(heap, (reach, other))
    return []


def _way_back(start: str, end: str, came: Mapping[str, tuple[str, str]]) -> list[str]:
    way = []
    while end != start:
        end, code = came[end]
        way.append(code)
    return way[::-1]


def points(text: str) -> list[list[float]]:
    """Points typed one a line as `latitude, longitude` (degrees), as GeoJSON orders them; raises
    BadPoints."""
    found = []
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > POINTS_AT_MOST:
        raise BadPoints(f"Un tracé a {POINTS_AT_MOST} points au plus.")
    for number, line in enumerate(lines, 1):
        cells = line.replace(";", " ").replace(", ", " ").split()
        try:
            latitude, longitude = (float(cell.strip(",").replace(",", ".")) for cell in cells)
        except ValueError:
            raise BadPoints(
                f"Point {number} : écrivez une latitude puis une longitude, comme 14.6937 -17.4441."
            ) from None
        if fault := point_fault(longitude, latitude):
            raise BadPoints(f"Point {number} : {fault}")
        found.append([round(longitude, 5), round(latitude, 5)])
    return found


def point_fault(longitude: float, latitude: float) -> str:
    """What is wrong with a point in degrees, in a French sentence; "" when nothing is."""
    if math.isfinite(latitude) and abs(latitude) <= 90 and math.isfinite(longitude) and abs(longitude) <= 180:
        return ""
    return "une latitude va de -90 à 90 degrés, une longitude de -180 à 180."


def spans(text: str) -> list[tuple[Decimal, str, Decimal | None]]:
    """Spans typed one a line as `length ; type of fibre ; loss`, the last two optional; raises BadPoints."""
    found = []
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), 1):
        cells = [cell.strip() for cell in line.split(";")]
        loss = cells.pop() if len(cells) > 1 and _is_number(cells[-1]) else ""
        if not _is_number(cells[0]) or len(cells) > 2 or (len(cells) > 1 and len(cells[1]) > 60):
            raise BadPoints(f"Tronçon {number} : écrivez « 80 ; G.654 ; 0,165 ».")
        length = Decimal(cells[0].replace(",", "."))
        if not 0 < length < 10_000 or (loss and Decimal(loss.replace(",", ".")) >= 10):
            raise BadPoints(f"Tronçon {number} : cette longueur ou cette atténuation n’est pas plausible.")
        found.append(
            (
                length.quantize(Decimal("0.01")),
                cells[1] if len(cells) > 1 else "",
                Decimal(loss.replace(",", ".")).quantize(Decimal("0.001")) if loss else None,
            )
        )
    return found


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d{1,6}([.,]\d{1,4})?", text, re.ASCII) is not None


def spelt_points(line: Sequence[Sequence[float]]) -> str:
    """The text that `points` gives this line back from."""
    return "\n".join(f"{latitude:.5f} {longitude:.5f}" for longitude, latitude in line)


def spare_gbps(size: float | None, used: Sequence[float]) -> float | None:
    """What is left of a wavelength for another circuit (Gbit/s); None when its size is not known."""
    return None if size is None else size - sum(used)
