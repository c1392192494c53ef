import pytest


@pytest.fixture
def country(db: None) -> None:
    """The whole reference territory and its sites."""
    from tests import reference

    reference.load("territory", "sites")
