"""The probes of gateways: whom to ask, and what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from smartsenegal.wifi.monitoring.models import GatewayState
from smartsenegal.wifi.monitoring.probing import Echo
from smartsenegal.wifi.network.api import Nas, spelt_network


def addresses() -> dict[int, str]:
    """The address of each gateway in service that has one of its own, by gateway."""
    rows = Nas.objects.filter(state="active", hotspot__isnull=False)
    found = {nas.pk: nas.coa_address or spelt_network(nas.network) for nas in rows}
    return {nas: address for nas, address in found.items() if address and "/" not in address}


def take_probes(of: Mapping[int, str], found: Mapping[str, Echo], now: datetime) -> None:
    """Write what came back. One that never answered may well refuse to: that is not known, and not lost."""
    with transaction.atomic(using=settings.FLOWS):
        GatewayState.objects.bulk_create([GatewayState(nas=nas) for nas in sorted(of)], ignore_conflicts=True)
        states = list(GatewayState.objects.select_for_update().filter(nas__in=of).order_by("nas"))
        for state in states:
            echo = found.get(of[state.nas])
            if echo is not None and echo.rtt_ms is not None:
                state.answered_at = now
            known = echo is not None and state.answered_at is not None
            state.probed_at = now
            state.loss = echo.loss if echo and known else None
            state.rtt_ms = echo.rtt_ms if echo and known else None
        GatewayState.objects.bulk_update(states, ["answered_at", "probed_at", "loss", "rtt_ms"])
