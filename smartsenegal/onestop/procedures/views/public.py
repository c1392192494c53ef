"""The public catalogue: search, themes, life events, sheets, conditions."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from smartsenegal.kernel.identity.api import Organisation, current_party
from smartsenegal.lib.text import TextRefused, clean
from smartsenegal.onestop.procedures import actions, presenting, queries
from smartsenegal.onestop.procedures.definition import Definition, Page
from smartsenegal.onestop.procedures.forms import PageForm, page_form
from smartsenegal.onestop.procedures.measures import measured
from smartsenegal.onestop.procedures.models import AUDIENCES, CERTAINTIES, Procedure
from smartsenegal.onestop.procedures.queries_reviews import marks_of, published
from smartsenegal.onestop.procedures.queries_tariffs import amounts_in
from smartsenegal.onestop.procedures.rules import ineligible, next_condition, party_refused
from smartsenegal.onestop.procedures.views.nearby import nearby

LONGEST_QUERY = 100
PAGE = 50


def _typed(request: HttpRequest) -> str:
    try:
        return clean(request.GET.get("q", "")[:LONGEST_QUERY], LONGEST_QUERY)
    except TextRefused:
        return ""


def _home() -> dict[str, str]:
    return {"label": "Démarches", "url": reverse("procedures:search")}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The catalogue: everything, or what is like the words typed, for one audience if chosen."""
    typed, audience = _typed(request), _audience(request)
    if typed:
        found, start = queries.search(typed, audience=audience), 0
    else:
        start = _start(request)
        found = queries.entries(audience=audience, start=start, limit=PAGE + 1)
    context = {
        "q": typed,
        "audience": audience,
        "audiences": _audience_tabs(typed, audience),
        "rows": presenting.entry_rows(found[:PAGE]),
        "count": len(found),
        "is_first": not typed and not start,
        "previous": _search_url(typed, audience, max(start - PAGE, 0)) if start else "",
        "next": _search_url(typed, audience, start + PAGE) if len(found) > PAGE else "",
    }
    if context["is_first"]:
        context |= {"themes": queries.themes(), "life_events": queries.life_events()}
    return render(request, "procedures/search.html", context)


