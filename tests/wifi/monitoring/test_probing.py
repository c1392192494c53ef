"""Echo requests through real sockets, and what is made of their answers."""

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.monitoring import probing
from smartsenegal.wifi.monitoring.actions.looking import look
from smartsenegal.wifi.monitoring.actions.probes import addresses, take_probes
from smartsenegal.wifi.monitoring.models import GatewayState, State
from smartsenegal.wifi.monitoring.probing import Echo, checksum, ping
from smartsenegal.wifi.network.models import Hotspot, Nas
from tests.wifi.monitoring.conftest import at

allowed = pytest.mark.skipif(
    probing._open(socket.AF_INET) is None, reason="this machine lets nobody send an echo request"
)


@allowed
def test_this_machine_answers_itself_and_nobody_answers_for_a_documentation_address() -> None:
    wanted = ["127.0.0.1", "192.0.2.77"]
    if probing._open(socket.AF_INET6) is not None and socket.has_ipv6:
        wanted.append("::1")
    found = asyncio.run(ping(wanted, count=3, gap=0.02, wait=0.5))
    assert found["192.0.2.77"] == Echo(1.0, None)
    assert found["127.0.0.1"].loss == 0
    for echo in (e for a, e in found.items() if a in ("127.0.0.1", "::1") and e.rtt_ms is not None):
        assert echo.loss == 0


@given(st.binary(max_size=64))
def test_a_message_with_its_checksum_sums_to_nothing(data: bytes) -> None:
    even = data + b"\0" * (len(data) % 2)
    assert checksum(even + checksum(even).to_bytes(2, "big")) == 0


@pytest.mark.django_db
def test_a_gateway_that_never_answered_is_not_slow_and_one_that_stopped_is(
    nas: Nas, hotspot: Hotspot
) -> None:
    asked = addresses()
    assert asked == {nas.pk: "192.0.2.1"}
    take_probes(asked, {"192.0.2.1": Echo(1.0, None)}, at())
    assert GatewayState.objects.get().loss is None
    take_probes(asked, {"192.0.2.1": Echo(0.0, 31.0)}, at())
    found = GatewayState.objects.get()
    assert (found.loss, found.rtt_ms) == (0.0, 31.0)
    take_probes(asked, {"192.0.2.1": Echo(0.4, 32.0)}, at())
    for seconds in (0, 100, 200):
        look(at(seconds))
    state = State.objects.get(hotspot=hotspot.pk)
    assert (state.health, state.why) == ("slow", "40\u00a0% des paquets se perdent vers la passerelle.")


@pytest.mark.django_db
def test_a_gateway_known_by_a_prefix_is_not_probed(nas: Nas) -> None:
    Nas.objects.update(network="192.0.2.0/24")
    assert addresses() == {}
