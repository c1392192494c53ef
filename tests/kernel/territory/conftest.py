import pytest


@pytest.fixture
def country(db: None) -> None:
    """The whole reference territory."""
    from tests import reference

    reference.load("territory")
