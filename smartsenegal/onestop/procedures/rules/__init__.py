"""Decisions on procedures: what is asked, what is due, who is competent. Pure: no database, no clock, no
Django."""

from smartsenegal.onestop.procedures.rules.asking import (
    Competence,
    MissingAnswer,
    commune_code,
    competence,
    competent_commune,
    find_page,
    ineligible,
    is_complete,
    missing_answers,
    missing_pieces,
    next_condition,
    next_page,
    offered_pieces,
    party_refused,
    position,
    previous_page,
    relevant,
    required_pieces,
    visible_fields,
    visible_pages,
)
from smartsenegal.onestop.procedures.rules.conditions import as_date, holds, is_answered, value_at
from smartsenegal.onestop.procedures.rules.money import (
    FeeLine,
    LocalAmount,
    Price,
    amount_on,
    fees_assessed,
    fees_due,
    in_range,
    is_local,
    local_amounts,
    price,
    total,
)
from smartsenegal.onestop.procedures.rules.typography import polish
from smartsenegal.onestop.procedures.rules.validation import validate
from smartsenegal.onestop.procedures.rules.wording import (
    ABSENT,
    ACT_NAMES,
    SummaryRow,
    act_values,
    birthplace,
    delay_words,
    display,
    fill,
    full_name,
    known_placeholders,
    summary_rows,
)

__all__ = [
    "ABSENT", "ACT_NAMES", "Competence", "FeeLine", "LocalAmount", "MissingAnswer", "Price", "SummaryRow",
    "act_values", "amount_on", "as_date", "birthplace", "commune_code", "competence", "competent_commune",
    "delay_words", "display", "fees_assessed", "fees_due", "fill", "find_page", "full_name", "holds",
    "in_range", "ineligible", "is_answered", "is_complete", "is_local", "known_placeholders", "local_amounts",
    "missing_answers", "missing_pieces", "next_condition", "next_page", "offered_pieces", "party_refused",
    "polish", "position", "previous_page", "price", "relevant", "required_pieces", "summary_rows", "total",
    "validate", "value_at", "visible_fields", "visible_pages",
]  # fmt: skip
