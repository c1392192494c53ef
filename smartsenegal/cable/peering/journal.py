"""What the journal's readers are told of this module's acts."""

from functools import partial
from typing import Any

from django.urls import reverse

from smartsenegal.cable.peering.models import Exchange, RoaSet, Router, Session
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "cable.router_added": "Routeur BGP ajouté",
    "cable.router_changed": "Routeur BGP modifié",
    "cable.router_read": "État d’un routeur BGP apporté",
    "cable.session_added": "Session BGP prévue",
    "cable.session_changed": "Session BGP modifiée",
    "cable.exchange_added": "Point d’échange ajouté",
    "cable.members_imported": "Membres d’un point d’échange apportés",
    "cable.roas_imported": "ROA apportés",
}
PAGES: dict[str, tuple[Any, str]] = {
    "cable_router": (Router, "cable_peering:router"),
    "cable_session": (Session, "cable_peering:session"),
    "cable_exchange": (Exchange, "cable_peering:exchange"),
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    for subject in PAGES:
        audit.register_subjects(subject, partial(_describe, subject))
    audit.register_subjects("cable_roas", _roas)


def _describe(subject: str, ids: list[str]) -> dict[str, audit.Named]:
    model, page = PAGES[subject]
    found = model.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(row.pk): audit.Named(str(row), reverse(page, args=[row.code])) for row in found}


def _roas(ids: list[str]) -> dict[str, audit.Named]:
    found = RoaSet.objects.filter(pk__in=[key for key in ids if key.isdigit()]).defer("content")
    return {str(row.pk): audit.Named(row.source, reverse("cable_peering:roas")) for row in found}
