"""The keys that sign what other services receive: made at the first need, followed by others, forgotten.

And what this module seals, sealed again after a rotation of the master key.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection, transaction
from django.db.models import BinaryField, F, Func
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.models import Identifier, SigningKey
from smartsenegal.kernel.identity.queries.identifiers import place_of
from smartsenegal.kernel.identity.queries.keys import place_of_key
from smartsenegal.kernel.identity.rules import KEY_SHOWN_AFTER, next_key

_BITS = 3072
_BATCH = 500
_SECRETS = ("secret", "seed")  # what allauth seals of a second factor
FACTOR_PLACE = b"mfa.authenticator"  # where a sealed secret of a second factor belongs


@transaction.atomic
def rotate_signing_keys(now: datetime | None = None) -> SigningKey | None:
    """Make the key that is due and forget those that are past; returns the new one, None when none is due."""
    now = now or timezone.now()
    with connection.cursor() as cursor:
        # Two processes at a first start make one key.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('identity.signing_keys'))")
    latest = SigningKey.objects.order_by("-not_before").first()
    SigningKey.objects.filter(expires_at__lt=now).delete()
    starts = next_key(latest.not_before if latest else None, now)
    if starts is None:
        return None
    SigningKey.objects.filter(expires_at=None).update(expires_at=starts + KEY_SHOWN_AFTER)
    key = SigningKey(not_before=starts)
    key.sealed = vault.keyring().seal_field(new_pem(), place_of_key(key))
    key.save(force_insert=True)
    audit.record(
        audit.SYSTEM, "identity.key_made", f"signing_key:{key.pk}", {"not_before": starts.isoformat()}
    )
    return key


def new_pem() -> bytes:
    """A new RSA private key, in clear (PEM, PKCS #8)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@transaction.atomic
def reseal_signing_keys() -> int:
    """Seal under the present master key the signing keys that are under an old one; returns how many."""
    ring = vault.keyring()
    count = 0
    for key in SigningKey.objects.select_for_update():
        if ring.field_kid(bytes(key.sealed)) != ring.active:
            place = place_of_key(key)
            key.sealed = ring.seal_field(ring.open_field(bytes(key.sealed), place), place)
            key.save(update_fields=["sealed"])
            count += 1
    return count


@transaction.atomic
def reseal_identifiers() -> int:
    """Seal again a batch of the persons' numbers that are under an old master key; returns how many."""
    ring = vault.keyring()
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    named = Identifier.objects.annotate(
        kid=Func(F("sealed"), 2, 4, function="substring", output_field=BinaryField())
    )
    old = named.exclude(kid=bytes.fromhex(ring.active)).select_for_update(of=("self",), skip_locked=True)
    batch = list(old.select_related("account")[:_BATCH])
    for identifier in batch:
        place = place_of(identifier.account, identifier.kind)
        identifier.sealed = ring.seal_field(ring.open_field(bytes(identifier.sealed), place), place)
    Identifier.objects.bulk_update(batch, ["sealed"])
    return len(batch)


@transaction.atomic
def reseal_second_factors() -> int:
    """Seal again the secrets of second factors that are under an old master key; returns how many."""
    count = 0
    for factor in Authenticator.objects.select_for_update().exclude(type="webauthn").order_by("id"):
        data = {n: _resealed(v) if n in _SECRETS else v for n, v in factor.data.items()}
        if data != factor.data:
            factor.data = data
            factor.save(update_fields=["data"])
            count += 1
    return count


def _resealed(value: str) -> str:
    ring, sealed = vault.keyring(), bytes.fromhex(value)
    if ring.field_kid(sealed) == ring.active:
        return value
    return ring.seal_field(ring.open_field(sealed, FACTOR_PLACE), FACTOR_PLACE).hex()
