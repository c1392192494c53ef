"""Filing a request: one question a page, then the pieces, then everything to check."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartsenegal.kernel.documents.api import UploadRefused
from smartsenegal.kernel.identity.api import current_party
from smartsenegal.lib.dates import format_date
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.access import party_refused_of
from smartsenegal.onestop.cases.errors import CaseRefused, FilingRefused, PartyRefused
from smartsenegal.onestop.cases.forms import PieceForm, piece_form
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import CaseView, PieceFile
from smartsenegal.onestop.cases.views.common import (
    Stamp,
    attempt,
    note_reading,
    open_own,
    principal_of,
    stop_url,
    whose,
)
from smartsenegal.onestop.cases.views.unsent import signed_in
from smartsenegal.onestop.procedures.api import (
    Page,
    Piece,
    definition_of,
    is_known,
    local_amounts,
    page_form,
)
from smartsenegal.onestop.procedures.api import rules as asking

BACK_TO_CHECK = "verification"
# Kinds of questions that one need not answer again.
TAKEN_AGAIN = ("identity", "address")


@login_required
@require_GET
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Opens the one draft of who one acts for, for this procedure, and goes to the first thing it lacks."""
    party = current_party(request)
    try:
        case = actions.open_draft(principal_of(request), code, party)
    except CaseRefused as refused:
        if not is_known(code):
            raise Http404("Cette démarche n’existe pas.") from None
        other = not party.is_self or isinstance(refused, PartyRefused)
        context = {"sentence": refused.sentence, "for_other": other, "back": request.path}
        return render(request, "cases/refused.html", context, status=409)
    return resume(request, case.pk)


