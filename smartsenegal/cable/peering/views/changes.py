"""What is meant, typed and changed; what others publish and what routers say, brought in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from smartsenegal.cable.pages import manager, reader
from smartsenegal.cable.peering import actions, queries
from smartsenegal.cable.peering.forms import (
    ExchangeForm,
    MembersForm,
    RoasForm,
    RouterForm,
    SessionForm,
    StateForm,
)
from smartsenegal.cable.peering.views.base import ask
from smartsenegal.kernel.pages import data_of, found_or_404
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import group_digits, plural


def _session(code: str) -> str:
    return reverse("cable_peering:session", args=[code])


def _router(code: str) -> str:
    return reverse("cable_peering:router", args=[code])


def _exchange(code: str) -> str:
    return reverse("cable_peering:exchange", args=[code])


def _index() -> str:
    return reverse("cable_peering:index")


@login_required
def add_session(request: HttpRequest) -> HttpResponse:
    """Say that a session is meant."""
    by, form = manager(request), SessionForm(data_of(request))
    return ask(
        request,
        form,
        lambda: actions.add_session(by, **form.cleaned_data),
        lambda made: _session(made.code),
        title="Prévoir une session",
        back_url=_index(),
        back_label="Sessions BGP",
    )


@login_required
def change_session(request: HttpRequest, code: str) -> HttpResponse:
    """Correct what is meant of a session."""
    by = manager(request)
    found = found_or_404(queries.session(code))
    form = SessionForm(data_of(request), found)
    return ask(
        request,
        form,
        lambda: actions.change_session(by, found, **form.cleaned_data),
        lambda made: _session(code),
        title="Modifier la session",
        subtitle=found.peer,
        back_url=_session(code),
        back_label=found.peer,
    )


@login_required
def add_router(request: HttpRequest) -> HttpResponse:
    """Have an equipment of the inventory speak BGP."""
    by, form = manager(request), RouterForm(data_of(request))
    return ask(
        request,
        form,
        lambda: actions.add_router(by, **form.cleaned_data),
        lambda made: _router(made.code),
        title="Ajouter un routeur",
        back_url=_index(),
        back_label="Sessions BGP",
    )


@login_required
def change_router(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a router."""
    by = manager(request)
    found = found_or_404(queries.router(code))
    form = RouterForm(data_of(request), found)
    return ask(
        request,
        form,
        lambda: actions.change_router(by, found, **form.cleaned_data),
        lambda made: _router(code),
        title="Modifier le routeur",
        subtitle=found.equipment.name,
        back_url=_router(code),
        back_label=code,
    )


@login_required
def bring_state(request: HttpRequest, code: str) -> HttpResponse:
    """Bring what was copied from a router."""
    by = manager(request)
    found = found_or_404(queries.router(code))
    form = StateForm(data_of(request))
    return ask(
        request,
        form,
        lambda: actions.bring_state(by, found, form.cleaned_data["text"]),
        lambda made: _router(code),
        "L’état du routeur est lu.",
        title="Apporter l’état d’un routeur",
        subtitle=found.equipment.name,
        back_url=_router(code),
        back_label=code,
        button="Apporter",
    )


@login_required
def roas(request: HttpRequest) -> HttpResponse:
    """The authorised origins that count, and others brought in."""
    by = reader(request) if request.method != "POST" else manager(request)
    form = RoasForm(data_of(request), request.FILES or None)
    latest = queries.roa_set()
    told = "Aucun ROA n’est apporté : aucune route n’est vérifiée."
    if latest:
        old = " Ils sont trop vieux : apportez-en d’autres." if queries.roas_are_old(latest) else ""
        count = plural(latest.count, "ROA", "ROA")
        told = f"{count} du {format_datetime(latest.made_at)}, {latest.source}.{old}"
    return ask(
        request,
        form,
        lambda: actions.import_roas(by, form.cleaned_data["file"], **form.values()),
        lambda made: reverse("cable_peering:roas"),
        "Les ROA sont apportés : les routes sont vérifiées à la prochaine lecture.",
        title="Origines autorisées (ROA)",
        subtitle=told,
        back_url=_index(),
        back_label="Sessions BGP",
        button="Apporter",
        file=True,
        hint="Un export JSON de routinator ou de rpki-client, ou un CSV « ASN,IP Prefix,Max Length ». "
        f"{group_digits(120)} mégaoctets au plus.",
    )


@login_required
def add_exchange(request: HttpRequest) -> HttpResponse:
    """Add a point of exchange."""
    by, form = manager(request), ExchangeForm(data_of(request))
    return ask(
        request,
        form,
        lambda: actions.add_exchange(by, **form.cleaned_data),
        lambda made: _exchange(made.code),
        title="Ajouter un point d’échange",
        back_url=_index(),
        back_label="Sessions BGP",
    )


@login_required
def members(request: HttpRequest, code: str) -> HttpResponse:
    """Bring the members of a point of exchange."""
    by = manager(request)
    found = found_or_404(queries.exchange(code))
    form = MembersForm(data_of(request), request.FILES or None)
    return ask(
        request,
        form,
        lambda: actions.import_members(
            by, found, form.cleaned_data["file"], source=form.cleaned_data["source"]
        ),
        lambda made: _exchange(code),
        "Les membres sont apportés.",
        title="Apporter les membres",
        subtitle=found.name,
        back_url=_exchange(code),
        back_label=found.name,
        button="Apporter",
        file=True,
        hint="L’export IX-F (JSON) que le point d’échange publie ; il remplace la liste d’avant.",
    )
