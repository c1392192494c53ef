"""What a project's people see: what they have, what is left of their quota, who is there."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.datacenter.hosting import presenting, queries
from smartsenegal.datacenter.hosting.actions import projects
from smartsenegal.datacenter.hosting.contrib import registry
from smartsenegal.datacenter.hosting.forms import MemberForm, ProjectForm, QuotaForm
from smartsenegal.datacenter.hosting.models import Machine
from smartsenegal.datacenter.hosting.rules import quotas, roles
from smartsenegal.datacenter.hosting.rules.metering import month_of
from smartsenegal.datacenter.hosting.views.base import PUBLIC, ask, behind, known, page_of, press, show
from smartsenegal.kernel.pages import data_of, principal


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The projects of which one is."""
    by = principal(request)
    context = {"projects": queries.projects_of(by), "may_open": bool(queries.bodies(by) and queries.pools())}
    return show(request, "mine", context)


@login_required
def open_project(request: HttpRequest) -> HttpResponse:
    """A project to open."""
    form = ProjectForm(data_of(request), pools=queries.pools(), bodies=queries.bodies(principal(request)))
    return ask(
        request,
        form,
        lambda: projects.open_project(principal(request), form.pool_chosen(), **form.values()),
        page_of,
        title="Ouvrir un projet",
        button="Ouvrir le projet",
        said="Le projet est ouvert. Demandez maintenant un quota : le centre l’accorde.",
        shell=PUBLIC,
        back_url=reverse("datacenter_hosting:mine"),
        back_label="Vos projets",
    )


@login_required
@require_safe
def project(request: HttpRequest, project_code: str) -> HttpResponse:
    """All that a project has."""
    found = known(request, project_code)
    role = queries.role(principal(request), found)
    today = timezone.localdate()
    context = {
        "project": found,
        "role": roles.NAMES[role],
        "may_operate": roles.may(role, roles.OPERATE),
        "may_own": roles.may(role, roles.OWN),
        "lines": presenting.ledger(found.amounts, queries.used(found)),
        "has_quota": any(found.amounts),
        "waiting": queries.waiting_of(found),
        "answered": queries.answered(found),
        "machines": [presenting.machine_row(each, _page_of(each)) for each in queries.machines_of(found)],
        "columns": [{"label": "Machine"}, {"label": "Taille"}, {"label": "Voulue"}, {"label": "Réelle"}],
        "buckets": [presenting.bucket_entry(each) for each in queries.spaces_of(found)],
        "keys": [presenting.key_entry(each) for each in queries.keys_of(found)],
        "over": queries.over(found),
        "month": f"{month_of(today):%Y-%m}",
        "no_hypervisor": presenting.NO_HYPERVISOR if registry.hypervisor() is None else "",
        "no_store": presenting.NO_STORE if registry.store() is None else "",
        "store": getattr(registry.store(), "address", ""),
    }
    return show(request, "project", context)


@login_required
def quota(request: HttpRequest, project_code: str) -> HttpResponse:
    """A quota to ask for."""
    found = known(request, project_code, roles.OWN)
    form = QuotaForm(data_of(request), initial=dict(found.amounts.items()))
    return ask(
        request,
        form,
        lambda: projects.ask_quota(
            principal(request), found, form.amounts(), reason=form.cleaned_data["reason"]
        ),
        lambda _: page_of(found),
        title="Demander un quota",
        notice="Écrivez tout ce que le projet doit avoir, et non ce qui manque. Il utilise aujourd’hui : "
        + ", ".join(quotas.spelt(name, value) for name, value in queries.used(found).items())
        + ".",
        button="Demander",
        said="La demande est partie au centre.",
        **behind(found),
    )


@login_required
def members(request: HttpRequest, project_code: str) -> HttpResponse:
    """Who has a role, and somebody to give one."""
    found = known(request, project_code, roles.OWN)
    form = MemberForm(data_of(request))
    return ask(
        request,
        form,
        lambda: projects.add_member(
            principal(request), found, form.cleaned_data["login"], role=form.cleaned_data["role"]
        ),
        lambda _: reverse("datacenter_hosting:members", args=[found.code]),
        title="Membres du projet",
        notice="Qui agit pour l’organisme est responsable du projet sans être écrit ici.",
        button="Donner ce rôle",
        project=found,
        members=[
            {"id": each.pk, "name": each.account.name, "role": roles.NAMES[each.role]}
            for each in queries.members(found)
        ],
        **behind(found),
    )


@login_required
@require_POST
def remove_member(request: HttpRequest, project_code: str, member_id: int) -> HttpResponse:
    """Take a role back."""
    found = known(request, project_code, roles.OWN)
    member = found.members.filter(pk=member_id).select_related("project").first()
    if member is None:
        raise Http404
    known_member = member
    to = reverse("datacenter_hosting:members", args=[found.code])
    return press(request, lambda: projects.remove_member(principal(request), known_member), to)


def _page_of(each: Machine) -> str:
    return reverse("datacenter_hosting:machine", args=[each.project.code, each.pk])
