"""A consulted service answers by a link, without an account."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.identity.api import PermissionRefused, client_ip
from smartsenegal.kernel.rates import calls_this_minute, network_of
from smartsenegal.onestop.cases import actions, moment, queries
from smartsenegal.onestop.cases.errors import LinkRefused
from smartsenegal.onestop.cases.models import ConsultationLink
from smartsenegal.onestop.cases.step_forms import OpinionForm
from smartsenegal.onestop.cases.views.common import attempt
from smartsenegal.onestop.cases.views.tasks import case_context, pieces_of

# An address may try so many links and pages a minute: nobody guesses 256 bits, nobody may weary the site.
MOST_A_MINUTE = 60
TOO_MANY = "Trop d’essais depuis votre adresse : attendez une minute."
NO_FRAME = "'none'"
READING = "consultation par un lien"


@never_cache
@require_http_methods(["GET", "POST"])
def consult(request: HttpRequest, token: str) -> HttpResponse:
    """The case and the form of the opinion; once sent, the link is closed."""
    if _wearies(request):
        return _refused(request, TOO_MANY, 429)
    try:
        link = actions.open_link(token)
        if request.method == "POST":
            return _answered(request, link, token)
        return _page(request, link, token, OpinionForm(), 200)
    except LinkRefused as refused:
        return _refused(request, refused.sentence, 410)


def _answered(request: HttpRequest, link: ConsultationLink, token: str) -> HttpResponse:
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return _page(request, link, token, form, 200)
    said = form.cleaned_data
    ip = client_ip(request)
    if attempt(form, lambda: actions.answer_by_link(token, said["verdict"], said["text"], ip)):
        return render(request, "cases/consulted.html", {"reference": link.case.reference})
    return _page(request, link, token, form, 409)


def _page(
    request: HttpRequest, link: ConsultationLink, token: str, form: OpinionForm, status: int
) -> HttpResponse:
    """The case and the form: a form sent wrong shows as much as an opened link, and is read as much."""
    actions.record_link_reading(link, actions.principal_of_link(link, client_ip(request)))
    view = queries.for_system(link.case_id).view
    step = next(s for s in view.circuit if s.key == link.step)
    context: dict[str, Any] = {
        **case_context(view),
        "case": link.case,
        "link": link,
        "step": step,
        "form": form,
        "today": moment.today(),
        "pieces": pieces_of(view, lambda file: reverse("cases:consult_piece", args=[token, file])),
    }
    return render(request, "cases/consultation.html", context, status=status)


@never_cache
@require_GET
def consult_piece(request: HttpRequest, token: str, file: UUID) -> HttpResponseBase:
    """One piece of the case; that of identity only as a watermarked page."""
    if _wearies(request):
        return _refused(request, TOO_MANY, 429)
    try:
        link = actions.open_link(token)
    except LinkRefused as refused:
        return _refused(request, refused.sentence, 410)
    by = actions.principal_of_link(link, client_ip(request))
    found = documents.get_files([file]).get(file)
    if found is None or found.subject != link.case.subject:
        raise Http404("Ce document n’existe pas.")
    try:
        if found.is_identity:
            picture = documents.show_page(file, by, READING)
            page = HttpResponse(picture, content_type="image/jpeg")
            return documents.alone(page, "page-1.jpg", inline=True, frames=NO_FRAME)
        opened = documents.open_file(file, by, READING)
    except (PermissionRefused, documents.FileGone) as error:
        raise Http404 from error
    return documents.streamed(opened, inline=opened.file.is_image, frames=NO_FRAME)


def _wearies(request: HttpRequest) -> bool:
    return calls_this_minute(f"cases.consultation:{network_of(client_ip(request))}") > MOST_A_MINUTE


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "cases/link_refused.html", {"sentence": sentence}, status=status)
