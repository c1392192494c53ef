"""Machines of a project: asked for, started, stopped, resized, deleted, their console."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.datacenter.hosting import presenting, queries
from smartsenegal.datacenter.hosting.actions import machines
from smartsenegal.datacenter.hosting.contrib import registry
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.forms import MachineForm, SizeForm
from smartsenegal.datacenter.hosting.models import Machine, Project
from smartsenegal.datacenter.hosting.rules import roles
from smartsenegal.datacenter.hosting.rules.machines import DELETED, RUNNING, STOPPED
from smartsenegal.datacenter.hosting.views.base import PUBLIC, ask, behind, known, page_of, press, show
from smartsenegal.kernel.pages import data_of, principal


@login_required
def create(request: HttpRequest, project_code: str) -> HttpResponse:
    """A machine to start."""
    found = known(request, project_code, roles.OPERATE)
    form = MachineForm(data_of(request), images=queries.images(found.pool))
    return ask(
        request,
        form,
        lambda: machines.create(principal(request), found, form.image_chosen(), **form.values()),
        _page_of,
        title="Nouvelle machine",
        button="Créer et démarrer",
        said=_said("La machine est demandée : elle démarre dans la minute."),
        notice=presenting.size_notice(found, timezone.localdate()),
        **behind(found),
    )


@login_required
@require_safe
def machine(request: HttpRequest, project_code: str, machine_id: int) -> HttpResponse:
    """A machine: wanted and real, side by side."""
    project = known(request, project_code)
    found = _machine(project, machine_id)
    words, tone = presenting.machine_chip(found)
    may = queries.may(principal(request), project, roles.OPERATE) and found.wanted != DELETED
    context = {
        "project": project, "machine": found, "words": words, "tone": tone,
        "facts": presenting.machine_facts(found), "seen": presenting.seen(found.seen_at),
        "to_start": may and found.wanted == STOPPED, "to_stop": may and found.wanted == RUNNING,
        "to_cut": may and found.wanted == STOPPED and found.real == RUNNING and not found.hard,
        "to_delete": may,
        "no_hypervisor": presenting.NO_HYPERVISOR if registry.hypervisor() is None else "",
    }  # fmt: skip
    return show(request, "machine", context)


@login_required
@never_cache
@require_safe
def console(request: HttpRequest, project_code: str, machine_id: int) -> HttpResponse:
    """The end of what it wrote: reading it is journalled."""
    project = known(request, project_code)
    found = _machine(project, machine_id)
    text: str | None = None
    try:
        text = machines.read_console(principal(request), found)
    except HostingRefused as refused:
        messages.error(request, refused.sentence)
    no_hypervisor = presenting.NO_HYPERVISOR if registry.hypervisor() is None else ""
    context = {"project": project, "machine": found, "text": text, "no_hypervisor": no_hypervisor}
    return show(request, "console", context)


ACTS = {
    "demarrer": (machines.start, "La machine démarre dans la minute."),
    "arreter": (machines.stop, "La machine est priée de s’arrêter ; sans réponse, son courant est coupé."),
    "couper": (machines.cut, "Le courant de la machine est coupé dans la minute."),
    "redemarrer": (machines.reboot, "La machine redémarre dans la minute."),
}


@login_required
@require_POST
def act(request: HttpRequest, project_code: str, machine_id: int, verb: str) -> HttpResponse:
    """Start, stop, cut or reboot."""
    project = known(request, project_code, roles.OPERATE)
    found = _machine(project, machine_id)
    if verb not in ACTS:
        raise Http404
    do, said = ACTS[verb]
    return press(request, lambda: do(principal(request), found), _page_of(found), _said(said))


@login_required
def resize(request: HttpRequest, project_code: str, machine_id: int) -> HttpResponse:
    """Change what it has."""
    project = known(request, project_code, roles.OPERATE)
    found = _machine(project, machine_id)
    now = {name: getattr(found, name) for name in machines.FIELDS}
    form = SizeForm(data_of(request), initial=now)
    return ask(
        request,
        form,
        lambda: machines.resize(principal(request), found, **form.cleaned_data),
        _page_of,
        title=f"Taille de {found.name}",
        notice="La machine doit être arrêtée. Un disque ne peut que grandir.",
        button="Changer la taille",
        **_behind(found),
    )


@login_required
def delete(request: HttpRequest, project_code: str, machine_id: int) -> HttpResponse:
    """Delete it, after asking once more."""
    project = known(request, project_code, roles.OPERATE)
    found = _machine(project, machine_id)
    return ask(
        request,
        forms.Form(data_of(request)),
        lambda: machines.delete(principal(request), found),
        lambda _: page_of(project),
        title=f"Supprimer {found.name}",
        notice="Son disque est effacé avec elle : rien ne pourra être repris.",
        button="Supprimer la machine",
        danger=True,
        said="La machine est supprimée.",
        **_behind(found),
    )


def _said(said: str) -> str:
    """What follows an act; without hypervisor nothing does."""
    return "C’est noté." if registry.hypervisor() is None else said


def _machine(project: Project, machine_id: int) -> Machine:
    found = queries.machine(project, machine_id)
    if found is None:
        raise Http404
    return found


def _page_of(found: Machine) -> str:
    return reverse("datacenter_hosting:machine", args=[found.project.code, found.pk])


def _behind(found: Machine) -> dict[str, str]:
    return {"shell": PUBLIC, "back_url": _page_of(found), "back_label": found.name}
