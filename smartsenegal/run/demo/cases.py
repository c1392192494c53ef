"""Requests of the sample country, in each state, made through the same actions as a person's.

They give a queue to look at on the first morning. Fees are taken in cash by the demonstration's cashier, and
what the worker would do in the background is done here between two stages.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from smartsenegal import lib
from smartsenegal.kernel.identity.api import Principal, create_account, find_account, principal_for, system
from smartsenegal.kernel.payments import api as payments
from smartsenegal.lib.phones import parse_phone
from smartsenegal.onestop.cases import api as cases
from smartsenegal.onestop.procedures import api as procedures
from smartsenegal.run.worker import worker_app

RESIDENCE, RECORD = "certificat-residence", "casier-judiciaire-b3"
FLOAT = 20_000  # what the drawer holds in the morning, in F CFA
_FONT = Path(lib.__file__).parent / "fonts" / "Inter-Regular.ttf"


@dataclass(frozen=True)
class Request:
    """One person's request, and how far it has gone."""

    name: str
    phone: str
    born: str
    procedure: str
    until: str  # draft | unpaid | filed | corrections | proposed | refused | issued


REQUESTS = (
    Request("Astou Faye", "77 300 00 01", "12 4 1988", RESIDENCE, "filed"),
    Request("Cheikh Mbaye", "77 300 00 02", "3 9 1975", RECORD, "filed"),
    Request("Ndèye Coumba Thiam", "77 300 00 03", "21 1 2001", RECORD, "filed"),
    Request("Modou Kane", "77 300 00 04", "30 6 1992", RESIDENCE, "corrections"),
    Request("Ramatoulaye Diallo", "77 300 00 05", "8 12 1999", RECORD, "corrections"),
    Request("Pape Sy", "77 300 00 06", "17 7 1968", RESIDENCE, "proposed"),
    Request("Sokhna Niang", "77 300 00 07", "2 2 1983", RECORD, "proposed"),
    Request("El Hadji Diouf", "77 300 00 08", "25 5 1990", RECORD, "refused"),
    Request("Bineta Camara", "77 300 00 09", "14 10 1979", RESIDENCE, "issued"),
    Request("Serigne Touré", "77 300 00 10", "6 3 1996", RECORD, "issued"),
    Request("Yacine Lô", "77 300 00 11", "19 8 2003", RESIDENCE, "unpaid"),
    Request("Omar Mané", "77 300 00 12", "11 11 1985", RECORD, "draft"),
)
_STAGES = ("draft", "unpaid", "filed", "corrections", "proposed", "refused", "issued")
# What the invented people type; what a procedure does not ask is left out.
_TYPED: Mapping[str, Mapping[str, str]] = {
    "identity": {"birth_country": "SN", "birth_commune": "Thiès Nord"},
    "adresse": {"commune": "Thiès Nord", "line": "Quartier Randoulène"},
}


def load_requests(officer: Principal, signatory: Principal, cashier: Principal) -> None:
    """Make the requests once; does nothing when the first applicant exists."""
    if find_account(REQUESTS[0].phone) is not None:
        return
    filed = [(request, *_file(request)) for request in REQUESTS]
    _background()
    _pay([case for request, case, _ in filed if _past(request, "filed")], cashier)
    _background()
    for request, case, _person in filed:
        _instruct(request, case, officer, signatory)
    _background()


def _past(request: Request, stage: str) -> bool:
    return _STAGES.index(request.until) >= _STAGES.index(stage)


def _file(request: Request) -> tuple[cases.Case, Principal]:
    account = create_account(
        system("démonstration"), name=request.name, phone=parse_phone(request.phone), verified=True
    )
    person = principal_for(account)
    case = cases.open_draft(person, request.procedure)
    definition = procedures.definition_of(case.revision_id)
    answers: dict[str, Any] = {}
    for page in procedures.rules.visible_pages(definition, answers):
        given = _answers(page, definition, answers, request)
        cases.answer(case.pk, person, page.key, given)
        answers |= given
    if _past(request, "unpaid"):
        for piece in procedures.rules.required_pieces(definition, answers):
            _give(case, person, piece, request)
        cases.submit(case.pk, person)
    return case, person


