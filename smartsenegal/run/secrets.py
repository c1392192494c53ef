"""The installation's secrets, made at first start: one file each, readable by the owner alone."""

import os
import secrets
from pathlib import Path

from smartsenegal.run.config import Config

_SECRETS = (
    "django-secret-key",
    "database-password",
    "wave-api-key",
    "wave-webhook-secret",
    "mobile-api-key",
    "mobile-callback-key",
)


def write_secret(config: Config, name: str, value: str) -> None:
    """Write `<data>/secrets/<name>` so that a crash leaves the old file or the new one, never a half."""
    directory = config.data / "secrets"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / name
    temporary = path.with_name(f".{name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def ensure_secrets(config: Config) -> None:
    """Make what is missing: Django's key, the sandbox operators' shared secrets, key ring, authority."""
    for name in _SECRETS:
        if not config.read_secret(name):
            write_secret(config, name, secrets.token_urlsafe(48))
    _ensure_keys(config.data / "secrets")


def _ensure_keys(directory: Path) -> None:
    from smartsenegal.lib.authority import Authority
    from smartsenegal.lib.crypto import Keyring

    if not (directory / "keyring").exists():
        Keyring.create(directory / "keyring")
    if not (directory / "authority").exists():
        Authority.create(directory / "authority", keyring=Keyring.load(directory / "keyring"))
