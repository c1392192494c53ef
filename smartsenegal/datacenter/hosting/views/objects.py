"""Buckets and keys of a project. A secret is shown once, in answer to a button."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.actions import buckets, keys
from smartsenegal.datacenter.hosting.contrib import registry
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.forms import BucketForm, KeyForm
from smartsenegal.datacenter.hosting.models import Key, Project
from smartsenegal.datacenter.hosting.rules import roles
from smartsenegal.datacenter.hosting.views.base import ask, behind, known, page_of, press, show
from smartsenegal.kernel.pages import data_of, principal


@login_required
def add_bucket(request: HttpRequest, project_code: str) -> HttpResponse:
    """A bucket to make."""
    found = known(request, project_code, roles.OPERATE)
    form = BucketForm(data_of(request), code=found.code)
    return ask(
        request,
        form,
        lambda: buckets.add(principal(request), found, **form.cleaned_data),
        lambda _: page_of(found),
        title="Nouvel espace de stockage",
        button="Créer l’espace",
        said=_said("L’espace est demandé : il est prêt dans la minute."),
        **behind(found),
    )


@login_required
def close_bucket(request: HttpRequest, project_code: str, bucket_id: int) -> HttpResponse:
    """Delete a bucket, after asking once more."""
    project = known(request, project_code, roles.OPERATE)
    found = queries.space(project, bucket_id)
    if found is None:
        raise Http404
    bucket = found
    return ask(
        request,
        forms.Form(data_of(request)),
        lambda: buckets.close(principal(request), bucket),
        lambda _: page_of(project),
        title=f"Supprimer {bucket.name}",
        notice="Seul un espace vide se supprime.",
        button="Supprimer l’espace",
        danger=True,
        said="L’espace est supprimé.",
        **behind(project),
    )


@login_required
def add_key(request: HttpRequest, project_code: str) -> HttpResponse:
    """A key to make."""
    found = known(request, project_code, roles.OWN)
    form = KeyForm(data_of(request))
    return ask(
        request,
        form,
        lambda: keys.add(principal(request), found, **form.cleaned_data),
        lambda _: page_of(found),
        title="Nouvelle clé d’accès",
        notice="Elle ouvre les espaces de ce projet, et aucun autre. Son secret est montré une seule fois.",
        button="Créer la clé",
        said=_said("La clé est demandée : son secret est prêt dans la minute."),
        **behind(found),
    )


@login_required
@never_cache
@require_POST
def secret(request: HttpRequest, project_code: str, key_id: int) -> HttpResponse:
    """The secret of a key: shown now, then forgotten."""
    project = known(request, project_code, roles.OWN)
    found = _key(project, key_id)
    try:
        shown = keys.show(principal(request), found)
    except HostingRefused as refused:
        messages.error(request, refused.sentence)
        return redirect(page_of(project))
    address = getattr(registry.store(), "address", "")
    return show(request, "secret", {"project": project, "key": found, "secret": shown, "address": address})


@login_required
@require_POST
def close_key(request: HttpRequest, project_code: str, key_id: int) -> HttpResponse:
    """Withdraw a key."""
    project = known(request, project_code, roles.OWN)
    found = _key(project, key_id)
    said = "La clé est retirée : elle n’ouvre plus rien dans la minute."
    return press(request, lambda: keys.close(principal(request), found), page_of(project), said)


def _said(said: str) -> str:
    """What follows an act; without store nothing does."""
    return "C’est noté." if registry.store() is None else said


def _key(project: Project, key_id: int) -> Key:
    found = queries.key(project, key_id)
    if found is None:
        raise Http404
    return found
