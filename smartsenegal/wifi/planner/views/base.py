"""What the pages of the planner share."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.wifi.planner import queries
from smartsenegal.wifi.planner.calibration import Calibration, calibrate

# How far back the measures of a point are asked for.
MEASURED = timedelta(days=28)


def measuring(by: Principal) -> dict[str, Any]:
    """What a form needs to take the measures of a point that `by` sees, up to the last whole hour."""
    until = timezone.now().replace(minute=0, second=0, microsecond=0)

    def measure(number: int) -> Calibration:
        return calibrate(queries.sample(number, until - MEASURED, until))

    named = {hotspot.pk: hotspot.site.name for hotspot in queries.hotspots(by)}
    return {"measurable": named, "measure": measure}


def reader(request: HttpRequest) -> Principal:
    """Who asks, if they may read some hotspot; raises PermissionRefused."""
    by: Principal = request.principal  # type: ignore[attr-defined]
    if not by.may(queries.READ):
        raise PermissionRefused("La planification est ouverte aux ingénieurs du réseau Wi-Fi.")
    return by
