"""One supervisor, or one restoration, at a time on a data directory."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold `<data>/supervisor.lock` for the time of the block, and for no longer than this process lives.

    Raises SystemExit with a sentence when another process holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "supervisor.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(
                f"Une instance utilise déjà {data}. Arrêtez-la, ou donnez un autre dossier avec "
                "SMARTSENEGAL_DATA et un autre port avec SMARTSENEGAL_PORT."
            ) from None
        yield
