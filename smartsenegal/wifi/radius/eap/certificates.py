"""The certificates of the Wi-Fi: a small authority of its own, our server's certificate, those of devices.

A device that joins trusts this one authority for the Wi-Fi and nothing else: a public one would let whoever
holds any of its certificates pass for us (RFC 5216, section 5.3). It is made at first start, beside the
authority of the acts, whose root certifies signers only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from smartsenegal.lib.crypto import Keyring, new_private_directory, write_private

ORGANISATION = "Smart Sénégal"
RENEW_BEFORE = timedelta(days=30)
WARN_BEFORE = timedelta(days=14)

_ROOT_LIFE = timedelta(days=365 * 20)
# Apple refuses server certificates of more than 825 days, even under an authority the person added.
_SERVER_LIFE = timedelta(days=397)
_DEVICE_LIFE = timedelta(days=365 * 3)
_CLOCK_SKEW = timedelta(minutes=10)


@dataclass(frozen=True)
class ServerCredential:
    """What the server shows: its certificate, those above it but not the root, and its private key."""

    chain: tuple[x509.Certificate, ...]
    key: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True)
class Expiry:
    """When a certificate ends. `sentence` is what an operator is told, in French."""

    what: str
    ends: datetime
    days_left: int

    @property
    def sentence(self) -> str:
        """One sentence, with what to do when it is near."""
        day = self.ends.strftime("%d/%m/%Y")
        if self.days_left < 0:
            return f"{self.what} est échu depuis le {day}\u00a0: aucun appareil ne peut se connecter."
        if self.days_left < WARN_BEFORE.days:
            return f"{self.what} échoit le {day}\u00a0: redémarrez la plateforme pour le renouveler."
        return f"{self.what} est valable jusqu’au {day}."


class WifiAuthority:
    """The authority of the Wi-Fi in a directory: `root.pem`, `server.pem` and their sealed keys."""

    def __init__(self, directory: Path, keyring: Keyring) -> None:
        self._directory = directory
        self._keyring = keyring
        self.root = _read_certificate(directory / "root.pem")
        self.server_certificate = _read_certificate(directory / "server.pem")

    @classmethod
    def ensure(
        cls, directory: str | Path, *, keyring: Keyring, server_name: str, now: datetime | None = None
    ) -> Self:
        """The authority of that directory, made when there is none, its server's certificate renewed if due.

        `server_name` is the name that devices are told to expect, as `radius.example.sn`; another name than
        before gives a new certificate. Raises as `Keyring` for keys that are altered or cannot be read.
        """
        moment = now or datetime.now(UTC)
        place = Path(directory)
        if not (place / "server.pem").exists():
            _make(place, keyring, server_name, moment)
        authority = cls(place, keyring)
        near = authority.server_certificate.not_valid_after_utc - moment < RENEW_BEFORE
        if near or authority.server_names() != [server_name] or not authority._server_is_whole():
            authority.renew_server(server_name, moment)
        return authority

    def server(self) -> ServerCredential:
        """What `Config.server` takes. Raises DecryptionFailed when the key was altered."""
        return ServerCredential((self.server_certificate,), self._key("server"))

    def server_names(self) -> list[str]:
        """The names in the server's certificate."""
        return _alternative(self.server_certificate).get_values_for_type(x509.DNSName)

    def root_pem(self) -> str:
        """The root, for people to install in their device's Wi-Fi profile."""
        return self.root.public_bytes(Encoding.PEM).decode()

    def renew_server(self, server_name: str, now: datetime) -> None:
        """A new key and certificate of the server; devices notice nothing, since the root is the same."""
        root = self._key("root")
        _store_server(self._directory, self._keyring, self.root, root, server_name, now)
        self.server_certificate = _read_certificate(self._directory / "server.pem")

    def issue_device(
        self, identity: str, *, life: timedelta = _DEVICE_LIFE, now: datetime | None = None
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """A certificate for EAP-TLS and its private key, which is kept nowhere: give it to the device.

        `identity` (`name@realm`) stands in the alternative name (RFC 5216, section 5.2), the way
        `identities_in` reads it back. Raises ValueError for one that is no such address in ASCII.
        """
        if not identity.isascii() or not re.fullmatch(r"[^@\s]+@[^@\s]+", identity):
            raise ValueError("A certificate's identity is name@realm, in ASCII")
        key = _new_key()
        start = (now or datetime.now(UTC)) - _CLOCK_SKEW
        names = x509.SubjectAlternativeName([x509.RFC822Name(identity)])
        builder = _leaf(self.root, key, "Appareil", start, life, ExtendedKeyUsageOID.CLIENT_AUTH, names)
        return builder.sign(self._key("root"), hashes.SHA256()), key

    def issue_peer(
        self, name: str, *, life: timedelta = _SERVER_LIFE, now: datetime | None = None
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """A certificate by which a RADIUS gateway or server of that name connects by RadSec (RFC 6614 §2.3),
        and its key, which is kept nowhere."""
        key = _new_key()
        start = (now or datetime.now(UTC)) - _CLOCK_SKEW
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = _leaf(self.root, key, name, start, life, ExtendedKeyUsageOID.CLIENT_AUTH, names)
        return builder.sign(self._key("root"), hashes.SHA256()), key

    def expiries(self, now: datetime | None = None) -> list[Expiry]:
        """When the root and the server's certificate end, the nearest first."""
        moment = now or datetime.now(UTC)
        ends = [
            ("Le certificat du serveur Wi-Fi", self.server_certificate.not_valid_after_utc),
            ("L’autorité du Wi-Fi", self.root.not_valid_after_utc),
        ]
        return [
            Expiry(what, end, (end - moment).days) for what, end in sorted(ends, key=lambda pair: pair[1])
        ]

    def reseal(self) -> None:
        """Seal the private keys again under the active master key, after a rotation of the ring."""
        for file in self._directory.glob("*.key"):
            clear = self._keyring.open_field(file.read_bytes(), _aad(file.stem))
            write_private(file, self._keyring.seal_field(clear, _aad(file.stem)))

    def _server_is_whole(self) -> bool:
        # A crash in the middle of a renewal leaves the new key with the old certificate.
        return self.server_certificate.public_key() == self._key("server").public_key()

    def _key(self, name: str) -> ec.EllipticCurvePrivateKey:
        sealed = (self._directory / f"{name}.key").read_bytes()
        key = load_der_private_key(self._keyring.open_field(sealed, _aad(name)), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key


def identities_in(certificate: x509.Certificate) -> list[str]:
    """The identities in a device's certificate, in lower case: the RFC 822 names of its alternative name."""
    return [name.lower() for name in _alternative(certificate).get_values_for_type(x509.RFC822Name)]


def is_current(certificate: x509.Certificate, now: float) -> bool:
    """Whether an epoch second falls within its dates: a session may outlive the certificate it began with."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return begins.timestamp() <= now < ends.timestamp()


# --- making -----------------------------------------------------------------------


def _make(place: Path, keyring: Keyring, server_name: str, now: datetime) -> None:
    with new_private_directory(place) as directory:
        key = _new_key()
        start = now - _CLOCK_SKEW
        name = _name("Autorité du Wi-Fi")
        builder = _begun(name, name, key, start, start + _ROOT_LIFE)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        root = builder.add_extension(_usage(certifies=True), critical=True).sign(key, hashes.SHA256())
        _store_key(directory, keyring, "root", key)
        write_private(directory / "root.pem", root.public_bytes(Encoding.PEM))
        _store_server(directory, keyring, root, key, server_name, now)


def _store_server(
    directory: Path,
    keyring: Keyring,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    server_name: str,
    now: datetime,
) -> None:
    key = _new_key()
    names = x509.SubjectAlternativeName([x509.DNSName(server_name)])
    start, usage = now - _CLOCK_SKEW, ExtendedKeyUsageOID.SERVER_AUTH
    certificate = _leaf(root, key, server_name, start, _SERVER_LIFE, usage, names).sign(
        root_key, hashes.SHA256()
    )
    _store_key(directory, keyring, "server", key)
    write_private(directory / "server.pem", certificate.public_bytes(Encoding.PEM))


def _leaf(
    root: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    common_name: str,
    start: datetime,
    life: timedelta,
    usage: x509.ObjectIdentifier,
    names: x509.SubjectAlternativeName,
) -> x509.CertificateBuilder:
    end = min(start + life, root.not_valid_after_utc)
    above = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _begun(_name(common_name), root.subject, key, start, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certifies=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(names, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above), critical=False)
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    parts = (
        (NameOID.COUNTRY_NAME, "SN"),
        (NameOID.ORGANIZATION_NAME, ORGANISATION),
        (NameOID.COMMON_NAME, common_name[:64]),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _usage(*, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(certificate: x509.Certificate) -> x509.SubjectAlternativeName:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return x509.SubjectAlternativeName(())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as a file for a device, in clear."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def chain_pem(certificates: Sequence[x509.Certificate]) -> bytes:
    """Certificates as a file."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _store_key(directory: Path, keyring: Keyring, name: str, key: ec.EllipticCurvePrivateKey) -> None:
    clear = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    write_private(directory / f"{name}.key", keyring.seal_field(clear, _aad(name)))


def _read_certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _aad(name: str) -> bytes:
    return b"smartsenegal wifi authority key " + re.sub(r"[^a-z]", "", name).encode()