@login_required
@require_GET
def resume(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Goes to the first thing a draft lacks."""
    opened = queries.own_case(case_id, principal_of(request))
    if opened.view.state != "draft":
        return redirect("cases:follow", case_id)
    if moved := actions.follow_revision(opened.case, principal_of(request)):
        messages.info(request, moved)
        opened = queries.own_case(case_id, principal_of(request))
    note_reading(request, opened.case)
    if party_refused_of(opened.case, opened.definition):
        return redirect("cases:ineligible", case_id)
    return redirect(stop_url(case_id, rules.first_gap(opened.view)))


# --- questions ---------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, case_id: UUID, page: str) -> HttpResponse:
    """One question of the form, answers kept at each step."""
    case = queries.draft_row(case_id, principal_of(request))
    if case.state != "draft":
        return redirect("cases:follow", case_id)
    note_reading(request, case)
    definition, answers = definition_of(case.revision_id), case.answers
    if not rules.is_asked(definition, answers, page):
        raise Http404("Cette question n’est pas posée.")
    asked = asking.find_page(definition, page)
    assert asked is not None
    taken, taken_from = _said_before(request, case, asked)
    form = page_form(asked, definition, prefilled(case, asked) | taken | answers)(request.POST or None)
    keep_ones_own_out(request, case, form)
    if request.method == "POST" and form.is_valid():
        stamp = Stamp.sent(request)
        done = attempt(
            form,
            lambda: actions.answer(
                case_id, principal_of(request), page, form.cleaned_data, **stamp.arguments
            ),
        )
        if done:
            return redirect(_after_question(request, done.view, page))
        case.refresh_from_db()
    context = _question_context(request, case, asked, form)
    return render(request, "cases/question.html", {**context, "taken_from": taken_from})


def prefilled(case: Case, page: Page) -> dict[str, Any]:
    """What is known of who asks, for the questions of a page: the organisation's own name."""
    if case.organisation is None:
        return {}
    return {f.key: case.organisation.name for f in page.fields if f.autocomplete == "organization"}


def _said_before(request: HttpRequest, case: Case, page: Page) -> tuple[dict[str, Any], str]:
    """Who one is and where one lives as one's last request said it, and its number; to be checked.

    For oneself alone, and under the same label: the identity of an extract may be that of somebody else.
    """
    wanted = [f for f in page.fields if f.type in TAKEN_AGAIN and f.key not in case.answers]
    if not wanted or principal_of(request).account_id != str(case.applicant_id):
        return {}, ""
    before = queries.latest_sent(case)
    if before is None:
        return {}, ""
    asked = {f.key: f for p in definition_of(before.revision_id).pages for f in p.fields}
    given = {
        f.key: before.answers[f.key]
        for f in wanted
        if f.key in asked and (asked[f.key].type, asked[f.key].label) == (f.type, f.label)
        and before.answers.get(f.key)
    }  # fmt: skip
    return given, str(before) if given else ""


def keep_ones_own_out(request: HttpRequest, case: Case, form: Any) -> None:
    """A browser offers the name and address of who types: those of the helper, not of who asks."""
    if principal_of(request).account_id != str(case.applicant_id):
        for control in form.fields.values():
            control.widget.attrs["autocomplete"] = "off"


def _after_question(request: HttpRequest, view: CaseView, page: str) -> str:
    case_id = request.resolver_match.kwargs["case_id"]  # type: ignore[union-attr]
    if asking.ineligible(view.definition, view.answers):
        return reverse("cases:ineligible", args=[case_id]) + f"?question={page}"
    if request.POST.get("retour") == BACK_TO_CHECK:
        return stop_url(case_id, rules.first_gap(view))
    return stop_url(case_id, rules.after_question(view.definition, dict(view.record.answers), page))


def _question_context(request: HttpRequest, case: Case, page: Page, form: Any) -> dict[str, Any]:
    definition, answers = definition_of(case.revision_id), case.answers
    rank, count = asking.position(definition, answers, page.key)
    before = rules.before_question(definition, answers, page.key)
    checking = request.GET.get("retour", request.POST.get("retour", "")) == BACK_TO_CHECK
    back = reverse("cases:check", args=[case.pk]) if checking else ""
    return {
        "case": case,
        "definition": definition,
        "page": page,
        "form": form,
        "rank": rank,
        "count": count,
        "back": back or (stop_url(case.pk, before) if before else reverse("space")),
        "checking": checking,
        "stamp": Stamp.fresh(case.version),
        **whose(request, case),
    }


@login_required
@require_GET
def ineligible(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Says why this person cannot ask, and what to do instead."""
    case = queries.draft_row(case_id, principal_of(request))
    definition = definition_of(case.revision_id)
    sentence = party_refused_of(case, definition) or asking.ineligible(
        definition, asking.relevant(definition, case.answers)
    )
    if sentence is None or case.state != "draft":
        return redirect("cases:resume", case_id)
    page = request.GET.get("question", "")
    known = rules.is_asked(definition, case.answers, page)
    context = {"case": case, "definition": definition, "sentence": sentence, "page": page if known else ""}
    context |= whose(request, case)
    return render(request, "cases/ineligible.html", context)


# --- pieces ---------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def piece(request: HttpRequest, case_id: UUID, piece: str) -> HttpResponse:
    """One piece: its files kept one after the other, each can be taken back."""
    opened = open_own(request, case_id)
    if opened.view.state != "draft":
        return redirect("cases:follow", case_id)
    wanted = offered_piece(opened.view, piece)
    given = opened.view.record.pieces.get(piece, ())
    form = piece_form(wanted)(
        request.POST or None,
        request.FILES or None,
        required=not given and wanted.required,
        initial={"option": given[-1].option} if given else None,
    )
    if request.method == "POST" and "retirer" in request.POST:
        return _remove(request, case_id, piece)
    if request.method == "POST" and form.is_valid():
        if keep_files(request, case_id, wanted, form, Stamp.sent(request)):
            return redirect(_after_piece(request, opened.view, piece))
        opened = queries.own_case(case_id, principal_of(request))
    return render(request, "cases/piece.html", _piece_context(request, opened, wanted, form))


def offered_piece(view: CaseView, key: str) -> Piece:
    """The piece of that key if it concerns this case. Raises Http404."""
    offered = asking.offered_pieces(view.definition, view.record.answers)
    found = next((p for p in offered if p.key == key), None)
    if found is None:
        raise Http404("Cette pièce n’est pas demandée.")
    return found


def keep_files(request: HttpRequest, case_id: UUID, wanted: Piece, form: PieceForm, stamp: Stamp) -> bool:
    """Keep each file that was sent; True when all are. Each refusal stands beside the control."""
    refused = []
    for rank, upload in enumerate(form.files_sent):
        try:
            actions.add_piece(
                case_id,
                principal_of(request),
                wanted.key,
                upload,
                filename=upload.name or "document",
                declared_type=upload.content_type or "",
                option=form.option,
                issued_on=form.issued_on,
                **stamp.for_part(f"{wanted.key}:{rank}"),
            )
        except (UploadRefused, CaseRefused) as error:
            refused.append(_named(upload.name or "", error.sentence, several=len(form.files_sent) > 1))
    form.refuse_files(refused)
    return not refused


def _named(name: str, sentence: str, several: bool) -> str:
    return f"{name[:60]}\u00a0: {sentence[0].lower()}{sentence[1:]}" if several and name else sentence


def _remove(request: HttpRequest, case_id: UUID, piece: str) -> HttpResponse:
    file = request.POST.get("retirer", "")
    given = queries.own_case(case_id, principal_of(request)).view.record.pieces.get(piece, ())
    if file in {f.file for f in given}:
        actions.remove_piece(case_id, principal_of(request), piece, file)
    return redirect(request.get_full_path())


def _after_piece(request: HttpRequest, view: CaseView, piece: str) -> str:
    case_id = request.resolver_match.kwargs["case_id"]  # type: ignore[union-attr]
    if "encore" in request.POST:
        return request.get_full_path()
    if request.POST.get("retour") == BACK_TO_CHECK:
        return reverse("cases:check", args=[case_id])
    return stop_url(case_id, rules.after_piece(view.definition, dict(view.record.answers), piece))


def _piece_context(
    request: HttpRequest, opened: queries.Opened, wanted: Piece, form: PieceForm
) -> dict[str, Any]:
    view, case = opened.view, opened.case
    answers = dict(view.record.answers)
    keys = [p.key for p in asking.offered_pieces(view.definition, answers)]
    given = view.record.pieces.get(wanted.key, ())
    checking = request.GET.get("retour", request.POST.get("retour", "")) == BACK_TO_CHECK
    before = rules.before_piece(view.definition, answers, wanted.key)
    following = rules.after_piece(view.definition, answers, wanted.key)
    return {
        "case": case,
        "definition": view.definition,
        "piece": wanted,
        "form": form,
        "files": [file_row(f, wanted) for f in given],
        "may_add": len(given) < wanted.at_most,
        "may_skip": bool(given) or not wanted.required,
        "next": reverse("cases:check", args=[case.pk]) if checking else stop_url(case.pk, following),
        "rank": keys.index(wanted.key) + 1,
        "count": len(keys),
        "back": reverse("cases:check", args=[case.pk])
        if checking or not before
        else stop_url(case.pk, before),
        "checking": checking,
        "stamp": Stamp.fresh(view.version),
        **whose(request, case),
    }


def file_row(file: PieceFile, piece: Piece) -> dict[str, Any]:
    """A file as lists show it."""
    option = next((o.label for o in piece.one_of if o.value == file.option), "")
    dated = f"du {format_date(file.issued_on)}" if file.issued_on else ""
    return {
        "id": file.file,
        "name": file.name or "Document",
        "url": reverse("documents:piece", args=[file.file]),
        "size": file.size,
        "detail": " ".join(filter(None, [option, dated])),
        "is_image": file.media_type.startswith("image/"),
    }


# --- checking and sending -----------------------------------------------------------------


@login_required
@require_GET
def check(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Every answer and piece, what it costs, and the button that sends."""
    opened = open_own(request, case_id)
    if opened.view.state != "draft":
        return redirect("cases:follow", case_id)
    return render(request, "cases/check.html", _check_context(request, opened))


def _check_context(request: HttpRequest, opened: queries.Opened, faults: Any = ()) -> dict[str, Any]:
    view, case = opened.view, opened.case
    today, answers = timezone.localdate(), dict(view.record.answers)
    before = rules.before_check(view.definition, answers)
    fees = asking.fees_due(view.definition, answers, today, local_amounts(view.definition, answers, today))
    return {
        "case": case,
        "definition": view.definition,
        "rows": [_answer_row(case, row) for row in asking.summary_rows(view.definition, view.record.answers)],
        "pieces": [
            _piece_row(case, view, p) for p in asking.offered_pieces(view.definition, view.record.answers)
        ],
        "fees": fees,
        "total": asking.total(fees),
        "assessed_later": any(fee.assessed_at for fee in view.definition.fees),
        "faults": faults,
        "erased_on": queries.erasures([case]).get(case.pk),
        "back": stop_url(case.pk, before) if before else reverse("space"),
        "stamp": Stamp.fresh(view.version),
        **whose(request, case),
    }


def _answer_row(case: Case, row: asking.SummaryRow) -> dict[str, Any]:
    url = reverse("cases:question", args=[case.pk, row.page]) + f"?retour={BACK_TO_CHECK}"
    return {
        "label": row.label,
        "value": row.value if row.answered else "",
        "parts": row.parts,
        "change_url": url,
        "anchor": f"reponse-{row.field}",
    }


def _piece_row(case: Case, view: CaseView, piece: Piece) -> dict[str, Any]:
    given = view.record.pieces.get(piece.key, ())
    return {
        "label": piece.label,
        "files": [file_row(f, piece) for f in given],
        "optional": not piece.required,
        "change_url": reverse("cases:piece", args=[case.pk, piece.key]) + f"?retour={BACK_TO_CHECK}",
        "anchor": f"piece-{piece.key}",
    }


@login_required
@require_POST
def submit(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Sends the draft; what is missing comes back as a list of links."""
    stamp = Stamp.sent(request)
    try:
        done = actions.submit(case_id, principal_of(request), **stamp.arguments)
    except Case.DoesNotExist:
        raise Http404 from None
    except CaseRefused as refused:
        return _not_sent(request, case_id, refused)
    if done.view.state == "awaiting_payment":
        return redirect("cases:pay", case_id)
    return redirect("cases:sent", case_id)


def _not_sent(request: HttpRequest, case_id: UUID, refused: CaseRefused) -> HttpResponse:
    opened = open_own(request, case_id)
    if opened.view.state != "draft":
        return redirect("cases:follow", case_id)
    if isinstance(refused, FilingRefused):
        faults = [{"text": f.sentence, "url": _fault_url(case_id, f)} for f in refused.faults]
    else:
        faults = [{"text": refused.sentence, "url": ""}]
    return render(request, "cases/check.html", _check_context(request, opened, faults), status=409)


def _fault_url(case_id: UUID, fault: rules.Fault) -> str:
    if fault.page:
        return reverse("cases:question", args=[case_id, fault.page]) + f"?retour={BACK_TO_CHECK}"
    if fault.piece:
        return reverse("cases:piece", args=[case_id, fault.piece]) + f"?retour={BACK_TO_CHECK}"
    return ""
