"""`smartsenegal wifi-cache`: serves the site's content, and follows the centre in the background."""

import argparse
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from smartsenegal.lib.text import plural
from smartsenegal.wifi.media.cache.http import Application
from smartsenegal.wifi.media.cache.store import Store
from smartsenegal.wifi.media.cache.sync import Sync

EVERY = 300.0


def main(argv: Sequence[str]) -> int:
    """Serve until stopped, or with --maintenant download once at any hour and say how it went."""
    parser = argparse.ArgumentParser(prog="smartsenegal wifi-cache", description=__doc__)
    parser.add_argument(
        "--maintenant", action="store_true", help="télécharge tout de suite, une fois, puis s’arrête"
    )
    now = parser.parse_args(argv).maintenant
    folder = _given(os.environ)["DATA"]
    if not now:
        _serve(folder)
        return 0
    sync = configured(os.environ)
    faults = sync.round(at_once=True)
    print(f"{plural(len(sync.store.shown()), 'contenu prêt', 'contenus prêts')}.", *faults, sep="\n")
    return 1 if faults else 0


def begin() -> Application:
    """What granian serves, in the process that serves it: the application, and what follows the centre."""
    sync = configured(os.environ)
    # Here and not in the parent: a thread that runs while its process forks may hold locks for ever.
    threading.Thread(target=_follow, args=(sync, _every(os.environ)), daemon=True).start()
    return Application(sync.store, os.environ.get("SMARTSENEGAL_CACHE_PORTAL", ""))


def configured(environ: Mapping[str, str]) -> Sync:
    """The dealings with the centre that the environment asks for. Raises SystemExit for what is missing."""
    given = _given(environ)
    return Sync(Store(Path(given["DATA"])), given["CENTRE"], given["TOKEN"])


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    given = {name: environ.get(f"SMARTSENEGAL_CACHE_{name}", "") for name in ("DATA", "CENTRE", "TOKEN")}
    missing = [f"SMARTSENEGAL_CACHE_{name}" for name, value in given.items() if not value]
    if missing:
        raise SystemExit(f"Réglages manquants : {', '.join(missing)}. La page du cache les donne.")
    return given


def _every(environ: Mapping[str, str]) -> float:
    """Seconds between two contacts with the centre."""
    return max(0.2, float(environ.get("SMARTSENEGAL_CACHE_EVERY", EVERY)))


def _follow(sync: Sync, every: float) -> None:
    rest = threading.Event()
    while True:
        try:
            faults = sync.round()
        except Exception as error:  # what serves must go on, and the next round may do better
            faults = [f"{type(error).__name__} : {error}"]
        for fault in faults:
            print(fault, file=sys.stderr, flush=True)
        rest.wait(every)


def _serve(folder: str) -> None:
    from granian.constants import Interfaces
    from granian.server import Server

    Path(folder).mkdir(parents=True, exist_ok=True)
    Server(
        "smartsenegal.wifi.media.cache.process:begin",
        factory=True,
        address=os.environ.get("SMARTSENEGAL_CACHE_HOST", "0.0.0.0"),  # noqa: S104 - devices of the site
        port=int(os.environ.get("SMARTSENEGAL_CACHE_PORT", "8080")),
        interface=Interfaces.ASGINL,
        workers=1,
        respawn_failed_workers=True,
        backpressure=512,
        workers_kill_timeout=5,
        log_access=False,
    ).serve()
