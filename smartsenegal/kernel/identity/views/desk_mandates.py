"""At the desk of an Espace: a mandate signed on paper, before a conseiller."""

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from smartsenegal.kernel.identity import actions, queries, registry
from smartsenegal.kernel.identity.errors import IdentityRefused
from smartsenegal.kernel.identity.forms_mandates import FindMandateForm, PaperConsentForm
from smartsenegal.kernel.identity.models import Mandate
from smartsenegal.kernel.identity.rules import Principal
from smartsenegal.kernel.identity.views.desk import adviser
from smartsenegal.kernel.identity.views.mandates import shown
from smartsenegal.lib.text import NBSP


@login_required
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Find what was asked of the person who stands there, by their phone."""
    adviser(request)
    form = FindMandateForm(request.POST if request.method == "POST" else None)
    rows = []
    if form.is_valid():
        if not ratelimit.consume(request, action="find_helper", user=request.user):
            form.add_error("phone", f"Trop de recherches{NBSP}: attendez un quart d’heure.")
        elif found := queries.mandates_asked_of(form.cleaned_data["phone"]):
            rows = [shown(m, dict(registry.procedures())) for m in found]
        else:
            form.add_error(
                "phone",
                f"Aucun mandat n’attend de réponse à ce numéro{NBSP}: la personne qui aide le demande "
                "d’abord depuis son compte.",
            )
    return render(request, "identity/desk_mandates.html", {"form": form, "rows": rows})


@login_required
@never_cache
def paper(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Compare the person with their document, keep the signed paper, give the mandate."""
    by = adviser(request)
    mandate = queries.asked_mandate(mandate_id)
    if mandate is None or not mandate.phone:
        raise Http404
    person = actions.open_at_desk(by, mandate)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PaperConsentForm(*sent)
    if form.is_valid() and _given(by, mandate, form):
        messages.success(
            request, "Mandat enregistré. Le message envoyé à la personne dit comment le retirer."
        )
        return redirect("identity_desk_mandates")
    context = {"form": form, "row": shown(mandate, dict(registry.procedures())), "person": person}
    return render(request, "identity/desk_mandate.html", context)


def _given(by: Principal, mandate: Mandate, form: PaperConsentForm) -> bool:
    """Whether the mandate is given; else the form says why not."""
    data = form.cleaned_data
    try:
        actions.consent_on_paper(by, mandate, data["document"], data["paper"])
    except IdentityRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        return False
    return True
