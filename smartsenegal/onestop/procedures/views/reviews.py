"""What people said of a procedure, for who is in charge of it: read, then shown or not."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.onestop.procedures import actions_reviews, queries_reviews
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.fields import CleanText
from smartsenegal.onestop.procedures.models import Procedure, Review
from smartsenegal.onestop.procedures.rules.reviews import SHOWN_FROM
from smartsenegal.onestop.procedures.views.manage import principal_of, procedure_in_charge, shell


class HideForm(forms.Form):
    """Why the words of a review are not shown."""

    reason = CleanText(label="Motif, gardé dans le journal", longest=300, required=False)


@login_required
@require_safe
def reviews(request: HttpRequest, code: str) -> HttpResponse:
    """Those to read, then those that were read."""
    procedure = procedure_in_charge(request, code)
    return render(request, "procedures/reviews.html", _context(procedure))


def _context(procedure: Procedure, fault: str = "", at: int = 0, typed: str = "") -> dict[str, object]:
    code = procedure.code
    waiting = queries_reviews.to_read(code)
    field = any(one.id == at for one in waiting)
    anchor = f"motif-{at}" if field else "a-relire"
    return shell(
        procedure=procedure,
        marks=queries_reviews.marks_of(code),
        shown_from=SHOWN_FROM,
        waiting=waiting,
        done=queries_reviews.already_read(code),
        fault=fault,
        errors=[{"anchor": anchor, "text": fault}] if fault else [],
        at=at,
        field=field,
        typed=typed,
    )


@login_required
@require_POST
def decide(request: HttpRequest, code: str, review_id: int) -> HttpResponse:
    """Publish one, or not: said by the button that was pressed."""
    procedure, by = procedure_in_charge(request, code), principal_of(request)
    form = HideForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        if request.POST.get("choix") == "publier":
            actions_reviews.publish_review(code, review_id, by)
            messages.success(request, "L’avis est publié.")
        else:
            actions_reviews.hide_review(code, review_id, reason, by)
            messages.success(request, "L’avis n’est pas publié. Sa note compte toujours.")
    except Review.DoesNotExist:
        raise Http404("Cet avis n’existe pas.") from None
    except ProcedureRefused as refused:
        typed = request.POST.get("reason", "")[:300]
        context = _context(procedure, str(refused), review_id, typed)
        return render(request, "procedures/reviews.html", context, status=422)
    return redirect("procedures:reviews", code)
