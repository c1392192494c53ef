"""Realms: added, changed, retired."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.pages import data_of
from smartsenegal.lib.text import group_digits, plural, typography
from smartsenegal.wifi.access import actions, profiles, queries
from smartsenegal.wifi.access.forms_realms import ChangeRealmForm, RealmForm
from smartsenegal.wifi.access.models import Realm
from smartsenegal.wifi.access.rules import EAP_METHODS, needs_readable
from smartsenegal.wifi.access.views import homes
from smartsenegal.wifi.access.views.base import ask, manager, reader, show

BACK = {"back_label": "Domaines"}


def _list(_: Any = None) -> str:
    return reverse("wifi_access:realms")


def _known(realm_id: int) -> Realm:
    found = queries.realms().filter(pk=realm_id).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def realms(request: HttpRequest) -> HttpResponse:
    """The realms that we answer for, then those of others."""
    by = reader(request)
    may_manage = by.may(actions.PERMISSION, territory_path="")
    context = {"rows": [_row(r, by) for r in queries.realms()], "elsewhere": homes.rows()}
    return show(request, "realms", {**context, "may_manage": may_manage})


def _row(realm: Realm, by: Principal) -> dict[str, Any]:
    named = dict(EAP_METHODS)
    methods = ", ".join(named[m] for m in realm.methods if m in named)
    lists = profiles.method_of(realm.methods) and actions.may_import(by, realm)
    chip = ("Retiré", "red") if not realm.methods else ("Ouvert", "green")
    return {
        "url": reverse("wifi_access:realm", args=[realm.pk]),
        "list_url": reverse("wifi_access:import_roster", args=[realm.pk]) if lists else "",
        "name": realm.name,
        "whose": realm.organisation.name if realm.organisation else "Tout compte",
        "methods": methods or "Aucune",
        "sub": "mots de passe lisibles" if needs_readable(realm.methods) else "",
        "count": group_digits(realm.open_ones),  # type: ignore[attr-defined]
        "chip": chip,
    }


@login_required
def add_realm(request: HttpRequest) -> HttpResponse:
    """A new realm."""
    by = manager(request, everywhere=True)
    form = RealmForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_realm(by, **form.values()), _list,
        title="Nouveau domaine", back_url=_list(), **BACK,
    )  # fmt: skip


@login_required
def change_realm(request: HttpRequest, realm_id: int) -> HttpResponse:
    """Whose a realm is, and its methods."""
    by = manager(request, everywhere=True)
    realm = _known(realm_id)
    form = ChangeRealmForm.of(realm, data_of(request))
    retire = reverse("wifi_access:retire_realm", args=[realm.pk]) if realm.methods else ""
    return ask(
        request, form, lambda: actions.change_realm(by, realm, **form.values()), _list,
        title=typography(f"Domaine « {realm.name} »"), back_url=_list(), **BACK,
        notice="Une méthode MSCHAPv2 qu’on ajoute ne vaut que pour les mots de passe faits ensuite ; quand "
        "on ôte la dernière, les mots de passe lisibles sont effacés.",
        danger_url=retire, danger_label="Retirer ce domaine",
    )  # fmt: skip


@login_required
def retire_realm(request: HttpRequest, realm_id: int) -> HttpResponse:
    """Ask once more, then close a realm and its accesses."""
    by = manager(request, everywhere=True)
    realm = _known(realm_id)
    count: int = realm.open_ones  # type: ignore[attr-defined]
    return ask(
        request, forms.Form(data_of(request)), lambda: actions.retire_realm(by, realm), _list,
        title=typography(f"Retirer « {realm.name} » ?"),
        back_url=reverse("wifi_access:realm", args=[realm.pk]), back_label=realm.name, button="Retirer",
        notice=f"Plus aucun appareil n’entre par ce domaine. {plural(count, 'accès fermé', 'accès fermés')}, "
        "pour de bon.",
    )  # fmt: skip
