"""What the instructing service does with those it consults: pass a case on, make and revoke links."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.onestop.cases import actions, queries
from smartsenegal.onestop.cases.step_forms import LinkForm
from smartsenegal.onestop.cases.views.common import attempt, principal_of
from smartsenegal.onestop.cases.views.instruct import act_at_once, page_context


@login_required
@require_POST
def pass_on(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Declares the case fit for the next steps."""
    return act_at_once(
        request,
        case_id,
        lambda s: actions.pass_on(case_id, principal_of(request), **s.arguments),
        "Dossier déclaré recevable.",
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def make_link(request: HttpRequest, case_id: UUID, step: str) -> HttpResponse:
    """A link for one consulted service; its address is shown this once."""
    by = principal_of(request)
    opened = queries.agent_case(case_id, by)
    if opened.facts.owns or not opened.facts.instructs:
        raise PermissionRefused("Seul le service qui instruit ce dossier crée ou révoque ses liens.")
    label = next((s.label for s in opened.view.circuit if s.key == step), None)
    if label is None:
        raise Http404("Cette étape n’existe pas.")
    actions.record_reading(opened.case, by)
    form = LinkForm(request.POST or None, initial={"days": "14"})
    address = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = attempt(form, lambda: actions.create_link(case_id, by, step, said["label"], int(said["days"])))
        if made:
            address = f"{settings.PUBLIC_URL}{reverse('cases:consult', args=[made[1]])}"
    context = page_context(request, opened, form=form, title=f"Lien pour : {label}", address=address)
    return render(request, "cases/link.html", context, status=409 if form.non_field_errors() else 200)


@login_required
@require_POST
def revoke_link(request: HttpRequest, case_id: UUID, consultation_id: UUID) -> HttpResponse:
    """Closes a link for good."""
    by = principal_of(request)
    queries.agent_case(case_id, by)
    if str(consultation_id) not in {str(link.pk) for link in queries.links_on(case_id)}:
        raise Http404("Ce lien n’existe pas.")
    actions.revoke_link(consultation_id, by)
    messages.success(request, "Lien révoqué.")
    return redirect("cases:instruct", case_id)
