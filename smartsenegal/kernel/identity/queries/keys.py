"""The keys that sign what other services receive."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.models import SigningKey


@dataclass(frozen=True)
class OpenedKey:
    """A signing key in clear (PEM, PKCS #8): never stored, logged or shown."""

    pem: str
    not_before: datetime
    expires_at: datetime | None


def place_of_key(key: SigningKey) -> bytes:
    """Where a sealed signing key belongs: it opens for its own row alone."""
    return f"identity.signing_key:{key.pk}".encode()


def signing_keys() -> list[OpenedKey]:
    """Keys that are published today, the latest first; one query."""
    found = SigningKey.objects.exclude(expires_at__lt=timezone.now()).order_by("-not_before")
    ring = vault.keyring()
    return [
        OpenedKey(ring.open_field(bytes(k.sealed), place_of_key(k)).decode(), k.not_before, k.expires_at)
        for k in found
    ]
