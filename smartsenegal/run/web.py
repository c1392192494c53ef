"""The web process: granian serves `asgi.application` on one port."""

import os
from collections.abc import Mapping, Sequence


def main(argv: Sequence[str]) -> int:
    """Serve until stopped. Takes no argument: address and port are environment variables."""
    os.environ["SMARTSENEGAL_PROCESS"] = "web"
    from granian.constants import Interfaces, RuntimeModes
    from granian.server import Server

    from smartsenegal.run.config import Config

    config = Config.from_environment(os.environ)
    Server(
        "smartsenegal.asgi:application",
        address=config.host,
        port=config.port,
        interface=Interfaces.ASGINL,
        workers=worker_count(os.environ, len(os.sched_getaffinity(0))),
        runtime_mode=RuntimeModes.mt,
        respawn_failed_workers=True,
        backpressure=128,
        workers_kill_timeout=10,
        log_access=False,
    ).serve()
    return 0


def worker_count(environ: Mapping[str, str], cores: int) -> int:
    """Processes that serve pages: as said, else two where there are two cores.

    Python draws one page at a time in a process; the second one costs 100 MB. Raises SystemExit for what is
    not a number.
    """
    told = environ.get("SMARTSENEGAL_WORKERS", "") or str(min(2, cores))
    if not told.isdecimal() or not 0 < int(told) <= 64:
        raise SystemExit(f"SMARTSENEGAL_WORKERS : « {told} » n’est pas un nombre de processus (de 1 à 64).")
    return int(told)
