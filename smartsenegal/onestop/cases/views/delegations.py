"""Delegations of signature: given, held, inspected; each with its act and what was signed under it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.documents.api import UploadRefused
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.identity.api import Delegation, IdentityRefused, PermissionRefused, Principal
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import NBSP
from smartsenegal.onestop.cases import actions, queries
from smartsenegal.onestop.cases.forms_delegations import DelegationForm
from smartsenegal.onestop.cases.views.common import principal_of
from smartsenegal.onestop.cases.views.unsent import signed_in

STATES = {"running": ("En cours", "green"), "coming": ("À venir", "blue"), "over": ("Terminée", "neutral")}
DONE = {
    "signed": "Décision signée",
    "visa_given": "Visa donné",
    "visa_refused": "Visa refusé",
    "substituted": "Acte signé pour l’État",
}
PAGE = 50


@login_required
@require_GET
def delegations(request: HttpRequest) -> HttpResponse:
    """What one delegates, what one signs for others, and for inspectors all those of their organisations."""
    by = principal_of(request)
    places = identity.signing_places(by)
    given, held = identity.delegations_given(by), identity.delegations_held(by)
    seen, next_url = _inspected(request, by)
    if not (places or given or held or _inspects(by)):
        raise PermissionRefused("Cette page est celle des signataires, de leurs délégués et des inspecteurs.")
    context = {
        "given": [_row(d) for d in given],
        "held": [_row(d) for d in held],
        "seen": seen,
        "inspects": _inspects(by),
        "next_url": next_url,
        "may_give": bool(places),
        **_rail(),
    }
    return render(request, "cases/delegations.html", context)


def _inspects(by: Principal) -> bool:
    return by.may("audit.read") or by.may("identity.manage")


def _inspected(request: HttpRequest, by: Principal) -> tuple[list[dict[str, Any]], str]:
    if not _inspects(by):
        return [], ""
    typed = request.GET.get("apres", "")
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0
    permission = "audit.read" if by.may("audit.read") else "identity.manage"
    found = identity.delegations_under(by, permission, after, PAGE)
    return [_row(d) for d in found], f"?apres={after + PAGE}" if len(found) == PAGE else ""


def _row(found: Delegation) -> dict[str, Any]:
    label, tone = STATES[identity.state_of(found)]
    return {
        "delegation": found,
        "url": reverse("cases:delegation", args=[found.pk]),
        "state": label,
        "tone": tone,
        "days": f"{format_date(found.starts_on)} – {format_date(found.ends_on)}",
    }


def _rail() -> dict[str, Any]:
    door = {
        "label": "Délégations",
        "url": reverse("cases:delegations"),
        "icon": "signature",
        "current": True,
    }
    return {"rail": [door]}


@signed_in
@require_http_methods(["GET", "POST"])
def delegate(request: HttpRequest) -> HttpResponse:
    """Lets an agent of one's organisation sign in one's name."""
    by = principal_of(request)
    places = identity.signing_places(by)
    organisation = identity.signing_place(by, request.GET.get("organisme", ""))
    if organisation is None:
        raise PermissionRefused(_why_not(by))
    colleagues = {str(a.pk): a for a in identity.colleagues_of(by, organisation)}
    form = DelegationForm(
        request.POST or None,
        request.FILES or None,
        colleagues=[(key, str(a)) for key, a in colleagues.items()],
        signatures=queries.signatures_of(organisation.pk),
    )
    given = None
    if request.method == "POST" and form.is_valid():
        given = _given(by, form, colleagues[form.cleaned_data["deputy"]], organisation)
    if given:
        messages.success(request, f"{given.deputy} signe pour vous {_from_when(given)}.")
        return redirect("cases:delegation", given.pk)
    context = {
        "form": form,
        "organisation": organisation,
        "places": places if len(places) > 1 else [],
        "alone": not colleagues,
        **_rail(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "cases/delegate.html", context, status=status)


def _why_not(by: Principal) -> str:
    if any(g.delegated for g in by.grants):
        return "Vous signez ici pour une autre personne : ce qui est délégué ne se délègue pas."
    return "Seul un signataire peut déléguer sa signature."


def _given(
    by: Principal, form: DelegationForm, deputy: identity.Account, organisation: identity.Organisation
) -> Delegation | None:
    terms = {**form.cleaned_data}
    scan = terms.pop("scan")
    terms |= {"deputy": deputy, "procedures": terms.get("procedures", [])}
    try:
        return actions.give_delegation(
            by,
            organisation=organisation,
            scan=scan,
            filename=scan.name or "acte.pdf",
            declared_type=scan.content_type or "",
            **terms,
        )
    except UploadRefused as refused:
        form.add_error("scan", refused.sentence)
    except IdentityRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
    return None


def _from_when(given: Delegation) -> str:
    if identity.state_of(given) == "coming":
        return f"du {format_date(given.starts_on)} au {format_date(given.ends_on)}"
    return f"dès maintenant, jusqu’au {format_date(given.ends_on)}"


def _found(request: HttpRequest, delegation_id: UUID) -> Delegation:
    found = identity.delegation(delegation_id)
    if found is None or not queries.may_see_delegation(principal_of(request), found):
        raise Http404("Cette délégation n’existe pas.")
    return found


@login_required
@require_GET
def delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """One delegation: its terms, its act, and what was signed under it."""
    found = _found(request, delegation_id)
    by = principal_of(request)
    signed = queries.signed_under(found)
    context = {
        **_row(found),
        "covers": queries.words_of(found.covers),
        "scan": reverse("documents:piece", args=[found.document]),
        "signed": [{"line": s, "words": _signed_words(s)} for s in signed],
        "may_end": identity.state_of(found) != "over" and identity.may_end(by, found),
        "reads_cases": by.may("cases.read"),
        **_rail(),
    }
    return render(request, "cases/delegation.html", context)


def _signed_words(line: queries.Signed) -> str:
    said = {"granted": ", accord", "refused": ", refus"}.get(line.outcome, "")
    return f"{DONE.get(line.kind, line.kind)}{said}"


@login_required
@require_http_methods(["GET", "POST"])
def end_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Asks once more, then ends the delegation at once."""
    found = _found(request, delegation_id)
    by = principal_of(request)
    if not identity.may_end(by, found):
        raise PermissionRefused("Seule la personne qui a délégué sa signature peut y mettre fin.")
    if request.method == "POST":
        return _end(request, by, found)
    context = {
        "title": f"Mettre fin à la délégation n°{NBSP}{found.number}{NBSP}?",
        "text": f"{found.deputy} signe aujourd’hui pour {found.giver}.",
        "consequences": [
            "Sa prochaine signature sera refusée, même commencée avant.",
            "Ce qui est déjà signé reste valable.",
        ],
        "confirm_label": "Mettre fin maintenant",
        "cancel_url": reverse("cases:delegation", args=[found.pk]),
        "danger": True,
        "shell": "shell/operations.html",
        **_rail(),
    }
    return render(request, "web/confirm.html", context)


def _end(request: HttpRequest, by: Principal, found: Delegation) -> HttpResponse:
    try:
        identity.end_delegation(by, found)
        messages.success(request, f"La délégation est terminée. {found.deputy} ne signe plus pour vous.")
    except IdentityRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("cases:delegation", found.pk)
