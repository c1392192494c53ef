"""What the staff of a datacentre answers: visits, hands, cables."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.datacenter.colocation import presenting, queries
from smartsenegal.datacenter.colocation.actions import requests
from smartsenegal.datacenter.colocation.actions import visits as visit_acts
from smartsenegal.datacenter.colocation.forms import (
    ApproveForm,
    DeclineForm,
    DoneForm,
    EnterForm,
    ReasonForm,
)
from smartsenegal.datacenter.colocation.models import Cross, Hands, Visit
from smartsenegal.datacenter.colocation.views.base import ask, managed, press, show
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.pages import data_of, principal

SHOWN = 200


@login_required
@require_safe
def visits(request: HttpRequest, code: str) -> HttpResponse:
    """Visits of a datacentre, without the names."""
    found, now = managed(request, code), timezone.now()
    rows = [
        presenting.visit_row(each, _page_of_visit(code, each), now, who=each.customer.name)
        for each in queries.visits(found)[:SHOWN]
    ]
    columns = [{"label": "Visite"}, {"label": "Client"}, {"label": "Quand"}, {"label": "État"}]
    context = {"center": found, "rows": rows, "columns": columns, "terms": queries.terms(found)}
    return show(request, "visits", context)


@login_required
@never_cache
@require_safe
def visit(request: HttpRequest, code: str, visit_id: int) -> HttpResponse:
    """A visit, with who comes: reading it is journalled."""
    center = managed(request, code)
    found = _visit(center, visit_id)
    words, tone = presenting.visit_state(found, timezone.now())
    waits = not (found.closed_at or found.in_at)
    context = {
        "center": center, "visit": found, "words": words, "tone": tone,
        "visitor": visit_acts.visitor(principal(request), found),
        "to_decide": waits and not found.approved_at,
        "to_enter": waits and bool(found.approved_at),
        "inside": bool(found.in_at) and not found.out_at,
    }  # fmt: skip
    return show(request, "visit", context)


VISIT_FORMS: dict[str, tuple[Any, Callable[..., Visit], str, str]] = {
    "accorder": (ApproveForm, visit_acts.approve, "Accorder la visite", "Accorder"),
    "refuser": (ReasonForm, visit_acts.refuse, "Refuser la visite", "Refuser"),
    "entrer": (EnterForm, visit_acts.enter, "Noter l’entrée", "Noter l’entrée"),
}


@login_required
def decide(request: HttpRequest, code: str, visit_id: int, verb: str) -> HttpResponse:
    """Accord, refuse, or note the entry, with what goes with it."""
    center = managed(request, code)
    found = _visit(center, visit_id)
    if verb not in VISIT_FORMS:
        raise Http404
    make, do, title, button = VISIT_FORMS[verb]
    form = make(data_of(request))
    return ask(
        request,
        form,
        lambda: do(principal(request), found, **form.cleaned_data),
        lambda _: _page_of_visit(code, found),
        title=f"{title} {found}",
        button=button,
        back_url=_page_of_visit(code, found),
        back_label=str(found),
    )


@login_required
@require_POST
def leave(request: HttpRequest, code: str, visit_id: int) -> HttpResponse:
    """The visitor went out."""
    found = _visit(managed(request, code), visit_id)
    to = _page_of_visit(code, found)
    return press(request, lambda: visit_acts.leave(principal(request), found), to, "La sortie est notée.")


def _page_of_visit(code: str, found: Visit) -> str:
    return reverse("datacenter_colocation:visit", args=[code, found.pk])


def _visit(center: facility.DataCenter, visit_id: int) -> Visit:
    found = queries.visit(visit_id)
    if found is None or found.center_id != center.pk:
        raise Http404
    return found


# --- hands and cables ---------------------------------------------------------------------------


@login_required
@require_safe
def demands(request: HttpRequest, code: str) -> HttpResponse:
    """What customers ask for in a datacentre."""
    found = managed(request, code)
    context = {
        "center": found,
        "hands": [presenting.hands_entry(each) for each in queries.hands_in(found)[:SHOWN]],
        "crosses": [presenting.cross_entry(each) for each in queries.crosses_in(found)[:SHOWN]],
    }
    return show(request, "demands", context)


HANDS_FORMS: dict[str, tuple[Any, Callable[..., Hands], str, str]] = {
    "fait": (DoneForm, requests.finish_hands, "C’est fait :", "C’est fait"),
    "decliner": (DeclineForm, requests.decline_hands, "Décliner", "Décliner"),
}


@login_required
def answer(request: HttpRequest, code: str, hands_id: int, verb: str) -> HttpResponse:
    """What was done, or why it will not be."""
    found = _hands(managed(request, code), hands_id)
    if verb not in HANDS_FORMS:
        raise Http404
    make, do, title, button = HANDS_FORMS[verb]
    form = make(data_of(request))
    return ask(
        request,
        form,
        lambda: do(principal(request), found, **form.cleaned_data),
        lambda _: _page_of_demands(code),
        title=f"{title} {found}",
        notice=found.text,
        button=button,
        back_url=_page_of_demands(code),
        back_label="Demandes des clients",
    )


@login_required
@require_POST
def take(request: HttpRequest, code: str, hands_id: int) -> HttpResponse:
    """Somebody is on it."""
    found = _hands(managed(request, code), hands_id)
    return press(request, lambda: requests.take_hands(principal(request), found), _page_of_demands(code))


@login_required
@require_POST
def cable(request: HttpRequest, code: str, cross_id: int, verb: str) -> HttpResponse:
    """The cable is laid, or taken away."""
    center = managed(request, code)
    acts = {"poser": requests.install_cross, "retirer": requests.remove_cross}
    found = queries.crosses_in(center).filter(pk=cross_id).first()
    if found is None or verb not in acts:
        raise Http404
    cross: Cross = found
    return press(request, lambda: acts[verb](principal(request), cross), _page_of_demands(code))


def _page_of_demands(code: str) -> str:
    return reverse("datacenter_colocation:demands", args=[code])


def _hands(center: facility.DataCenter, hands_id: int) -> Hands:
    found = queries.hands_in(center).filter(pk=hands_id).first()
    if found is None:
        raise Http404
    return found