def _answers(
    page: procedures.Page, definition: procedures.Definition, known: Mapping[str, Any], request: Request
) -> dict[str, Any]:
    first, _, last = request.name.rpartition(" ")
    own = {"first_names": first, "last_name": last, "birth_date": request.born}
    typed = {
        f"{f.key}-{part}": value
        for f in page.fields
        for part, value in {**(own if f.type == "identity" else {}), **_TYPED.get(f.key, {})}.items()
    }
    form = procedures.page_form(page, definition, known)(typed)
    if not form.is_valid():
        raise ValueError(f"the sample's answers to {page.key} are refused: {form.errors.as_json()}")
    return {k: v for k, v in form.cleaned_data.items() if v is not None}


def _give(case: cases.Case, person: Principal, piece: procedures.Piece, request: Request) -> None:
    option = piece.one_of[0].value if piece.one_of else ""
    issued = timezone.localdate() - timedelta(days=20) if piece.valid_months else None
    picture = io.BytesIO(_picture(piece.label, request.name))
    cases.add_piece(
        case.pk, person, piece.key, picture, filename=f"{piece.key}.jpg", option=option, issued_on=issued
    )


def _picture(title: str, name: str) -> bytes:
    """A picture that says what it stands for: no real document is imitated."""
    image = Image.new("RGB", (1000, 640), (246, 244, 238))
    draw = ImageDraw.Draw(image)
    draw.rectangle((24, 24, 976, 616), outline=(0, 113, 58), width=4)
    draw.text((60, 70), title, (22, 33, 27), ImageFont.truetype(_FONT, 34))
    draw.text((60, 150), name, (22, 33, 27), ImageFont.truetype(_FONT, 44))
    draw.text((60, 540), "Pièce inventée pour la démonstration", (74, 88, 80), ImageFont.truetype(_FONT, 28))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=80)
    return stream.getvalue()


def _pay(paid: list[cases.Case], cashier: Principal) -> None:
    till = payments.open_session(str(cashier.account_id)) or payments.open_till(cashier, FLOAT)
    taken = 0
    for case in paid:
        payable = payments.payable_for(f"case:{case.pk}:fees")
        if payable is not None and payable.is_open:
            payments.take_cash(till.pk, payable, payable.amount, cashier)
            taken += payable.amount
    payments.close_till(till.pk, till.opening_count + taken, cashier)


def _instruct(request: Request, case: cases.Case, officer: Principal, signatory: Principal) -> None:
    if request.until in {"draft", "unpaid", "filed"}:
        return
    cases.take(case.pk, officer)
    if request.until == "corrections":
        _ask(case, officer)
        return
    definition = procedures.definition_of(case.revision_id)
    if request.until == "refused":
        reasons = [definition.reasons[0].key]
        cases.propose(case.pk, officer, "refused", reasons=reasons, text="La copie donnée est illisible.")
    else:
        cases.propose(case.pk, officer, "granted", fields=_decision(definition))
    if request.until != "proposed":
        cases.sign(case.pk, signatory)


def _decision(definition: procedures.Definition) -> dict[str, Any]:
    return {f.key: f.options[0].value for f in definition.decision_fields if f.options and not f.when}


def _ask(case: cases.Case, officer: Principal) -> None:
    piece = procedures.definition_of(case.revision_id).pieces[0]
    asked = [
        cases.Asked("piece", piece.key, "unreadable", "La photographie est floue : reprenez-la à la lumière.")
    ]
    cases.request_corrections(case.pk, officer, asked, timezone.localdate() + timedelta(days=10))


def _background() -> None:
    """Do what the worker does, until nothing is left to do now."""
    with worker_app() as worker:
        worker.run_worker(wait=False, concurrency=1, delete_jobs="successful", install_signal_handlers=False)
