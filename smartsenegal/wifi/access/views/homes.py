"""Realms of others, and their home servers."""

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.kernel.pages import data_of
from smartsenegal.lib.text import typography
from smartsenegal.wifi.access import actions, queries
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.forms_realms import ElsewhereForm, HomeServerForm
from smartsenegal.wifi.access.models import HomeServer, Realm
from smartsenegal.wifi.access.views.base import ask, manager, reader, show


def rows() -> list[dict[str, Any]]:
    """The realms of others, as the list shows them."""
    return [
        {"url": _page(r), "name": r.name, "count": r.servers, "chip": _chip(r.servers)}  # type: ignore[attr-defined]
        for r in queries.realms_elsewhere()
    ]


def _chip(servers: int) -> tuple[str, str]:
    return ("Déclaré", "green") if servers else ("Refusé", "red")


def _page(of: Realm | HomeServer) -> str:
    return reverse("wifi_access:elsewhere", args=[of.realm_id if isinstance(of, HomeServer) else of.pk])


def _known(pk: int) -> Realm:
    found = queries.realms_elsewhere().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _server(pk: int) -> HomeServer:
    found = queries.home_server(pk)
    if found is None:
        raise Http404
    return found


@login_required
def add_realm(request: HttpRequest) -> HttpResponse:
    """A realm for which others answer."""
    by = manager(request, everywhere=True)
    form = ElsewhereForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_realm_elsewhere(by, **form.cleaned_data), _page,
        title="Nouveau domaine d’ailleurs", back_url=reverse("wifi_access:realms"), back_label="Domaines",
        notice="Ce sont les serveurs d’origine d’un domaine d’ailleurs qui en jugent les connexions. "
        "Tant qu’il n’en a aucun, elles sont refusées.",
    )  # fmt: skip


@login_required
@require_safe
def realm(request: HttpRequest, elsewhere_id: int) -> HttpResponse:
    """A realm of others, and its home servers in the order in which they are asked."""
    by = reader(request)
    found = _known(elsewhere_id)
    servers = queries.home_servers(found)
    may_manage = by.may(actions.PERMISSION, territory_path="")
    return show(
        request, "elsewhere",
        {"realm": found, "servers": servers, "chip": _chip(len(servers)), "may_manage": may_manage},
    )  # fmt: skip


@login_required
def add_server(request: HttpRequest, elsewhere_id: int) -> HttpResponse:
    """One more server for a realm."""
    by = manager(request, everywhere=True)
    found = _known(elsewhere_id)
    form = HomeServerForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_home_server(by, found, **form.cleaned_data), _page,
        title="Nouveau serveur d’origine", back_url=_page(found), back_label=found.name,
        notice="Il est interrogé après ceux qui sont déjà là.",
    )  # fmt: skip


@login_required
@require_POST
def raise_server(request: HttpRequest, home_id: int) -> HttpResponse:
    """Ask a server one place earlier; when it was taken out meanwhile, its realm is shown as it is."""
    by = manager(request, everywhere=True)
    server = _server(home_id)
    with suppress(AccessRefused):
        actions.raise_home_server(by, server)
    return redirect(_page(server))


@login_required
def close_server(request: HttpRequest, home_id: int) -> HttpResponse:
    """Ask once more, then take a server out."""
    by = manager(request, everywhere=True)
    server = _server(home_id)
    last = len(queries.home_servers(server.realm)) == 1
    then = (
        f"C’est le dernier : les connexions de {server.realm.name} seront refusées."
        if last
        else "Les autres serveurs de ce domaine répondent à sa place."
    )
    return ask(
        request, forms.Form(data_of(request)), lambda: actions.close_home_server(by, server), _page,
        title=typography(f"Retirer le serveur {server} ?"), back_url=_page(server),
        back_label=server.realm.name, button="Retirer", notice=f"{then} Son secret est effacé.",
    )  # fmt: skip
