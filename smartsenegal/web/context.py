"""What the shells need on every page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from smartsenegal.kernel.identity.api import Party, current_party
from smartsenegal.web import rail

THEMES = ("light", "dark")
THEME_COOKIE = "display"
# Pages of the modules that the public header and footer lead to, when the module is there.
DOORS = {"procedures": "/demarches/", "account": "/espace/"}
FOOTER = (
    ("Accessibilité", "/accessibilite"),
    ("Vos données", "/vos-donnees"),
    ("Vérifier un acte", "/verifier/"),
    ("Tableau de bord", "/tableau-de-bord/"),
    ("Données ouvertes", "/chiffres/"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "demo": settings.DEMO,
        "principal": getattr(request, "principal", None),
        "party": SimpleLazyObject(lambda: party_of(request)),
        "theme": theme_of(request),
        "doors": doors(),
        "footer_links": footer_links(),
        "house_rail": SimpleLazyObject(lambda: rail.house_rail(request)),
        "house_counts": SimpleLazyObject(lambda: rail.house_counts(request)),
        "house_place": SimpleLazyObject(lambda: rail.place_of(request)),
        "languages": settings.LANGUAGES,
        "LANGUAGE_CODE": language,
        "language_name": dict(settings.LANGUAGES).get(language, language),
    }


def party_of(request: HttpRequest) -> Party | None:
    """On whose behalf a person acts, told on every public page; None for themselves and for strangers."""
    principal = getattr(request, "principal", None)
    if principal is None or principal.account_id is None:
        return None
    party = current_party(request)
    return None if party.is_self else party


def theme_of(request: HttpRequest) -> str:
    """Theme the person chose for the operations pages, light until then."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


@lru_cache
def doors() -> dict[str, str]:
    """Addresses of the parts that are built: a page never shows a door that leads nowhere."""
    return {name: path for name, path in DOORS.items() if is_served(path)}


@lru_cache
def footer_links() -> list[dict[str, str]]:
    return [{"label": label, "url": path} for label, path in FOOTER if is_served(path)]


def is_served(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
