"""What the figures say, in French sentences."""

from __future__ import annotations

from collections.abc import Mapping

from smartsenegal.lib.text import group_digits, plural
from smartsenegal.lib.text import typography as _
from smartsenegal.wifi.access.api import REFUSALS
from smartsenegal.wifi.monitoring import rules

CAUSES = {
    "down": "Le site ne répond plus",
    "failing": "Les connexions sont refusées en nombre",
    "full": "Le site est plein",
    "slow": "Le réseau est lent",
    "part": "Une partie du site ne répond plus",
}
UNKNOWN_CAUSE = "Cause non connue."


def why(health: str, signs: rules.Signs) -> str:
    """One sentence on why a hotspot has this state; "" when it needs none."""
    say = {"down": _down, "part": _part, "failing": _failing, "full": _full, "slow": _slow}.get(health)
    return _(say(signs))[:300] if say else ""


def _down(signs: rules.Signs) -> str:
    return "La passerelle se tait." if len(signs.gateways) == 1 else "Toutes les passerelles se taisent."


def _part(signs: rules.Signs) -> str:
    if lost := sum(signs.points):
        words = "borne suivie ne répond" if lost == 1 else "bornes suivies ne répondent"
        return f"{lost} {words} plus, sur {len(signs.points)}."
    silent = sum(bool(each) for each in signs.gateways)
    return f"{silent} {'passerelle se tait' if silent == 1 else 'passerelles se taisent'}" + (
        f" sur {len(signs.gateways)}."
    )


def _failing(signs: rules.Signs) -> str:
    return refusals(signs.rejects or {}, signs.accepts)


def refusals(rejects: Mapping[str, int], accepts: int) -> str:
    """« 23 % refusés : le volume du jour est épuisé. »; "" without refusals.

    Of several causes the main one is named, with its own share.
    """
    refused = sum(rejects.values())
    if not refused:
        return ""
    cause = max(sorted(rejects), key=lambda each: rejects[each])
    answers = refused + accepts
    share = "" if rejects[cause] == refused else f", dont {percent(rejects[cause] / answers)}"
    return f"{percent(refused / answers)} refusés{share} : {lower_first(refusal(cause))}"


def refusal(cause: str) -> str:
    """A cause of refusal as a sentence."""
    return REFUSALS.get(cause, UNKNOWN_CAUSE)


def lower_first(sentence: str) -> str:
    """A sentence that goes on after a colon."""
    return sentence[:1].lower() + sentence[1:]


def _full(signs: rules.Signs) -> str:
    if signs.clients_most and signs.clients >= (signs.leases or 0):
        there = plural(signs.clients, "appareil", "appareils")
        return f"{there} pour {group_digits(signs.clients_most)} places."
    if signs.leases is not None and signs.leases_most:
        return f"{plural(signs.leases, 'bail', 'baux')} pour {group_digits(signs.leases_most)} adresses."
    return "Toutes les places sont prises."


def _slow(signs: rules.Signs) -> str:
    if signs.loss is not None and signs.loss >= rules.LOST_PACKETS:
        return f"{percent(signs.loss)} des paquets se perdent vers la passerelle."
    if signs.rtt_ms is not None and signs.rtt_ms >= rules.LONG_WAY_MS:
        return f"La passerelle répond en {round(signs.rtt_ms)} ms."
    pairs = (
        ("descendant", signs.down_bps, signs.down_most), ("montant", signs.up_bps, signs.up_most)
    )  # fmt: skip
    for way, value, most in pairs:
        if value is not None and most and value >= rules.BUSY_UPLINK * most:
            return f"Le lien {way} est occupé à {percent(value / most)}."
    return "Le lien vient d’être occupé, et se libère."


def percent(share: float) -> str:
    """`23 %`; between 0 and 1 %, `< 1 %`."""
    if 0 < share < 0.01:
        return "moins de 1\u00a0%"
    return f"{round(share * 100)}\u00a0%"


def rate(bps: float | None) -> str:
    """`12,4 Mbit/s`; "" for what is not known, which is never zero."""
    if bps is None:
        return ""
    for unit, size in (("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3)):
        if bps >= size:
            value = bps / size
            text = f"{value:.1f}" if value < 100 else f"{value:.0f}"
            return text.removesuffix(".0").replace(".", ",") + "\u00a0" + unit
    return f"{round(bps)}\u00a0bit/s"


def octets(number: int) -> str:
    """`1,2 Go`."""
    for unit, size in (("To", 1e12), ("Go", 1e9), ("Mo", 1e6), ("ko", 1e3)):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0").replace(".", ",") + "\u00a0" + unit
    return f"{number}\u00a0o"
