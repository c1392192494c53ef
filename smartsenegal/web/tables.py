"""Rows of the agents' lists, drawn in Python: as templates they cost more than all the rest of their page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from smartsenegal.lib import dates
from smartsenegal.web import rules

Row = Mapping[str, Any]


def queue_rows(rows: Iterable[Row], today: date, kind: str = "") -> SafeString:
    """Lines of a queue.

    A row has id, reference, title, procedure, due_on, suspended, waits, badges [(words, tone)], submitted_at,
    seen, open_url, selected. `kind` is "" for a list that follows its changes, "plain" for one that does not,
    "changed" for the templates of lines that take the place of those a page already shows.
    """
    if kind == "changed":
        drawn = [f"<template>{_queue_row(row, today, _SWAPPED, _MARK)}</template>" for row in rows]
    elif kind == "plain":
        drawn = [_queue_row(row, today) for row in rows]
    else:
        drawn = [_queue_row(row, today, seen=_SEEN.format(escape(row["seen"]))) for row in rows]
    return mark_safe("".join(drawn))  # noqa: S308 - escaped below


_DETAIL = (
    ' hx-trigger="ss:select" hx-target=".ss-detail" hx-select=".ss-detail > *"'
    ' hx-sync="closest table:replace"'
)
_SELECTED = ' ss-table__row--selected" data-selected'
_SWAPPED = ' ss-table__row--changed" hx-swap-oob="true"'
_MARK = ' <span class="ss-table__mark">modifié</span>'
_SEEN = '<input type="hidden" name="vu" value="{}">'


def _queue_row(row: Row, today: date, state: str = "", mark: str = "", seen: str = "") -> str:
    url = escape(row["open_url"])
    state = state or (_SELECTED if row["selected"] else '"')
    badges = "".join(f" {chip(*badge)}" for badge in row["badges"])
    return (
        f'<tr id="dossier-{row["id"]}" class="ss-table__row{state} hx-get="{url}volet/"{_DETAIL}>'
        f"{_head(row, url, mark)}<td>{escape(row['procedure'])}</td>"
        f"<td>{due(row['due_on'], today, row['suspended'])}</td><td>{escape(row['waits'])}{badges}</td>"
        f"<td>{_day(row['submitted_at'])}{seen}</td></tr>"
    )


def found_rows(rows: Iterable[Row], today: date) -> SafeString:
    """Lines of a search: those of a queue, with the state of each case."""
    return mark_safe("".join(_found_row(row, today) for row in rows))  # noqa: S308 - escaped below


def _found_row(row: Row, today: date) -> str:
    deposited = row["submitted_at"]
    return (
        f'<tr class="ss-table__row">{_head(row, escape(row["open_url"]))}<td>{escape(row["procedure"])}</td>'
        f"<td>{escape(row['state'])}</td><td>{due(row['due_on'], today, row['suspended'])}</td>"
        f"<td>{dates.format_date(deposited) if deposited else ''}</td></tr>"
    )


def _head(row: Row, url: str, mark: str = "") -> str:
    return (
        f'<th scope="row"><a class="ss-table__link" href="{url}">{escape(row["reference"])}</a>{mark}'
        f'<span class="ss-table__sub">{escape(row["title"])}</span></th>'
    )


def _day(day: date | None) -> str:
    return dates.format_short(day) if day else ""


@lru_cache(maxsize=512)
def chip(words: str, tone: str) -> SafeString:
    """A state in words on its colour. Raises ValueError for a tone that is not one of `rules.TONES`."""
    if tone not in rules.TONES:
        raise ValueError(f"Unknown tone {tone!r}: one of {', '.join(rules.TONES)}")
    return mark_safe(f'<span class="ss-chip ss-chip--{tone}">{escape(words)}</span>')  # noqa: S308 - escaped


@lru_cache(maxsize=2048)
def due(day: date | None, today: date, suspended: bool) -> SafeString:
    """Chip of a legal delay, or nothing."""
    found = rules.due_chip(day, today, suspended=suspended)
    if found is None:
        return SafeString("")
    return mark_safe(  # noqa: S308 - our own words
        f'<span class="ss-chip ss-chip--{found.tone}"><span aria-hidden="true">{escape(found.text)}</span>'
        f'<span class="ss-visually-hidden">{escape(found.spoken)}</span></span>'
    )
