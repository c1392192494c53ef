"""Life at the demonstration’s hotspot, by the way accounting takes: run on an instance, for its journeys."""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

DEVICES = {"a1b2c3d4": (420_000_000, 12_000_000), "0f9e8d7c": (8_000_000, 900_000), "77665544": (0, 0)}


def main() -> int:
    """Write three sessions and what the portal saw, as the data plane writes; 0 when they are there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartsenegal.settings")
    import django

    django.setup()
    from django.conf import settings

    from smartsenegal.wifi.monitoring.api import Tally
    from smartsenegal.wifi.network.api import Nas
    from smartsenegal.wifi.radius.loading import connect
    from smartsenegal.wifi.radius.writing import Writer
    from smartsenegal.wifi.sessions.api import ensure_days, fold_all, today

    ensure_days(today())
    nas = Nas.objects.filter(hotspot__site__code="wifi-demonstration", state="active").order_by("pk").first()
    assert nas is not None
    writer = Writer(Path(settings.DATA_DIR) / "life", lambda: connect(settings.FLOWS))
    for name, (down, up) in DEVICES.items():
        assert writer.write([_line(nas.pk, name, 1, 0, 0), _line(nas.pk, name, 3, up, down)]) == "database"
    writer.close()
    fold_all()
    tally = Tally()
    seen = {
        "association": 60,
        "lease": 55,
        "portal": 50,
        "accept": 30,
        "reject:volume": 9,
        "reject:secret": 3,
    }
    for stage, number in seen.items():
        tally.add(nas.hotspot_id, stage, number)
    return 0 if tally.flush() else 1


def _line(nas: int, device: str, kind: int, octets_in: int, octets_out: int) -> str:
    now = int(time.time() * 1e6)
    session = device.ljust(16, "-").encode().hex()
    words = (
        datetime.now(UTC).date(), now, now, kind, nas, rf"\\x{session}", device, r"\N", 424_242, r"\N", "",
        rf"\\x{device}", "02-00-00-00-00-01", "10.20.0.7", 60 * (kind == 3), octets_in, octets_out, r"\N",
    )  # fmt: skip
    return "\t".join(map(str, words))


if __name__ == "__main__":
    sys.exit(main())
