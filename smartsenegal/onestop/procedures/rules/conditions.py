"""Conditions on answers: small data, never code."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from smartsenegal.onestop.procedures.definition import Condition

Answers = Mapping[str, Any]

OPERATORS = ("is", "in", "less", "more", "before", "after", "answered")
GROUPS = ("all", "any", "not")


def value_at(answers: Answers, path: str) -> Any:
    """The answer at a dotted path ("identity.birth_commune"); None when there is none."""
    value: Any = answers
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def is_answered(value: Any) -> bool:
    """Whether something was answered: "no" and zero are answers, an empty text or list is none."""
    return value is not None and value not in ("", [], {})


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Whether a condition holds; no condition always does.

    A comparison with a missing answer, or between things that cannot be compared, does not hold: it
    never raises, since a published condition must be safe on any answers.
    """
    if not condition:
        return True
    if "all" in condition:
        return all(holds(c, answers) for c in condition["all"])
    if "any" in condition:
        return any(holds(c, answers) for c in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], answers)
    value = value_at(answers, str(condition.get("field", "")))
    return all(_compare(op, value, condition[op]) for op in OPERATORS if op in condition)


def _compare(operator: str, value: Any, wanted: Any) -> bool:
    if operator == "answered":
        return is_answered(value) is bool(wanted)
    if not is_answered(value):
        return False
    if operator == "is":
        return _matches(_plain(value), wanted)
    if operator == "in":
        return any(_matches(_plain(value), w) for w in wanted)
    if operator in ("less", "more"):
        return _number(value, wanted, operator)
    return _day(value, wanted, operator)


def _plain(value: Any) -> Any:
    # A commune is compared by its code.
    return value["code"] if isinstance(value, Mapping) and "code" in value else value


def _matches(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return wanted in value
    return type(value) is type(wanted) and bool(value == wanted)


def _number(value: Any, wanted: Any, operator: str) -> bool:
    if type(value) is not int or type(wanted) is not int:
        return False
    return value < wanted if operator == "less" else value > wanted


def _day(value: Any, wanted: Any, operator: str) -> bool:
    day, limit = as_date(value), as_date(wanted)
    if day is None or limit is None:
        return False
    return day < limit if operator == "before" else day > limit


def as_date(value: Any) -> date | None:
    """A date from its ISO 8601 text (or from itself); None when it is not one."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def leaves(condition: Condition | None, path: str = "") -> Iterator[Condition]:
    """Every comparison inside a condition, or only those of one field."""
    if not condition:
        return
    for inner in (*condition.get("all", ()), *condition.get("any", ())):
        yield from leaves(inner, path)
    if "not" in condition:
        yield from leaves(condition["not"], path)
    if "field" in condition and path in ("", condition["field"]):
        yield condition


def fields_of(condition: Condition | None) -> list[str]:
    """Every field path a condition reads."""
    return [str(c["field"]) for c in leaves(condition)]
