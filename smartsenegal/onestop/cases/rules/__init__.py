"""Decisions on cases: state, clock, circuit, permissions, words. Pure: no database, no clock, no Django."""

from smartsenegal.onestop.cases.rules.allowed import NOT_YOURS, Facts, allowed, conflict, offers, permitted
from smartsenegal.onestop.cases.rules.applying import apply
from smartsenegal.onestop.cases.rules.circuit import CONSULTED, OpenStep, assessed_before, consults
from smartsenegal.onestop.cases.rules.clock import Clock, Line, Suspension, due_date, reasoning
from smartsenegal.onestop.cases.rules.columns import columns, search_text
from smartsenegal.onestop.cases.rules.correcting import items_now, left_to_correct
from smartsenegal.onestop.cases.rules.deciding import (
    Asked,
    correctable,
    corrections_due,
    fault_of_amount,
    fault_of_amounts,
    fault_of_opinion,
    fault_of_proposal,
    fault_of_request,
    fees_assessed_at,
    items_of,
)
from smartsenegal.onestop.cases.rules.facts import (
    BADGES,
    FAULTS_OF_ANSWER,
    FAULTS_OF_PIECE,
    KINDS,
    OPEN,
    OUTCOMES,
    STATES,
    STATES_FOR_AGENT,
    STATES_FOR_PERSON,
    SUBSTITUTION,
    VERDICTS,
    Action,
    Corrections,
    Decision,
    FeeLine,
    Filing,
    IssuedAct,
    Item,
    Kind,
    Opinion,
    Outcome,
    PieceFile,
    Proposal,
    Refund,
    Signature,
    State,
    Verdict,
    WaitingFor,
    state_for_person,
)
from smartsenegal.onestop.cases.rules.filing import Fault, faults_of_filing, piece_fault
from smartsenegal.onestop.cases.rules.history import Entry, for_agent, for_person, step_labels
from smartsenegal.onestop.cases.rules.record import Record, replace
from smartsenegal.onestop.cases.rules.silence import Silent, in_one_sentence
from smartsenegal.onestop.cases.rules.timing import Dates, dates_in, dates_of, pack
from smartsenegal.onestop.cases.rules.view import LAST, CaseView, Task, clock_at, conclude, fold
from smartsenegal.onestop.cases.rules.way import (
    CHECK,
    Stop,
    after_piece,
    after_question,
    before_check,
    before_piece,
    before_question,
    first_gap,
    is_asked,
)

__all__ = [
    "BADGES", "CHECK", "CONSULTED", "FAULTS_OF_ANSWER", "FAULTS_OF_PIECE", "KINDS", "LAST", "NOT_YOURS",
    "OPEN", "OUTCOMES",
    "STATES", "STATES_FOR_AGENT", "STATES_FOR_PERSON", "SUBSTITUTION", "VERDICTS", "Action", "Asked",
    "CaseView", "Clock", "Corrections", "Dates", "Decision", "Entry", "Facts", "Fault", "FeeLine", "Filing",
    "IssuedAct", "Item", "Kind", "Line", "OpenStep", "Opinion", "Outcome", "PieceFile", "Proposal",
    "Record", "Refund", "Signature", "Silent", "State", "Stop", "Suspension", "Task", "Verdict", "WaitingFor",
    "after_piece", "after_question", "allowed", "apply", "assessed_before", "before_check", "before_piece",
    "before_question", "clock_at", "columns", "conclude", "conflict", "consults", "correctable",
    "corrections_due", "dates_in", "dates_of", "due_date", "fault_of_amount", "fault_of_amounts",
    "fault_of_opinion", "fault_of_proposal", "fault_of_request", "faults_of_filing", "fees_assessed_at",
    "first_gap", "fold", "for_agent", "for_person", "in_one_sentence", "is_asked", "items_now", "items_of",
    "left_to_correct", "offers", "pack", "permitted", "piece_fault", "reasoning", "replace", "search_text",
    "state_for_person", "step_labels",
]  # fmt: skip
