from typing import Any

import pytest


@pytest.fixture
def ring(db: None) -> Any:
    """Three nodes and what is sold between two of them."""
    from tests.cable.capacity.ring import build

    return build()
