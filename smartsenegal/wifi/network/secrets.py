"""The secrets shared with the gateways, sealed by the keys of the installation."""

from smartsenegal.kernel import vault


def seal_secret(code: str, secret: bytes) -> bytes:
    """What `Nas.secret` holds for the gateway of that code."""
    return vault.keyring().seal_field(secret, _place(code))


def open_secret(code: str, sealed: bytes) -> bytes:
    """The secret itself. Raises lib.crypto.DecryptionFailed when it was altered or is another gateway's."""
    return vault.keyring().open_field(sealed, _place(code))


def _place(code: str) -> bytes:
    return b"wifi_network.nas.secret:" + code.encode()
