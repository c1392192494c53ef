"""The demonstration authority, made at first start: what signs acts and seals until a real one is plugged in.

Its certificates follow RFC 5280; the one that signs documents bears the key purpose of RFC 9336, the one that
stamps time that of RFC 3161. Private keys are PKCS #8, sealed under the key ring, never in clear on the disk.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from smartsenegal.lib.crypto import Keyring, new_private_directory, write_private
from smartsenegal.lib.trust import SealKey, Trust, kid_of, raw_public

ORGANISATION = "Smart Sénégal – démonstration"

_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # id-kp-documentSigning, RFC 9336
_ROOT_LIFE = timedelta(days=365 * 30)
_TIMESTAMP_LIFE = timedelta(days=365 * 25)
_SIGNER_LIFE = timedelta(days=365 * 5)
_SEAL_LIFE = timedelta(days=365 * 5)
# A checker whose clock is a little late must not refuse an act of the first minute.
_CLOCK_SKEW = timedelta(minutes=10)


@dataclass(frozen=True)
class Credential:
    """A certificate and its private key (P-256)."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def is_whole(self) -> bool:
        """Whether the certificate is that of the key."""
        return self.certificate.public_key() == self.key.public_key()

    def certificate_der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)

    def key_der(self) -> bytes:
        """The private key in PKCS #8 DER, in clear: for the signing library only, never to be written."""
        return _private_der(self.key)


class Authority:
    """A root that certifies a signer and a time stamper, and the Ed25519 keys of the seals.

    `signer` and `timestamper` are what `pdf.sign` uses; `seal_key` and `seal_kid` what `seal.make_seal` uses.
    """

    def __init__(self, directory: Path, keyring: Keyring) -> None:
        self._directory = directory
        self._keyring = keyring
        self.root = _load_certificate(directory / "root.pem")
        self.signer = self._credential("signer")
        self.timestamper = self._credential("timestamper")
        self._load_seal_keys()

    @classmethod
    def create(
        cls,
        directory: str | Path,
        *,
        keyring: Keyring,
        country: str = "SN",
        organisation: str = ORGANISATION,
        now: datetime | None = None,
    ) -> Self:
        """Make the authority in a new directory. Raises FileExistsError when it is there already."""
        start = (now or datetime.now(UTC)) - _CLOCK_SKEW
        with new_private_directory(Path(directory)) as place:
            root = _make_root(country, organisation, start)
            _store(place, keyring, "root", root)
            _store(place, keyring, "signer", _make_signer(root, start))
            _store(place, keyring, "timestamper", _make_timestamper(root, start))
            _add_seal_key(place, keyring, start)
        return cls.load(directory, keyring)

    @classmethod
    def load(cls, directory: str | Path, keyring: Keyring) -> Self:
        """The authority of that directory. Raises FileNotFoundError, or DecryptionFailed for altered keys."""
        authority = cls(Path(directory), keyring)
        if not authority.signer.is_whole():
            # A crash in the middle of a renewal left the new key with the old certificate.
            authority.renew_signer()
        return authority

    @property
    def trust(self) -> Trust:
        """What checkers need; holds nothing secret."""
        return Trust(self.root.public_bytes(Encoding.PEM).decode(), dict(self._seal_keys))

    def trust_bundle(self) -> str:
        """`trust` as the public JSON that a checker downloads once."""
        return self.trust.to_json()

    def renew_signer(self, now: datetime | None = None) -> None:
        """Replace the signing key and certificate; acts already signed stay valid."""
        root = self._credential("root")
        signer = _make_signer(root, (now or datetime.now(UTC)) - _CLOCK_SKEW)
        _store(self._directory, self._keyring, "signer", signer)
        self.signer = signer

    def rotate_seal_key(self, now: datetime | None = None) -> str:
        """Make a new seal key, used from now on; returns its kid. Seals already made stay valid."""
        _add_seal_key(self._directory, self._keyring, (now or datetime.now(UTC)) - _CLOCK_SKEW)
        self._load_seal_keys()
        return self.seal_kid

    def reseal(self) -> None:
        """Seal the private keys again under the active master key, after a rotation of the ring."""
        for file in self._directory.glob("*.key"):
            clear = self._keyring.open_field(file.read_bytes(), _aad(file.stem))
            write_private(file, self._keyring.seal_field(clear, _aad(file.stem)))

    def _load_seal_keys(self) -> None:
        self._seal_keys = _read_seal_keys(self._directory)
        self.seal_kid = max(self._seal_keys.values(), key=lambda key: key.not_before).kid
        key = self._load_key(f"seal-{self.seal_kid}")
        assert isinstance(key, Ed25519PrivateKey)
        self.seal_key = key

    def _credential(self, name: str) -> Credential:
        key = self._load_key(name)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return Credential(_load_certificate(self._directory / f"{name}.pem"), key)

    def _load_key(self, name: str) -> object:
        sealed = (self._directory / f"{name}.key").read_bytes()
        return load_der_private_key(self._keyring.open_field(sealed, _aad(name)), password=None)


