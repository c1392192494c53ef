"""Keys derived for the Wi-Fi, what is kept of its passwords, and under which name a device is known."""

import hmac
from functools import lru_cache

from django.conf import settings

from smartsenegal.kernel import vault


def installation_key(purpose: str) -> bytes:
    """A key of 32 octets for one use of the Wi-Fi; it is the installation's, whatever the rotations."""
    return _key(str(settings.SECRETS_DIR), purpose)


def verifier(password: str) -> bytes:
    """What `Credential.verifier` holds: HMAC-SHA256. The platform made the password, 80 bits and more."""
    return hmac.digest(installation_key("password"), password.encode(), "sha256")


def login_of_mac(address: str) -> str:
    """Under which login a credential of the kind `mac` is stored. `address`: its 12 hexadecimal digits."""
    return hmac.digest(installation_key("mac"), address.encode(), "sha256").hex()


def seal_password(realm: int, login: str, password: str) -> bytes:
    """What `Credential.sealed` holds, for methods that need the password itself."""
    return vault.keyring().seal_field(password.encode(), _place(realm, login))


def open_password(realm: int, login: str, sealed: bytes) -> str:
    """The password. Raises lib.crypto.DecryptionFailed when it was altered or is another credential's."""
    return vault.keyring().open_field(sealed, _place(realm, login)).decode()


def _place(realm: int, login: str) -> bytes:
    return b"wifi_access.credential.sealed:%d:%s" % (realm, login.encode())


@lru_cache(maxsize=32)
def _key(directory: str, purpose: str) -> bytes:
    # The directory is part of the question: another installation has other keys.
    return bytes.fromhex(vault.keyring().blind_index(purpose, "wifi.access key v1"))
