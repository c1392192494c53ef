"""Fixtures of cases. Models are imported late: Django is not set up yet when this file is read."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from smartsenegal.onestop.cases.models import Case
    from tests.onestop.cases.world import World


@pytest.fixture
def world(db: Any) -> "World":
    """The small country of `world.py`."""
    from tests.onestop.cases.world import make_world

    return make_world()


@pytest.fixture
def draft(world: "World") -> "Case":
    """A draft with everything it needs."""
    from tests.onestop.cases.world import fill

    return fill(world)


@pytest.fixture
def filed(world: "World", draft: "Case") -> "Case":
    """A case without fees, in the hands of the court of Thiès."""
    from smartsenegal.onestop.cases import actions

    return actions.submit(draft.pk, world.awa).case


@pytest.fixture
def proposed(world: "World", filed: "Case") -> "Case":
    """A case that waits for its signature."""
    from smartsenegal.onestop.cases import actions

    return actions.propose(filed.pk, world.moussa, "granted", fields={"mention": "Néant"}).case


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pages keep for some seconds is not read again in this test, wherever a minute turns."""
    from smartsenegal.onestop.cases import calendar
    from smartsenegal.onestop.cases.views import queue

    calendar.forget_calendar()
    queue._procedures.cache_clear()
    for keeper in (calendar, queue):
        monkeypatch.setattr(keeper, "KEPT_SECONDS", 10**9)
