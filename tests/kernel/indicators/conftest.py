from collections.abc import Iterator

import pytest

from smartsenegal.kernel.indicators import registry


@pytest.fixture(autouse=True)
def series_of_the_tests() -> Iterator[None]:
    saved = dict(registry._series)
    registry.register_series(
        "test.filed",
        "Demandes déposées",
        "demandes",
        {"region": "Région", "procedure": "Démarche"},
        public=True,
    )
    registry.register_series("test.private", "Interne", "demandes")
    yield
    registry._series.clear()
    registry._series.update(saved)
