"""Pages of `territory`: find a place, see its figures, and answer the suggestions of forms."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from smartsenegal.kernel.territory import actions, queries
from smartsenegal.kernel.territory.errors import NotAllowed, TerritoryRefused
from smartsenegal.kernel.territory.forms import AliasForm, FigureForm
from smartsenegal.kernel.territory.models import KINDS, Figure, Territory
from smartsenegal.kernel.territory.rules import COUNTRY, FIGURE_NAMES
from smartsenegal.lib.text import group_digits

SUGGESTIONS = 12
RESULTS = 30


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Search by name, or the regions when nothing is asked."""
    text = request.GET.get("q", "")
    found = queries.search(text, _kinds(request), RESULTS) if text else list(queries.of_kind("region"))
    context = {"q": text[: queries.MAX_QUERY], "places": _with_contexts(found)}
    return render(request, "territory/index.html", context)


@require_GET
@cache_control(public=True, max_age=3600)
def search_json(request: HttpRequest) -> JsonResponse:
    """Places like `q` as [{code, label, kind, context}]; `kinds` limits them ("commune" by default)."""
    found = queries.search(request.GET.get("q", ""), _kinds(request, "commune"), SUGGESTIONS)
    return JsonResponse(
        [
            {"code": t.code, "label": t.label, "kind": t.kind, "context": context}
            for t, context in ((p["place"], p["context"]) for p in _with_contexts(found))
        ],
        safe=False,
    )


def _kinds(request: HttpRequest, default: str = "") -> list[str]:
    asked = [k for k in request.GET.get("kinds", default).split(",") if k in dict(KINDS)]
    return asked or list(queries.ALL_KINDS)


def _with_contexts(found: list[Territory]) -> list[dict[str, Any]]:
    codes = {code for t in found for code in t.path.split("/")[:-1]}
    names = dict(Territory.objects.filter(pk__in=codes).values_list("code", "name"))
    return [
        {"place": t, "context": _context(t, names), "url": reverse("territory", args=[t.code])} for t in found
    ]


def _context(t: Territory, names: dict[str, str]) -> str:
    above = [names[code] for code in reversed(t.path.split("/")[:-1]) if code != COUNTRY]
    return ", ".join(dict.fromkeys([*([t.group_name] if t.group_kind == "ville" else []), *above]))


@require_GET
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One place: what encloses it, what it encloses, its figures with their year and source."""
    place = queries.find(code)
    if place is None:
        raise Http404
    context = {
        "place": place,
        "above": queries.above(place),
        "children": queries.children(code),
        "figures": [_figure(f) for f in queries.figures(code)],
        "may_manage": request.principal.may(actions.PERMISSION, territory_path=place.path),  # type: ignore[attr-defined]
    }
    return render(request, "territory/place.html", context)


def _figure(figure: Figure) -> dict[str, str]:
    return {
        "label": f"{FIGURE_NAMES.get(figure.name, figure.name.capitalize())} ({figure.year})",
        "value": group_digits(int(figure.value)),
        "source": figure.source,
    }


@login_required
def add_alias(request: HttpRequest, code: str) -> HttpResponse:
    """Let a place be found by another name."""
    place = _managed(request, code)
    form = AliasForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.add_alias(request.principal, place, form.cleaned_data["alias"])  # type: ignore[attr-defined]
            return redirect("territory", code)
        except TerritoryRefused as refused:
            form.add_error(refused.field, refused.sentence)
    return _form_page(request, place, form, "Ajouter un autre nom")


@login_required
def add_figure(request: HttpRequest, code: str) -> HttpResponse:
    """Publish a number about a place."""
    place = _managed(request, code)
    form = FigureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.add_figure(request.principal, place, **form.cleaned_data)  # type: ignore[attr-defined]
            return redirect("territory", code)
        except TerritoryRefused as refused:
            form.add_error(refused.field, refused.sentence)
    return _form_page(request, place, form, "Ajouter un chiffre")


def _managed(request: HttpRequest, code: str) -> Territory:
    place = queries.find(code)
    if place is None:
        raise Http404
    if not request.principal.may(actions.PERMISSION, territory_path=place.path):  # type: ignore[attr-defined]
        raise NotAllowed("Vous n’administrez pas ce territoire.")
    return place


def _form_page(request: HttpRequest, place: Territory, form: Form, title: str) -> HttpResponse:
    return render(request, "territory/form.html", {"place": place, "form": form, "title": title})