def _start(request: HttpRequest) -> int:
    asked = request.GET.get("debut", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0


def _audience(request: HttpRequest) -> str:
    asked = request.GET.get("public", "")
    return asked if asked in dict(AUDIENCES) else ""


def _audience_tabs(typed: str, current: str) -> list[dict[str, Any]]:
    choices = [("", "Tous"), *AUDIENCES]
    return [
        {"label": label, "url": _search_url(typed, code), "current": code == current}
        for code, label in choices
    ]


def _search_url(typed: str, audience: str, start: int = 0) -> str:
    asked = {"q": typed, "public": audience, "debut": start}
    return f"{reverse('procedures:search')}?{urlencode({k: v for k, v in asked.items() if v})}".rstrip("?")


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """The procedures of one theme."""
    found = queries.theme(slug)
    if found is None:
        raise Http404
    entries = queries.entries(theme=slug)
    context = {"theme": found, "rows": presenting.entry_rows(entries), "breadcrumb": [_home()]}
    return render(request, "procedures/theme.html", context)


@require_safe
def life_event(request: HttpRequest, slug: str) -> HttpResponse:
    """The steps of a life event in the order to take them."""
    found = queries.life_event(slug)
    if found is None:
        raise Http404
    steps = presenting.bundle_rows(queries.bundle(found))
    return render(
        request, "procedures/life_event.html", {"event": found, "steps": steps, "breadcrumb": [_home()]}
    )


# --- one procedure ----------------------------------------------------------------------


def _sheet_or_404(code: str) -> tuple[Procedure, Definition]:
    found = queries.sheet(code)
    if found is None:
        raise Http404
    return found


@require_safe
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Everything one wants to know before starting."""
    procedure, definition = _sheet_or_404(code)
    today = timezone.localdate()
    owner = Organisation.objects.filter(code=procedure.owner).first()
    manages, near = _manages(request, procedure), nearby(request)
    context = {
        "d": definition,
        "facts": presenting.facts(definition, today, measured(code) if definition.online else None),
        **_reviews(code),
        "fees": presenting.fee_rows(definition, today, *_local(near, definition)),
        "pieces": presenting.piece_rows(definition),
        "sources": presenting.sources(definition, owner.name if owner else ""),
        "start_url": start_url(definition),
        "not_in_this_name": not_in_this_name(request, definition),
        "choose_url": f"{reverse('parties')}?{urlencode({'next': request.path})}",
        "breadcrumb": [_home(), *_theme_crumb(definition)],
        "espaces_url": address("sites"),
        "nearby": near,
        "manages": manages,
        "unknown": definition.unknown if manages else (),
        "certainty": _certainty(definition) if manages else None,
        "silence": presenting.sureness(definition.silence.certainty) if definition.silence else None,
    }
    return render(request, "procedures/sheet.html", context)


def _reviews(code: str) -> dict[str, Any]:
    """The average and the latest words, once there are enough marks to show one."""
    marks = marks_of(code)
    return {"marks": marks, "reviews": published(code) if marks.average is not None else []}


def _local(near: dict[str, Any], d: Definition) -> tuple[dict[str, int], str]:
    """The amounts set for the commune that was written, and its name."""
    place = near["place"] or {"code": "", "label": ""}
    return amounts_in(d, place["code"], timezone.localdate()) if place["code"] else {}, place["label"]


def _manages(request: HttpRequest, procedure: Procedure) -> bool:
    principal = getattr(request, "principal", None)
    return bool(principal and principal.is_agent and actions.may_manage(principal, procedure.owner))


def _certainty(d: Definition) -> dict[str, str]:
    return {
        "grade": f"Certitude {d.certainty}",
        "label": dict(CERTAINTIES)[d.certainty],
        "tone": presenting.TONES[d.certainty],
    }


def _theme_crumb(d: Definition) -> list[dict[str, str]]:
    found = queries.theme(d.themes[0]) if d.themes else None
    return [{"label": found.short, "url": reverse("procedures:theme", args=[found.slug])}] if found else []


def start_url(d: Definition) -> str:
    """Where « Commencer » leads: the conditions if any, otherwise the new case; "" when not online."""
    if not d.online:
        return ""
    if d.eligibility_pages:
        return reverse("procedures:conditions", args=[d.code])
    return address("cases:start", d.code)


def not_in_this_name(request: HttpRequest, d: Definition) -> str:
    """Why who is signed in may not ask in the name in which they act now; "" when they may, or are strangers.

    A stranger is told by the facts of the sheet, and again once signed in.
    """
    if request.principal.account_id is None:  # type: ignore[attr-defined]
        return ""
    party = current_party(request)
    return party_refused(d, party.label if party.organisation_id is not None else "") or ""


def address(name: str, *arguments: str) -> str:
    """Address of a page of another module, or an empty text while it has none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


# --- conditions: asked before any account, nothing kept --------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def conditions(request: HttpRequest, code: str) -> HttpResponse:
    """One condition a page. What was answered before travels in the page and is kept nowhere."""
    _, definition = _sheet_or_404(code)
    if not_in_this_name(request, definition):
        return redirect("procedures:sheet", code)
    answers, wrong = _answered(request, definition) if request.method == "POST" else ({}, None)
    if wrong:
        return _ask(request, definition, *wrong, answers)
    refused = ineligible(definition, answers)
    if refused:
        return _refuse(request, definition, refused)
    page = next_condition(definition, answers)
    if page is None:
        return redirect(address("cases:start", code) or reverse("procedures:sheet", args=[code]))
    return _ask(request, definition, page, page_form(page, definition, answers)(), answers)


def _answered(
    request: HttpRequest, definition: Definition
) -> tuple[dict[str, Any], tuple[Page, PageForm] | None]:
    answers: dict[str, Any] = {}
    for page in definition.eligibility_pages:
        form = page_form(page, definition, answers)(request.POST)
        if form.is_valid():
            answers |= form.cleaned_data
        elif page.key == request.POST.get("page"):
            return answers, (page, form)
        else:
            break
    return answers, None


def _ask(
    request: HttpRequest, definition: Definition, page: Page, form: PageForm, answers: dict[str, Any]
) -> HttpResponse:
    earlier = {f.key for p in definition.eligibility_pages for f in p.fields if f not in page.fields}
    carried = [n for n in request.POST if n.partition("-")[0] in earlier]
    context = {
        "d": definition,
        "page": page,
        "form": form,
        "carried": [(n, v) for n in carried for v in request.POST.getlist(n)],
        "rank": definition.eligibility_pages.index(page) + 1,
        "count": len(definition.eligibility_pages),
        "back": reverse("procedures:sheet", args=[definition.code]),
    }
    return render(request, "procedures/conditions.html", context)


def _refuse(request: HttpRequest, definition: Definition, sentence: str) -> HttpResponse:
    context = {
        "d": definition,
        "sentence": sentence,
        "back": reverse("procedures:conditions", args=[definition.code]),
        "espaces_url": address("sites"),
    }
    return render(request, "procedures/ineligible.html", context)
