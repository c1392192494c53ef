"""The applicant says how it went."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases import actions, queries
from smartsenegal.onestop.cases.views.common import principal_of
from smartsenegal.onestop.procedures import api as procedures
from smartsenegal.onestop.procedures.api import LONGEST_COMMENT, MARKS


class ReviewForm(forms.Form):
    """A mark, and words if one wishes."""

    mark = forms.TypedChoiceField(
        label=_("Comment cela s’est-il passé ?"),
        choices=[(mark, words) for mark, words in MARKS],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    comment = procedures.CleanText(
        label=_("Qu’est-ce qui a bien marché, ou mal marché ?"),
        help_text=_("N’écrivez ni nom, ni numéro : ce texte peut être publié après relecture."),
        longest=LONGEST_COMMENT,
        multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask, keep, thank."""
    by = principal_of(request)
    opened = queries.own_case(case_id, by)
    said = procedures.review_of(actions.about(case_id))
    if not (opened.facts.owns and opened.view.may_be_reviewed) or (said and said.state != "received"):
        return redirect("cases:follow", case_id)
    start = {"mark": said.mark, "comment": said.comment} if said else {}
    form = ReviewForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        try:
            actions.give_review(case_id, by, form.cleaned_data["mark"], form.cleaned_data["comment"])
        except procedures.ProcedureRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Merci, votre avis est gardé.")
            return redirect("cases:follow", case_id)
    context = {"form": form, "case": opened.case, "definition": opened.view.definition}
    return render(request, "cases/review.html", context, status=422 if form.errors else 200)
