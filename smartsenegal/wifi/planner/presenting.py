"""A plan in words and figures rounded as they deserve."""

import math
from collections.abc import Callable
from typing import Any

from smartsenegal.lib.text import group_digits
from smartsenegal.lib.text import typography as _
from smartsenegal.wifi.planner.rules import Held, Need, Range


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


def _row(label: str, values: Range, say: Callable[[float], str] | None = None) -> dict[str, Any]:
    say = say or number
    return {
        "label": _(label), "low": say(values.low), "likely": say(values.likely), "high": say(values.high)
    }  # fmt: skip


def number(value: float) -> str:
    """Two significant figures and no more: « 9 400 », « 0,35 », « 12 »."""
    if value == 0:
        return "0"
    step = 10 ** (math.floor(math.log10(abs(value))) - 1)
    rounded = round(value / step) * step
    return group_digits(round(rounded)) if rounded >= 10 else f"{rounded:.2g}".replace(".", ",")


def percent(share: float) -> str:
    """« 44 % », « 0,06 % »."""
    return f"{number(share * 100)}\u00a0%"
