"""Models are imported inside the fixtures: this file is read before Django is set up."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from smartsenegal.kernel.payments.models import Payable
    from tests.kernel.payments.operator import Operator, Relay


@pytest.fixture
def make_payable() -> Callable[..., "Payable"]:
    from smartsenegal.kernel.payments import actions
    from tests.kernel.payments.people import LINES, PAYER

    def make(key: str = "case:1:fees", lines: Any = LINES) -> "Payable":
        return actions.open_payable(key, "case:1", lines, PAYER.account_id or "", "Extrait de naissance")

    return make


@pytest.fixture
def payable(db: None, make_payable: Callable[..., "Payable"]) -> "Payable":
    return make_payable()


@pytest.fixture
def relay() -> "Iterator[Relay]":
    from tests.kernel.payments.operator import Relay

    server = Relay()
    yield server
    server.close()


@pytest.fixture
def operator(
    tmp_path: Path, relay: "Relay", settings: Any, monkeypatch: pytest.MonkeyPatch
) -> "Iterator[Operator]":
    from smartsenegal.kernel.payments.contrib import wave
    from tests.kernel.payments.operator import KEY, SECRET, Operator

    process = Operator(tmp_path, relay.url)
    settings.WAVE_API_URL = process.url
    settings.WAVE_API_KEY, settings.WAVE_WEBHOOK_SECRET = KEY, SECRET
    monkeypatch.setattr(wave, "TIMEOUT", httpx.Timeout(3, connect=2))
    yield process
    process.close()


@pytest.fixture
def mobile_relay() -> "Iterator[Relay]":
    from tests.kernel.payments.operator import Relay

    server = Relay("mobile")
    yield server
    server.close()


@pytest.fixture
def mobile(
    tmp_path: Path, mobile_relay: "Relay", settings: Any, monkeypatch: pytest.MonkeyPatch
) -> "Iterator[Operator]":
    """The demonstration's mobile-money operator."""
    from smartsenegal.kernel.payments.contrib import gsma
    from tests.kernel.payments.operator import KEY, SECRET, Operator

    process = Operator(tmp_path, mobile_relay.url, "mobile")
    settings.MOBILE_MONEY_URL, settings.MOBILE_MONEY_CALLBACK_URL = process.url, mobile_relay.url
    settings.MOBILE_MONEY_KEY, settings.MOBILE_MONEY_CALLBACK_KEY = KEY, SECRET
    settings.MOBILE_MONEY_PHONE_URL = process.url + "/payer/"
    settings.PAYMENT_PROVIDERS = ["till", "wave", "mobile"]
    monkeypatch.setattr(gsma, "TIMEOUT", httpx.Timeout(3, connect=2))
    yield process
    process.close()
