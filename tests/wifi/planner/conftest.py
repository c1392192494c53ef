"""A plan that was kept for an event of three hours."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.wifi.network.conftest import country, engineer, hotspot, network  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from smartsenegal.wifi.network.models import Hotspot
    from smartsenegal.wifi.planner.models import Plan

START, END = datetime(2026, 11, 20, 18, tzinfo=UTC), datetime(2026, 11, 20, 21, tzinfo=UTC)


@pytest.fixture
def answers() -> dict[str, Any]:
    """The form as it opens, for a small crowd."""
    from smartsenegal.wifi.planner.forms import PlanForm

    return {name: field.initial for name, field in PlanForm.base_fields.items()} | {
        "people": 100, "arrivals": 40,
    }  # fmt: skip


@pytest.fixture
def kept(engineer: Callable[..., Any], hotspot: "Hotspot", answers: dict[str, Any]) -> "Plan":  # noqa: F811
    from smartsenegal.wifi.planner import actions, rules
    from smartsenegal.wifi.planner.forms import PlanForm

    form = PlanForm(answers)
    assert form.is_valid()
    result = rules.frozen(*form.results(), form.cleaned_data["points"])
    return actions.keep(
        engineer(), name="Gamou", hotspots=[hotspot], starts_at=START, ends_at=END,
        answers=form.cleaned_data, result=result,
    )  # fmt: skip