# --- certificates -----------------------------------------------------------------


def _make_root(country: str, organisation: str, start: datetime) -> Credential:
    key = _p256()
    name = _name(country, organisation, "Autorité racine")
    builder = _builder(name, name, key, start, _ROOT_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(certificates=True), critical=True)
    return Credential(builder.sign(key, hashes.SHA256()), key)


def _p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _make_signer(root: Credential, start: datetime) -> Credential:
    usage = x509.ExtendedKeyUsage([_DOCUMENT_SIGNING])
    return _issue(root, "Signature des actes", start, _SIGNER_LIFE, usage)


def _make_timestamper(root: Credential, start: datetime) -> Credential:
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return _issue(root, "Horodatage", start, _TIMESTAMP_LIFE, usage)


def _issue(
    root: Credential,
    common_name: str,
    start: datetime,
    life: timedelta,
    usage: x509.ExtendedKeyUsage,
) -> Credential:
    key = _p256()
    issuer = root.certificate.subject
    country, organisation = (
        str(issuer.get_attributes_for_oid(oid)[0].value)
        for oid in (NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME)
    )
    life = min(life, root.certificate.not_valid_after_utc - start)
    builder = _builder(_name(country, organisation, common_name), issuer, key, start, life)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(certificates=False), critical=True)
    # RFC 3161, section 2.3: the purpose of a time stamper must be critical.
    builder = builder.add_extension(usage, critical=ExtendedKeyUsageOID.TIME_STAMPING in usage)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()), critical=False
    )
    return Credential(builder.sign(root.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    start: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(country: str, organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


# --- files ------------------------------------------------------------------------


def _store(place: Path, keyring: Keyring, name: str, credential: Credential) -> None:
    # The certificate last: a crash between the two is seen and mended by `load`.
    write_private(place / f"{name}.key", keyring.seal_field(credential.key_der(), _aad(name)))
    write_private(place / f"{name}.pem", credential.certificate.public_bytes(Encoding.PEM))


def _add_seal_key(place: Path, keyring: Keyring, start: datetime) -> None:
    key = Ed25519PrivateKey.generate()
    public = raw_public(key.public_key())
    kid = kid_of(public)
    write_private(place / f"seal-{kid}.key", keyring.seal_field(_private_der(key), _aad(f"seal-{kid}")))
    keys = _read_seal_keys(place) if (place / "seals.json").exists() else {}
    keys[kid] = SealKey(kid, public, start, start + _SEAL_LIFE)
    _write_seal_keys(place, keys.values())


def _write_seal_keys(place: Path, keys: Iterable[SealKey]) -> None:
    plain = [
        {
            "public": key.public.hex(),
            "not_before": key.not_before.isoformat(),
            "not_after": key.not_after.isoformat(),
        }
        for key in keys
    ]
    write_private(place / "seals.json", json.dumps(plain, indent=2).encode())


def _read_seal_keys(place: Path) -> dict[str, SealKey]:
    found = {}
    for plain in json.loads((place / "seals.json").read_text("utf-8")):
        public = bytes.fromhex(plain["public"])
        start, end = (datetime.fromisoformat(plain[name]) for name in ("not_before", "not_after"))
        found[kid_of(public)] = SealKey(kid_of(public), public, start, end)
    return found


def _load_certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _private_der(key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _aad(name: str) -> bytes:
    return b"smartsenegal authority key " + re.sub(r"[^a-z0-9-]", "", name).encode()
