"""The HTTP API in this process: the OpenAPI document, and those who use it. One world a module: its tests
roll back what they do."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contract.citizen import Citizen


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test() -> None:
    """The world of a module keeps its files in one folder."""


@pytest.fixture(scope="module")
def citizen(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Citizen"]:
    """A person of the small country of the cases, signed in, with a draft that has all it needs, and the
    system of the court that has another request of theirs."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, transaction
    from django.test import override_settings

    from tests.contract.citizen import make_citizen

    folder = tmp_path_factory.mktemp("files")
    limits = override_settings(FILES_DIR=folder, API_CALLS_A_MINUTE=10**9)
    with django_db_blocker.unblock(), limits, transaction.atomic():
        made = make_citizen()
        # A real request ends by dropping a connection whose transaction is open: here it is the test's own.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        yield made
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def api(citizen: "Citizen", django_db_blocker: Any) -> Any:
    """The document as a client loads it."""
    with django_db_blocker.unblock():
        return citizen.document()
