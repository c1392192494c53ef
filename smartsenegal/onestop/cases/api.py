"""Cases: the only face of `cases`."""

from smartsenegal.onestop.cases import figures
from smartsenegal.onestop.cases.access import Scope, may_read, scope_of
from smartsenegal.onestop.cases.actions import (
    Done,
    add_piece,
    answer,
    assign,
    note,
    open_draft,
    propose,
    remove_piece,
    request_corrections,
    return_proposal,
    send_corrections,
    sign,
    submit,
    take,
    withdraw,
)
from smartsenegal.onestop.cases.errors import CaseRefused, FilingRefused, StaleCase
from smartsenegal.onestop.cases.models import Case, CaseAction
from smartsenegal.onestop.cases.queries import (
    Opened,
    agent_case,
    for_system,
    of_applicant,
    own_case,
    rail_counts,
)
from smartsenegal.onestop.cases.rules import Asked, CaseView

__all__ = [
    "Asked", "Case", "CaseAction", "CaseRefused", "CaseView", "Done", "FilingRefused", "Opened", "Scope",
    "StaleCase", "add_piece", "agent_case", "answer", "assign", "figures", "for_system", "may_read", "note",
    "of_applicant", "open_draft", "own_case", "propose", "rail_counts", "remove_piece", "request_corrections",
    "return_proposal", "scope_of", "send_corrections", "sign", "submit", "take", "withdraw",
]  # fmt: skip
