"""The installation's keys, loaded once a process and again when their directory changes."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

from django.conf import settings

from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import Keyring
from smartsenegal.lib.trust import Trust

T = TypeVar("T")

_lock = Lock()
_rings: dict[Path, tuple[tuple[int, ...], Keyring]] = {}
_authorities: dict[Path, tuple[tuple[int, ...], Authority]] = {}
_resealers: dict[str, Callable[[], int]] = {}


def keyring() -> Keyring:
    """The ring of master keys in `<secrets>/keyring`. Raises KeyringRefused when it is missing or damaged.

    A rotation made by another process is seen at the next call.
    """
    return _loaded(_rings, _secrets() / "keyring", Keyring.load)


def authority() -> Authority:
    """What signs acts, seals and heads of the journal: `<secrets>/authority`. Raises as `keyring`."""
    ring = keyring()
    return _loaded(_authorities, _secrets() / "authority", lambda path: Authority.load(path, ring))


def trust() -> Trust:
    """What anyone needs to check our signatures: root certificate and public keys of seals."""
    return authority().trust


def register_resealer(what: str, batch: Callable[[], int]) -> None:
    """After a rotation, call `batch` until it returns 0: it seals again some rows that are under an old key.

    `what` names the rows in French, for the operator. Each call is a transaction of its own.
    """
    _resealers[what] = batch


def resealers() -> dict[str, Callable[[], int]]:
    """What the modules registered, by name."""
    return dict(_resealers)


def _secrets() -> Path:
    return Path(settings.SECRETS_DIR)


def _loaded(cache: dict[Path, tuple[tuple[int, ...], T]], directory: Path, load: Callable[[Path], T]) -> T:
    state = _state(directory)
    with _lock:
        known = cache.get(directory)
        if known is None or known[0] != state:
            known = cache[directory] = (state, load(directory))
        return known[1]


def _state(directory: Path) -> tuple[int, ...]:
    # Every change renames a new file over the old one, which the directory's own time tells.
    if not directory.exists():
        return ()
    stat = directory.stat()
    return (stat.st_ino, stat.st_mtime_ns)
