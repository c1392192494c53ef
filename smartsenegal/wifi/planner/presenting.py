"""A plan in words and figures rounded as they deserve."""

import math
from collections.abc import Callable
from typing import Any

from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import group_digits
from smartsenegal.lib.text import typography as _
from smartsenegal.wifi.planner.calibration import Calibration
from smartsenegal.wifi.planner.reality import Line
from smartsenegal.wifi.planner.rules import Held, Need, Range

SAID = {
    "below": ("En dessous", "blue"),
    "within": ("Dans la fourchette", "green"),
    "above": ("Au-dessus", "amber"),
    "": ("Pas de comparaison", "neutral"),
}
_LINES = {
    "peak": "Appareils connectés ensemble, au plus fort",
    "devices": "Appareils vus, le jour le plus chargé",
    "mbps": "Débit (Mbit/s), 95 minutes sur 100 au plus",
    "full": "Entrées refusées faute de place",
    "refused": "Autres refus d’entrée",
    "pool": "Adresses DHCP en service",
}


def need_rows(found: Need) -> list[dict[str, Any]]:
    """What the crowd asks for, a row each: least, likely, most."""
    return [
        _row("Appareils vus dans la journée", found.devices),
        _row("Appareils connectés ensemble", found.at_once),
        _row("Débit dans l’air (Gbit/s)", found.mbps * 0.001),
        _row("Lien vers internet (Gbit/s)", found.uplink_mbps * 0.001),
        _row("Bornes", found.access_points),
        _row("Adresses DHCP en service", found.pool),
    ]


def held_rows(found: Held) -> list[dict[str, Any]]:
    """What the kit holds, a row each."""
    return [
        _row("Appareils servis ensemble", found.at_once),
        _row("Part des personnes présentes", found.crowd_share, percent),
        _row("Débit de chacun (kbit/s)", found.kbps_each),
        _row("Débit en tout (Gbit/s)", found.mbps * 0.001),
        _row("Arrivants qui ne trouvent pas de place", found.blocking, percent),
    ]


def measures(found: Calibration, place: str) -> dict[str, Any]:
    """What was measured at a place, a row each with its source."""
    span = f"Mesuré ici, du {format_date(found.since.date())} au {format_date(found.until.date())}"
    told = [
        ("Débit par appareil aux heures chargées (kbit/s)", found.kbps, f"{found.hours} heures"),
        ("Appareils ensemble, le plus fort de chaque jour", found.together, f"{found.days} jours"),
        ("Durée d’une connexion (minutes)", found.seconds and found.seconds * (1 / 60),
         f"{group_digits(found.sessions)} connexions"),
    ]  # fmt: skip
    rows = [_said(label, values) | {"source": _(f"{span}, n = {n}.")} for label, values, n in told if values]
    return {"place": place, "rows": rows}


def verdict(need: Need, held: Held, points: int) -> dict[str, str]:
    """One sentence for who decides, and its tone."""
    wanted = round(need.access_points.likely)
    share = percent(held.crowd_share.likely)
    if points >= need.access_points.high and held.blocking.high < 0.02:
        return {"tone": "green", "title": _("Le plan tient, même un jour de grande affluence."), "text": ""}
    if points >= wanted and held.blocking.likely < 0.02:
        text = f"Un jour de grande affluence, il en faudrait {number(need.access_points.high)}."
        return {"tone": "amber", "title": _("Le plan tient un jour ordinaire."), "text": _(text)}
    text = (
        f"Il en faudrait {number(need.access_points.likely)} pour tout le monde. Placez celles-ci aux "
        "endroits qui comptent, servez les contenus sur place, et dites-le au public."
    )
    title = f"{number(points)} bornes serviront {share} des personnes présentes à la fois."
    return {"tone": "red", "title": _(title), "text": _(text)}


def _said(label: str, values: Range, say: Callable[[float], str] | None = None) -> dict[str, str]:
    say = say or number
    return {
        "label": _(label), "low": say(values.low), "likely": say(values.likely), "high": say(values.high)
    }  # fmt: skip


def _row(label: str, values: Range, say: Callable[[float], str] | None = None) -> dict[str, Any]:
    """A row in words, with what it says it of: two plans are compared by that."""
    return {**_said(label, values, say), "range": values, "say": say or number}


def answer(need: Need, held: Held, points: int) -> dict[str, Any]:
    """A result as the pages show it."""
    return {
        "verdict": verdict(need, held, points),
        "need": need_rows(need),
        "held": held_rows(held),
        "points": number(points),
        "prefix": need.prefix,
    }


def reality_rows(lines: list[Line]) -> list[dict[str, str]]:
    """What was foreseen beside what was measured, a row each."""
    rows = []
    for line in lines:
        say = percent if line.key in ("full", "refused") else number
        foreseen = span(say(line.foreseen.low), say(line.foreseen.high)) if line.foreseen else "Non prévu"
        told, tone = SAID[line.said]
        found = "Non mesuré" if line.measured is None else say(line.measured)
        rows.append({"label": _(_LINES[line.key]), "foreseen": _(foreseen), "measured": _(found),
                     "said": told, "tone": tone})  # fmt: skip
    return rows


def compared(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two plans' rows side by side, each a range in words, and what the second has more or less."""
    return [
        {"label": a["label"], "first": _span(a), "second": _span(b), **_difference(a, b)}
        for a, b in zip(first, second, strict=True)
    ]


def _difference(a: dict[str, Any], b: dict[str, Any]) -> dict[str, str]:
    """How much, and whether the plans can tell: each likely value within the other's range is no difference
    that anything could be decided on."""
    if _span(a) == _span(b):
        return {"chip": "", "tone": "", "delta": "Pareil"}
    if a["likely"] == b["likely"]:
        return {"chip": "Dans la marge", "tone": "neutral", "delta": _("Même valeur probable.")}
    one, two = a["range"], b["range"]
    more = two.likely > one.likely
    gap = a["say"](abs(two.likely - one.likely))
    told = one.likely and a["say"] is number  # a share of a share would be misread
    share = f" (soit {percent(abs(two.likely / one.likely - 1))})" if told else ""
    delta = _(f"{gap} de {'plus' if more else 'moins'}{share}")
    if one.low <= two.likely <= one.high and two.low <= one.likely <= two.high:
        return {"chip": "Dans la marge", "tone": "neutral", "delta": delta}
    return {"chip": "Plus" if more else "Moins", "tone": "blue", "delta": delta}


def _span(row: dict[str, Any]) -> str:
    told = span(row["low"], row["high"])
    return _(told if row["low"] == row["high"] else f"{told}, {row['likely']} probable")


def span(low: str, high: str) -> str:
    """« 38 à 49 »; ends that read alike are one figure."""
    return low if low == high else f"{low} à {high}"


def number(value: float) -> str:
    """Two significant figures and no more: « 9 400 », « 0,35 », « 12 »."""
    if value == 0:
        return "0"
    step = 10 ** (math.floor(math.log10(abs(value))) - 1)
    rounded = round(value / step) * step
    if rounded >= 10:
        return group_digits(round(rounded))
    places = max(0, 1 - math.floor(math.log10(abs(rounded))))
    return f"{rounded:.{places}f}".rstrip("0").rstrip(".").replace(".", ",")


def percent(share: float) -> str:
    """« 44 % », « 0,06 % », « moins de 0,01 % »: nobody reads a smaller share."""
    if 0 < share < 0.0001:
        return "moins de 0,01\u00a0%"
    return f"{number(share * 100)}\u00a0%"
