"""Files of kits that wait to be read, on the centre's disk, as they came: sealed under the key of the kit."""

from pathlib import Path

from django.conf import settings

from smartsenegal.lib.crypto import write_private


def _path(number: int) -> Path:
    return Path(settings.FILES_DIR) / "wifi-kit" / str(number)


def hold(number: int, data: bytes) -> None:
    """Keep the file of a return, whole or not at all."""
    path = _path(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, data)


def held(number: int) -> bytes | None:
    """The file of a return; None when none is held."""
    try:
        return _path(number).read_bytes()
    except FileNotFoundError:
        return None


def is_held(number: int) -> bool:
    return _path(number).exists()


def drop(number: int) -> None:
    """Forget the file of a return."""
    _path(number).unlink(missing_ok=True)
