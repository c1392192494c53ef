"""What a planner says of a crowd and of a kit."""

from typing import Any

from django import forms

from smartsenegal.lib.text import typography as _
from smartsenegal.wifi.planner import rules
from smartsenegal.wifi.planner.rules import Crowd, Kit, Range, Service


def _whole(
    label: str, least: int, most: int, initial: int, help_text: str = "", **more: Any
) -> forms.IntegerField:
    said = {
        "required": "Écrivez un nombre entier.",
        "invalid": "Écrivez un nombre entier, sans lettre ni virgule.",
        "min_value": "Écrivez au moins %(limit_value)s.",
        "max_value": "Écrivez %(limit_value)s au plus.",
    }
    return forms.IntegerField(
        label=_(label), min_value=least, max_value=most, initial=initial, help_text=_(help_text),
        error_messages=said, widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 12}), **more,
    )  # fmt: skip


class PlanForm(forms.Form):
    """All has a default that was measured somewhere, but the crowd."""

    people = _whole("Personnes présentes au plus fort", 1, 20_000_000, 20_000)
    arrivals = _whole("Arrivées par heure", 0, 5_000_000, 5_000, "Pour les adresses à réserver.")
    at_once_low = _whole("Connectés ensemble, au moins (%)", 0, 100, 38)
    at_once = _whole("Connectés ensemble, le plus probable (%)", 0, 100, 44)
    at_once_high = _whole(
        "Connectés ensemble, au plus (%)", 0, 100, 49,
        "Sur 100 personnes présentes. Mesuré de 38 à 49 dans des stades ; à remplacer par vos mesures.",
    )  # fmt: skip
    kbps = _whole(
        "Débit par appareil au plus fort (kbit/s)", 10, 20_000, 350, "Mesuré de 300 à 430 dans des stades."
    )
    points = _whole("Bornes dont vous disposez", 1, 100_000, 40)
    radios = _whole("Radios par borne", 1, 4, 2)
    active = _whole(
        "Appareils servis ensemble par radio", 1, 500, 50, "30 dans une cellule difficile, 60 au mieux."
    )
    heard = _whole(
        "Autres radios entendues par chacune", 0, 1_000, 8, "Plus elles s’entendent, moins chacune parle."
    )
    uplink = _whole(
        "Débit du lien vers internet (Mbit/s)", 1, 10_000_000, 1_000, "Vide : pas de limite.", required=False
    )
    local = _whole("Part servie sur place (%)", 0, 99, 0, "Leçons et vidéos gardées sur le site.")
    lease = _whole("Durée d’un bail DHCP (minutes)", 5, 10_080, 45, "De 30 à 60 minutes pour un événement.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        three = [given.get(name) for name in ("at_once_low", "at_once", "at_once_high")]
        if None not in three and three != sorted(three):  # type: ignore[type-var]
            self.add_error("at_once_high", "Écrivez ces trois parts de la plus petite à la plus grande.")
        return given

    def crowd(self) -> Crowd:
        """The crowd that was described."""
        given = self.cleaned_data
        shares = Range(*(given[n] / 100 for n in ("at_once_low", "at_once", "at_once_high")))
        take_up = Range(*(max(known, on) for known, on in zip(
            (rules.TAKE_UP.low, rules.TAKE_UP.likely, rules.TAKE_UP.high),
            (shares.low, shares.likely, shares.high), strict=True)))  # fmt: skip
        spread = given["kbps"] / rules.KBPS.likely
        return Crowd(given["people"], given["arrivals"], take_up, shares, rules.KBPS * spread)

    def kit(self) -> Kit:
        """The access points."""
        given, usual = self.cleaned_data, Kit().active
        active = Range(*(given["active"] * v / usual.likely for v in (usual.low, usual.likely, usual.high)))
        return Kit(given["radios"], active, heard=given["heard"])

    def service(self) -> Service:
        """What is served, and the leases."""
        given = self.cleaned_data
        return Service(given["local"] / 100, given["lease"] * 60)
