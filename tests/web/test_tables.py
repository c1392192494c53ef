"""Rows of the agents' lists: what they say, and that nothing in them is markup."""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.template import Context, Template

from smartsenegal.web import tables

TODAY = date(2026, 11, 24)


def row(**changes: Any) -> dict[str, Any]:
    return {
        "id": UUID(int=7),
        "reference": "CJ-2026-000007",
        "title": "Awa Ndiaye",
        "procedure": "Casier judiciaire",
        "state": "À instruire",
        "due_on": date(2026, 11, 20),
        "suspended": False,
        "waits": "Instruction",
        "badges": [("Corrigé", "green")],
        "submitted_at": datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
        "seen": "7:3",
        "open_url": "/dossiers/7/instruction/",
        "selected": False,
    } | changes


def words(drawn: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", drawn)).replace("\u00a0", " ")


@pytest.mark.parametrize("kind", ["", "plain", "changed"])
def test_a_row_says_all_there_is(kind: str) -> None:
    drawn = Template("{% queue_rows rows today kind %}").render(
        Context({"rows": [row()], "today": TODAY, "kind": kind})
    )
    for expected in (
        "CJ-2026-000007",
        "Awa Ndiaye",
        "Casier judiciaire",
        "4 j de retard",
        "Corrigé",
        "2 nov.",
    ):
        assert expected in words(drawn)
    assert ('name="vu" value="7:3"' in drawn) == (kind == "")
    assert ("modifié" in drawn) == ('hx-swap-oob="true"' in drawn) == (kind == "changed")
    assert drawn.startswith("<template><tr" if kind == "changed" else "<tr")


def test_the_selected_row_is_marked() -> None:
    drawn = tables.queue_rows([row(selected=True), row()], TODAY)
    assert drawn.count("ss-table__row--selected") == drawn.count("data-selected") == 1


@pytest.mark.parametrize("draw", [tables.queue_rows, tables.found_rows])
def test_nothing_of_a_case_is_markup(draw: Any) -> None:
    hostile = "<b onclick='x'>&\""
    texts = dict.fromkeys(("reference", "title", "procedure", "state", "waits", "open_url", "seen"), hostile)
    drawn = draw([row(**texts, badges=[(hostile, "red")])], TODAY)
    assert "<b" not in drawn
    assert "&lt;b onclick=&#x27;x&#x27;&gt;&amp;" in drawn


def test_a_found_row_tells_its_state_and_an_unknown_date_is_nothing() -> None:
    drawn = words(tables.found_rows([row(submitted_at=None, due_on=None)], TODAY))
    assert "À instruire" in drawn
    assert "None" not in drawn + words(tables.queue_rows([row(submitted_at=None, due_on=None)], TODAY))


def test_a_tone_that_does_not_exist_is_a_mistake_of_the_page() -> None:
    with pytest.raises(ValueError, match="Unknown tone"):
        tables.chip("Oui", "violet")
