"""What who runs a platform sees: what is granted, what is asked for, what is not as wanted, prices."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting import presenting, queries
from smartsenegal.datacenter.hosting.actions import bills, platform, projects
from smartsenegal.datacenter.hosting.contrib import registry
from smartsenegal.datacenter.hosting.forms import AnswerForm, ImageForm, PoolForm, TariffForm
from smartsenegal.datacenter.hosting.models import Ask, Project
from smartsenegal.datacenter.hosting.rules import quotas
from smartsenegal.datacenter.hosting.views.base import ask, managed, month_of, page_of_center, press, show
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import format_date


@login_required
@require_GET
def center(request: HttpRequest, code: str) -> HttpResponse:
    """The hosting of a datacentre."""
    found = managed(request, code)
    pools = queries.pools(found)
    context = {
        "center": found,
        "pools": [
            {
                "pool": each,
                "where": presenting.lies(each),
                "lines": presenting.ledger(each.amounts, each.amounts - queries.pool_left(each)),
            }
            for each in pools
        ],
        "has_examples": any(each.is_example for each in pools),
        "asks": [_asked(each) for each in queries.waiting(found)],
        "projects": [_project(each) for each in queries.projects_in(found)],
        "drift": [
            {
                "name": f"{each.project.code}/{each.name}", "who": each.project.customer.name,
                "wanted": presenting.WANTED[each.wanted], "real": presenting.REAL[each.real],
                "seen": presenting.seen(each.seen_at), "trouble": each.trouble,
            }
            for each in queries.drifting(found)
        ],
        "no_hypervisor": registry.hypervisor() is None,
        "no_store": registry.store() is None,
    }  # fmt: skip
    return show(request, "center", context)


def _asked(each: Ask) -> dict[str, Any]:
    changes = [
        f"{quotas.DIMENSIONS[name]} : {quotas.spelt(name, getattr(each.project, name))}"
        f" → {quotas.spelt(name, value)}"
        for name, value in each.amounts.items()
        if value != getattr(each.project, name)
    ]
    return {"ask": each, "changes": changes}


def _project(each: Project) -> dict[str, Any]:
    used = queries.used(each)
    return {
        "project": each,
        "to_close": [
            {"name": presenting.month_name(month), "month": f"{month:%Y-%m}"}
            for month in queries.to_close(each, timezone.localdate())
        ],
        "used": [
            f"{quotas.spelt(name, value)} sur {quotas.spelt(name, getattr(each, name))}"
            for name, value in used.items()
            if getattr(each, name)
        ],
    }


@login_required
def pool(request: HttpRequest, code: str) -> HttpResponse:
    """A platform to describe or change."""
    found = managed(request, code)
    form = PoolForm(data_of(request), racks=facility.racks(found))
    return ask(
        request,
        form,
        lambda: platform.set_pool(principal(request), found, **form.values()),
        lambda _: page_of_center(found),
        title="Décrire une plateforme",
        notice="Ce que vous écrivez ici est ce qui peut être accordé aux projets, tous ensemble.",
        **_behind(found),
    )


@login_required
def images(request: HttpRequest, code: str) -> HttpResponse:
    """The catalogue of images, and one to add."""
    found = managed(request, code)
    form = ImageForm(data_of(request), pools=queries.pools(found))
    return ask(
        request,
        form,
        lambda: platform.add_image(principal(request), form.pool_chosen(), **form.values()),
        lambda _: reverse("datacenter_hosting:images", args=[code]),
        title="Images de machines",
        button="Ajouter l’image",
        images=queries.images_of(found),
        center=found,
        **_behind(found),
    )


@login_required
@require_POST
def close_image(request: HttpRequest, code: str, image_id: int) -> HttpResponse:
    """Withdraw an image."""
    found = queries.images_of(managed(request, code)).filter(pk=image_id).first()
    if found is None:
        raise Http404
    image = found
    to = reverse("datacenter_hosting:images", args=[code])
    return press(request, lambda: platform.close_image(principal(request), image), to)


@login_required
def tariffs(request: HttpRequest, code: str) -> HttpResponse:
    """Prices, and one to enter."""
    found = managed(request, code)
    form = TariffForm(data_of(request))
    rows = [
        {
            "cells": [
                {"text": each.get_kind_display(), "sub": "Exemple inventé" if each.is_example else ""},
                {"text": f"{presenting.number(each.amount)} F CFA", "numeric": True, "label": "Prix"},
                {"text": f"à partir du {format_date(each.starts_on)}"},
                {"text": each.source},
            ]
        }
        for each in queries.tariffs(found)
    ]
    columns = [
        {"label": "Prestation"}, {"label": "Prix de l’heure", "numeric": True}, {"label": "Date"},
        {"label": "Décidé par"},
    ]  # fmt: skip
    return ask(
        request,
        form,
        lambda: platform.add_tariff(principal(request), found, **form.cleaned_data),
        lambda _: reverse("datacenter_hosting:tariffs", args=[code]),
        title="Tarifs d’hébergement",
        notice="Sans tarif, l’usage est compté et les projets lisent « tarif non fixé ».",
        rows=rows,
        columns=columns,
        caption="Tarifs saisis",
        button="Ajouter le tarif",
        **_behind(found),
    )


DECISIONS: dict[str, tuple[Any, str]] = {
    "accorder": (projects.grant, "Accorder"),
    "refuser": (projects.refuse, "Refuser"),
}


@login_required
def decide(request: HttpRequest, ask_id: int, verb: str) -> HttpResponse:
    """Grant or refuse a quota."""
    if not principal(request).may(facility.PERMISSION):
        raise PermissionRefused("Cette page est celle des responsables de centres de données.")
    found = queries.ask(ask_id)
    if found is None or verb not in DECISIONS:
        raise Http404
    where = managed(request, found.project.pool.center.site.code)
    do, button = DECISIONS[verb]
    form = AnswerForm(data_of(request), needed=verb == "refuser")
    told = " ; ".join(_asked(found)["changes"])
    return ask(
        request,
        form,
        lambda: do(principal(request), found, answer=form.cleaned_data["answer"]),
        lambda _: page_of_center(where),
        title=f"{button} le quota de {found.project.name}",
        notice=f"{told}. Motif : {found.reason}",
        button=button,
        **_behind(where),
    )


@login_required
def close_month(request: HttpRequest, code: str, project_code: str, month: str) -> HttpResponse:
    """Close a month of a project."""
    center_, first = managed(request, code), month_of(month)
    found = queries.project(project_code)
    if found is None or found.pool.center_id != center_.pk:
        raise Http404
    project = found
    return ask(
        request,
        forms.Form(data_of(request)),
        lambda: bills.close_month(principal(request), project, first),
        lambda _: page_of_center(center_),
        title=f"Arrêter {presenting.month_name(first)}, {project.name}",
        notice="Le relevé ne changera plus : ses tarifs et son usage sont écrits avec leur empreinte.",
        button="Arrêter le mois",
        **_behind(center_),
    )


def _behind(found: facility.DataCenter) -> dict[str, str]:
    return {"back_url": page_of_center(found), "back_label": f"Hébergement, {found.site.name}"}
