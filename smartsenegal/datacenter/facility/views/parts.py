"""What is declared: centres, rooms, parts and racks."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from smartsenegal.datacenter.facility import actions, queries
from smartsenegal.datacenter.facility.forms import CenterForm, ComponentForm, RackForm, RoomForm
from smartsenegal.datacenter.facility.models import DataCenter
from smartsenegal.datacenter.facility.views.base import (
    ask,
    known_rack,
    managed,
    may_manage,
    page_of,
    page_of_rack,
    reader,
)
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.pages import data_of, principal


def _behind(center: DataCenter) -> dict[str, str]:
    return {"back_url": page_of(center), "back_label": center.site.name}


@login_required
def add_center(request: HttpRequest) -> HttpResponse:
    """A new datacentre."""
    by = reader(request)
    if not may_manage(by):
        raise PermissionRefused("Cette page est celle des responsables de centres de données.")
    form = CenterForm(data_of(request))
    return ask(
        request,
        form,
        lambda: actions.add_center(by, **form.values()),
        page_of,
        title="Nouveau centre de données",
        back_url=reverse("datacenter_facility:index"),
        back_label="Centres de données",
    )


@login_required
def add_room(request: HttpRequest, code: str) -> HttpResponse:
    """A new room."""
    center = managed(request, code)
    form = RoomForm(data_of(request))
    return ask(
        request,
        form,
        lambda: actions.add_room(principal(request), center, **form.cleaned_data),
        lambda _: page_of(center),
        title="Nouvelle salle",
        **_behind(center),
    )


@login_required
def change_room(request: HttpRequest, code: str, room: str) -> HttpResponse:
    """A room that exists."""
    center = managed(request, code)
    found = center.rooms.filter(code=room).first()
    if found is None:
        raise Http404
    names = [name for name in RoomForm.base_fields if name != "code"]
    initial = {name: getattr(found, name) for name in names}
    form = RoomForm(data_of(request), initial=initial, new=False)
    return ask(
        request,
        form,
        lambda: actions.change_room(principal(request), found, **form.cleaned_data),
        lambda _: page_of(center),
        title=found.name,
        **_behind(center),
    )


@login_required
def add_component(request: HttpRequest, code: str) -> HttpResponse:
    """A new part."""
    center = managed(request, code)
    form = ComponentForm(data_of(request), initial={"isolation": "neighbours"})
    return ask(
        request,
        form,
        lambda: actions.add_component(principal(request), center, **form.values()),
        lambda made: f"{_parts(center)}?systeme={made.system}",
        title="Nouvelle pièce",
        back_url=_parts(center),
        back_label="Pièces",
    )


@login_required
def change_component(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """A part that exists."""
    center = managed(request, code)
    found = queries.component(center, part)
    if found is None:
        raise Http404
    form = ComponentForm.of(found, data_of(request))
    return ask(
        request,
        form,
        lambda: actions.change_component(principal(request), found, **form.values()),
        lambda made: f"{_parts(center)}?systeme={made.system}",
        title=f"{found.code}, {found.name}",
        back_url=_parts(center),
        back_label="Pièces",
    )


def _parts(center: DataCenter) -> str:
    return reverse("datacenter_facility:components", args=[center.site.code])


@login_required
def add_rack(request: HttpRequest, code: str) -> HttpResponse:
    """A new rack."""
    center = managed(request, code)
    form = RackForm(data_of(request), center=center)

    def act() -> object:
        values = form.values()
        return actions.add_rack(principal(request), values.pop("room"), **values)

    return ask(request, form, act, page_of_rack, title="Nouvelle baie", **_behind(center))


@login_required
def change_rack(request: HttpRequest, code: str, rack_id: int) -> HttpResponse:
    """A rack that exists."""
    center = managed(request, code)
    found = known_rack(center, rack_id)
    form = RackForm.of(found, data_of(request))
    return ask(
        request,
        form,
        lambda: actions.change_rack(principal(request), found, **form.values()),
        page_of_rack,
        title=f"Baie {found.code}",
        back_url=page_of_rack(found),
        back_label=f"Baie {found.code}",
    )
