"""Procedures and their revisions: the only face of `procedures`.

`definition` and `rules` hold no database: those who must stay pure may import these two directly.
"""

from smartsenegal.onestop.procedures import rules
from smartsenegal.onestop.procedures.actions import may_manage
from smartsenegal.onestop.procedures.actions_reviews import give_review
from smartsenegal.onestop.procedures.definition import (
    Act,
    Authority,
    Definition,
    Delay,
    Fee,
    Field,
    Option,
    Page,
    Piece,
    Reason,
    Step,
)
from smartsenegal.onestop.procedures.errors import ProcedureRefused
from smartsenegal.onestop.procedures.fields import CleanText
from smartsenegal.onestop.procedures.files import FileRefused, from_json, from_yaml, to_json, to_yaml
from smartsenegal.onestop.procedures.forms import (
    PageForm,
    check_answers,
    check_decision,
    decision_form,
    make_form,
    page_form,
)
from smartsenegal.onestop.procedures.measures import Measured, register_measure
from smartsenegal.onestop.procedures.models import LifeEvent, Procedure, Revision, Theme
from smartsenegal.onestop.procedures.queries import (
    Entry,
    bundle,
    definition_of,
    entries,
    is_known,
    life_event,
    life_events,
    published_revision,
    search,
    sheet,
    themes,
)
from smartsenegal.onestop.procedures.queries_reviews import review_of
from smartsenegal.onestop.procedures.queries_tariffs import local_amounts
from smartsenegal.onestop.procedures.rules.reviews import LONGEST_COMMENT, MARKS

__all__ = [
    "LONGEST_COMMENT", "MARKS", "Act", "Authority", "CleanText", "Definition", "Delay", "Entry", "Fee",
    "Field", "FileRefused", "LifeEvent", "Measured", "Option", "Page", "PageForm", "Piece", "Procedure",
    "ProcedureRefused", "Reason", "Revision", "Step", "Theme", "bundle", "check_answers",
    "check_decision", "decision_form", "definition_of", "entries", "from_json", "from_yaml",
    "give_review", "is_known", "life_event", "life_events", "local_amounts", "make_form", "may_manage",
    "page_form", "published_revision", "register_measure", "review_of", "rules", "search", "sheet",
    "themes", "to_json", "to_yaml",
]  # fmt: skip
