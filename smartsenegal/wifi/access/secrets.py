"""Keys derived for the Wi-Fi, what is kept of its passwords, and under which name a device is known."""

import hmac
from functools import lru_cache
from secrets import choice

from django.conf import settings

from smartsenegal.kernel import vault


def installation_key(purpose: str) -> bytes:
    """A key of 32 octets for one use of the Wi-Fi; it is the installation's, whatever the rotations."""
    return _key(str(settings.SECRETS_DIR), purpose)


def verifier(password: str) -> bytes:
    """What `Credential.verifier` holds: HMAC-SHA256. The platform made the password, 80 bits and more."""
    return hmac.digest(installation_key("password"), password.encode(), "sha256")


def of_device(password: str, address: str) -> str:
    """What is verified of a password that one device alone may present; `address`: its 12 digits, or ""."""
    return f"{password}@{address}" if address else password


def login_of_mac(address: str) -> str:
    """Under which login a credential of the kind `mac` is stored. `address`: its 12 hexadecimal digits."""
    return hmac.digest(installation_key("mac"), address.encode(), "sha256").hex()


def ticket_device(address: str) -> bytes:
    """Under which 16 octets a device stands in a line. `address`: its 12 hexadecimal digits."""
    return hmac.digest(installation_key("line"), address.encode(), "sha256")[:16]


def holder_of(kind: str, whom: str) -> int:
    """The number under which somebody's use is counted: it names nobody who has not the key."""
    digest = hmac.digest(installation_key("portal.holder"), f"{kind}:{whom}".encode(), "sha256")
    return int.from_bytes(digest[:8], "big") >> 2


# Crockford's base 32: no I, L, O or U is ever written, and what is typed for 0 and 1 is read as meant.
VOUCHER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 50 bits. A door that lets 10,000 guesses a minute through in all, with 200,000 vouchers that are good at
# once, gives one voucher a year: 200,000 / 2**50 a guess.
VOUCHER_LENGTH = 10
_LETTERS = VOUCHER_ALPHABET.lower()
_MISREAD = str.maketrans("OIL", "011")


def new_voucher() -> str:
    """A code of VOUCHER_LENGTH characters, as `read_voucher` gives it."""
    return "".join(choice(VOUCHER_ALPHABET) for _ in range(VOUCHER_LENGTH))


def read_voucher(typed: str) -> str:
    """The code that was typed, whatever its case, blanks and dashes, O for 0, I or L for 1; "" for none."""
    found = "".join(c for c in typed.upper() if c.isalnum()).translate(_MISREAD)
    right = len(found) == VOUCHER_LENGTH and not set(found) - set(VOUCHER_ALPHABET)
    return found if right else ""


def spelt_voucher(code: str) -> str:
    """A code as it is printed: `7KQ2M-X40TB`."""
    return f"{code[:5]}-{code[5:]}"


def login_of_voucher(code: str) -> str:
    """Under which login a voucher is stored: the database holds no code. `code` is as `read_voucher` says."""
    return hmac.digest(installation_key("voucher"), code.encode(), "sha256").hex()


def seal_codes(batch: int, codes: list[str]) -> bytes:
    """What `VoucherBatch.codes` holds while its sheets may be printed."""
    return vault.keyring().seal_field(" ".join(codes).encode(), _place_of_batch(batch))


def open_codes(batch: int, sealed: bytes) -> list[str]:
    """The codes of a batch. Raises lib.crypto.DecryptionFailed when they were altered."""
    return vault.keyring().open_field(sealed, _place_of_batch(batch)).decode().split()


def _place_of_batch(batch: int) -> bytes:
    return b"wifi_access.voucher_batch.codes:%d" % batch


def seal_roster(roster: int, made: list[tuple[str, str]]) -> bytes:
    """What `Roster.sealed` holds until its file is taken: logins and passwords, neither with a blank."""
    told = "\n".join(f"{login} {password}" for login, password in made)
    return vault.keyring().seal_field(told.encode(), _place_of_roster(roster))


def open_roster(roster: int, sealed: bytes) -> list[tuple[str, str]]:
    """The logins and passwords of a list. Raises lib.crypto.DecryptionFailed when they were altered."""
    told = vault.keyring().open_field(sealed, _place_of_roster(roster)).decode()
    return [(login, password) for login, _, password in (line.partition(" ") for line in told.splitlines())]


def _place_of_roster(roster: int) -> bytes:
    return b"wifi_access.roster.sealed:%d" % roster


def new_password() -> str:
    """A password of 100 bits, `7kq2m-x40tb-…`; the dashes are part of it."""
    return "-".join(letters(5) for _ in range(4))


def letters(count: int) -> str:
    """So many letters and digits that nobody mistakes for one another, by chance."""
    return "".join(choice(_LETTERS) for _ in range(count))


def seal_password(realm: int, login: str, password: str) -> bytes:
    """What `Credential.sealed` holds, for methods that need the password itself."""
    return vault.keyring().seal_field(password.encode(), _place(realm, login))


def open_password(realm: int, login: str, sealed: bytes) -> str:
    """The password. Raises lib.crypto.DecryptionFailed when it was altered or is another credential's."""
    return vault.keyring().open_field(sealed, _place(realm, login)).decode()


def seal_home_secret(realm: int, address: str, secret: bytes) -> bytes:
    """What `HomeServer.secret` holds: what is shared with the server of that address, for that realm."""
    return vault.keyring().seal_field(secret, _place_of_home(realm, address))


def open_home_secret(realm: int, address: str, sealed: bytes) -> bytes:
    """The secret itself. Raises lib.crypto.DecryptionFailed when it was altered or is another server's."""
    return vault.keyring().open_field(sealed, _place_of_home(realm, address))


def _place_of_home(realm: int, address: str) -> bytes:
    return b"wifi_access.home_server.secret:%d:%s" % (realm, address.encode())


def _place(realm: int, login: str) -> bytes:
    return b"wifi_access.credential.sealed:%d:%s" % (realm, login.encode())


@lru_cache(maxsize=32)
def _key(directory: str, purpose: str) -> bytes:
    # The directory is part of the question: another installation has other keys.
    return bytes.fromhex(vault.keyring().blind_index(purpose, "wifi.access key v1"))
