"""The catalogue, and one package of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import plural, typography
from smartsenegal.wifi.media import actions, queries
from smartsenegal.wifi.media.errors import MediaRefused
from smartsenegal.wifi.media.forms import AssignForm, PackageForm
from smartsenegal.wifi.media.models import Assignment, Package
from smartsenegal.wifi.media.rules import SAID, STATES, duration_said, size_said
from smartsenegal.wifi.media.views.base import ask, edited, editor, known, page_of, reader, show

TONES = {"draft": "amber", "published": "green", "withdrawn": "red"}


def chip_of(of: Package) -> tuple[str, str]:
    """What the chip of a package says, and its tone."""
    if queries.is_changed(of):
        return "Modifié, à publier", "amber"
    return of.get_state_display(), TONES[of.state]


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All packages, searched by title and state."""
    by = reader(request)
    given = {name: request.GET.get(name, "")[:120].replace("\x00", "") for name in ("q", "etat")}
    found = queries.packages(given["q"], given["etat"])
    context = {
        "rows": [_row(each) for each in found],
        "columns": [
            {"label": "Contenu"},
            {"label": "Langue"},
            {"label": "Taille", "numeric": True},
            {"label": "Destinations", "numeric": True},
            {"label": "Ouvertures", "numeric": True},
            {"label": "État"},
        ],
        "count": plural(len(found), "contenu", "contenus"),
        "given": given,
        "filtered": any(given.values()),
        "states": STATES,
        "may_edit": actions.publishes(by),
    }
    return show(request, "index", context)


def _row(of: Package) -> dict[str, Any]:
    chip, tone = chip_of(of)
    size = of.public.get("size", 0)
    seconds = of.public.get("duration_seconds", 0)
    return {
        "url": page_of(of),
        "cells": [
            {
                "text": of.title,
                "sub": " · ".join(filter(None, (of.get_kind_display(), duration_said(seconds)))),
            },
            {"text": of.get_language_display()},
            {"text": size_said(size) if size else "Rien de publié", "numeric": True},
            {"text": plural(of.places, "destination", "destinations"), "numeric": True},  # type: ignore[attr-defined]
            {"text": plural(of.opened, "ouverture", "ouvertures"), "numeric": True},  # type: ignore[attr-defined]
            {"chip": chip, "tone": tone},
        ],
    }


@login_required
@require_safe
def package(request: HttpRequest, code: str) -> HttpResponse:
    """One package: its files, where it goes, how often it is opened."""
    by = reader(request)
    of = known(code)
    days = queries.opened_by_day(of)
    most = max((count for _, count in days), default=0)
    context = {
        "package": of,
        "chip": chip_of(of),
        "changed": queries.is_changed(of),
        "files": [_file_row(each) for each in of.files.order_by("role", "language")],
        "has_main": of.files.filter(role="main").exists(),
        "destinations": [{"row": a, "name": queries.place_name(a)} for a in queries.assignments(of)],
        "facts": _facts(of),
        "days": [{"day": day, "count": count, "share": round(100 * count / most)} for day, count in days],
        "sites": queries.opened_by_site(of)[:20],
        "may_edit": actions.publishes(by),
        "may_assign": by.may(actions.MANAGE),
    }
    return show(request, "package", context)


def _file_row(file: Any) -> dict[str, Any]:
    role = file.get_role_display() + (f", {file.get_language_display()}" if file.language else "")
    notes = [SAID[file.content_type], duration_said(file.seconds)]
    if file.slow_start:
        notes.append("l’index est à la fin : la lecture démarre plus tard")
    return {"file": file, "role": role, "about": ", ".join(filter(None, notes)), "size": size_said(file.size)}


def _facts(of: Package) -> list[dict[str, str]]:
    published = (
        f"{format_datetime(of.published_at)}, révision {of.revision}" if of.published_at else "Pas encore"
    )
    pairs = [
        ("Genre", of.get_kind_display()),
        ("Langue", of.get_language_display()),
        ("Durée", duration_said(of.public.get("duration_seconds", 0) or of.duration_seconds) or "Sans durée"),
        ("Licence", of.licence),
        ("Publié", published),
    ]
    return [{"label": label, "value": value} for label, value in pairs]


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new package: its words first, its files on its own page."""
    by = editor(request)
    form = PackageForm(data_of(request), initial={"language": "fr"})
    return ask(
        request,
        form,
        lambda: actions.add_package(by, **form.values()),
        page_of,
        title="Nouveau contenu",
        button="Continuer vers les fichiers",
        back_url=reverse("wifi_media:index"),
        back_label="Contenus",
    )


@login_required
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Other words for a package."""
    of = edited(request, code)
    initial = {name: getattr(of, name) for name in ("title", "summary", "kind", "language", "licence")}
    form = PackageForm(data_of(request), initial={**initial, "minutes": of.duration_seconds // 60 or None})
    return ask(
        request,
        form,
        lambda: actions.change_package(principal(request), of, **form.values()),
        page_of,
        title="Modifier le contenu",
        back_url=page_of(of),
        back_label=of.title,
    )


@login_required
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Sign the package and offer it to the sites it goes to."""
    of = edited(request, code)
    try:
        actions.publish(principal(request), of)
        messages.success(
            request, typography("Publié : les sites le prendront à leur prochain téléchargement.")
        )
    except MediaRefused as refused:
        messages.error(request, refused.sentence)
    return redirect(page_of(of))


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Show it nowhere any more."""
    of = edited(request, code)
    actions.withdraw(principal(request), of)
    messages.success(request, "Retiré : les caches l’effacent dès qu’ils joignent le centre.")
    return redirect(page_of(of))


@login_required
def assign(request: HttpRequest, code: str) -> HttpResponse:
    """Where the package is to be held."""
    by = reader(request)
    of = known(code)
    mine = [h for h, _ in queries.hotspots(by) if queries.may_manage(by, h)]
    regions = list(territory.of_kind("region"))
    form = AssignForm(data_of(request), regions=regions, hotspots=mine)
    if not by.may(actions.MANAGE):
        actions.check(by)
    return ask(
        request,
        form,
        lambda: actions.assign(by, of, **form.values()),
        lambda _: page_of(of),
        title="Ajouter une destination",
        button="Ajouter",
        back_url=page_of(of),
        back_label=of.title,
    )


@login_required
@require_POST
def unassign(request: HttpRequest, code: str, row_id: int) -> HttpResponse:
    """No longer hold the package there."""
    by = reader(request)
    of = known(code)
    row = (
        Assignment.objects.select_related("hotspot__site__territory", "territory", "package")
        .filter(pk=row_id, package=of)
        .first()
    )
    if row is None:
        raise Http404
    actions.unassign(by, row)
    return redirect(page_of(of))
