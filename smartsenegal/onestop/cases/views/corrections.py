"""Everything the service asked to correct, on one page, each thing in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.forms import NoteForm, SameAnswerForm, piece_form
from smartsenegal.onestop.cases.rules import CaseView, Item
from smartsenegal.onestop.cases.views.common import Stamp, attempt, open_own, principal_of, whose
from smartsenegal.onestop.cases.views.filing import file_row, keep_files, offered_piece
from smartsenegal.onestop.cases.views.unsent import signed_in
from smartsenegal.onestop.procedures.api import page_form
from smartsenegal.onestop.procedures.api import rules as asking


@dataclass
class Block:
    """One thing to correct: what was said of it, and the form that mends it."""

    item: Item
    form: Any
    files: list[dict[str, Any]]
    same: SameAnswerForm | None = None  # asked when it is sent back as it was

    @property
    def is_answer(self) -> bool:
        return self.item.kind == "answer"


@signed_in
@require_http_methods(["GET", "POST"])
def corrections(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """All items at once; « Enregistrer » keeps what is done so far, « Envoyer » ends the suspension."""
    opened = open_own(request, case_id)
    if opened.view.record.corrections is None:
        return redirect("cases:follow", case_id)
    if request.method == "POST" and "retirer" in request.POST:
        return _remove(request, case_id, opened.view)
    blocks = _blocks(request, opened.view)
    note = NoteForm(request.POST or None, label="Message au service", required=False)
    if request.method == "POST":
        answer = _save(request, case_id, blocks, note)
        if answer:
            return answer
        opened = queries.own_case(case_id, principal_of(request))
        if opened.view.record.corrections is None:
            return redirect("cases:follow", case_id)
        blocks = _blocks(request, opened.view, blocks)
    context = {
        "case": opened.case,
        "view": opened.view,
        "asked": opened.view.record.corrections,
        "blocks": blocks,
        "forms": [form for b in blocks for form in (b.form, b.same) if form],
        "note": note,
        "stamp": Stamp.fresh(opened.view.version),
        **whose(request, opened.case),
    }
    return render(request, "cases/corrections.html", context)


def _blocks(request: HttpRequest, view: CaseView, shown: Sequence[Block] = ()) -> list[Block]:
    """One block a page of questions or a piece; those already `shown` keep what was typed in them."""
    kept = {(b.item.kind, b.item.page or b.item.key): b for b in shown}
    blocks: dict[tuple[str, str], Block] = {}
    for item in rules.items_now(view):
        place = (item.kind, item.page or item.key)
        if place in blocks:
            continue
        before = kept.get(place)
        # What the answers just sent call for was not on the page: its questions are still to be asked.
        form = before.form if before else _form(request, view, item, sent=not shown)
        blocks[place] = Block(item, form, _files(view, item), before.same if before else None)
    return list(blocks.values())


def _form(request: HttpRequest, view: CaseView, item: Item, *, sent: bool) -> Any:
    data, files = (request.POST or None, request.FILES or None) if sent else (None, None)
    if item.kind == "piece":
        # A file already kept in this round need not be sent again.
        return piece_form(offered_piece(view, item.key), f"{item.key}-")(data, files, required=False)
    page = asking.find_page(view.definition, item.page)
    assert page is not None
    return page_form(page, view.definition, view.record.answers)(data)


def _files(view: CaseView, item: Item) -> list[dict[str, Any]]:
    if item.kind != "piece":
        return []
    return [file_row(f, offered_piece(view, item.key)) for f in view.record.pieces.get(item.key, ())]


def _save(request: HttpRequest, case_id: UUID, blocks: list[Block], note: NoteForm) -> HttpResponse | None:
    """Keep every block that is right; the answer to give when all are, else None to show the page again."""
    stamp = Stamp.sent(request)
    kept = [_save_block(request, case_id, block, stamp) for block in blocks]
    if not (note.is_valid() and all(kept)):
        return None
    if "envoyer" not in request.POST:
        return redirect("cases:corrections", case_id)
    words = note.cleaned_data["note"]
    done = attempt(
        note,
        # The blocks just kept were checked against the page's version: what is sent is what they made.
        lambda: actions.send_corrections(
            case_id, principal_of(request), words, request_key=stamp.for_part("envoi")["request_key"]
        ),
    )
    return redirect("cases:follow", case_id) if done else None


def _save_block(request: HttpRequest, case_id: UUID, block: Block, stamp: Stamp) -> bool:
    form = block.form
    if not form.is_valid():
        return False
    if not block.is_answer:
        return keep_files(request, case_id, form.piece, form, stamp)
    page = block.item.page
    if not block.item.treated and _says_the_same(form):
        if "envoyer" not in request.POST:
            return True  # not corrected yet
        block.same = SameAnswerForm(request.POST, page=page, label=block.item.label)
        if not block.same.is_valid():
            return False
    return (
        attempt(
            form,
            lambda: actions.answer(
                case_id, principal_of(request), page, form.cleaned_data, **stamp.for_part(page)
            ),
        )
        is not None
    )


def _says_the_same(form: Any) -> bool:
    """Whether a page of questions comes back with the answers it was made with."""
    return all(form.known.get(key) == value for key, value in form.cleaned_data.items())


def _remove(request: HttpRequest, case_id: UUID, view: CaseView) -> HttpResponse:
    piece, _, file = request.POST.get("retirer", "").partition(":")
    if file in {f.file for f in view.record.pieces.get(piece, ())}:
        actions.remove_piece(case_id, principal_of(request), piece, file)
    return redirect("cases:corrections", case_id)
