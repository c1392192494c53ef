"""Secrets at rest: a ring of master keys, streams and fields sealed with AES-256-GCM, blind indexes.

Every message gets a key of its own, derived from the master key and a random salt by HKDF-SHA256 (RFC 5869).
So no nonce is ever used twice under one key, however many messages a nation writes (NIST SP 800-38D limits a
key with random nonces to 2^32).
"""

import contextlib
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_SIZE = 32
CHUNK = 64 * 1024
"""Clear bytes in each piece of a stream."""

_TAG = 16
_SALT = 24
_KID = 8
# Each derived key serves one message, hence the constant nonce.
_NONCE = bytes(12)


class DecryptionFailed(Exception):
    """The bytes were altered, cut, or sealed with another key or for another use."""


class KeyringRefused(Exception):
    """The key directory cannot be used; `str(error)` says why and how to mend it, in French."""


def random_key() -> bytes:
    """A fresh 256-bit key from the system's secure generator."""
    return secrets.token_bytes(KEY_SIZE)


def derive(key: bytes, info: bytes, salt: bytes = b"") -> bytes:
    """A 256-bit key for one use, by HKDF-SHA256 (RFC 5869); `info` names the use."""
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=salt or None, info=info).derive(key)


def _seal(key: bytes, info: bytes, data: bytes, aad: bytes) -> bytes:
    salt = secrets.token_bytes(_SALT)
    return salt + AESGCM(derive(key, info, salt)).encrypt(_NONCE, data, aad)


def _open(key: bytes, info: bytes, blob: bytes, aad: bytes) -> bytes:
    if len(blob) < _SALT + _TAG:
        raise DecryptionFailed("The sealed bytes are too short")
    salt, sealed = blob[:_SALT], blob[_SALT:]
    try:
        return AESGCM(derive(key, info, salt)).decrypt(_NONCE, sealed, aad)
    except InvalidTag:
        raise DecryptionFailed("The sealed bytes were altered or sealed for another use") from None


# --- files of keys ----------------------------------------------------------------


def write_private(path: Path, data: bytes) -> None:
    """Write a file of the owner alone (0600): after a crash it is whole, in its old or its new content."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


@contextlib.contextmanager
def new_private_directory(path: Path) -> Iterator[Path]:
    """A directory (0700) to fill, which takes its name only once whole: a crash leaves none half made.

    Raises FileExistsError when something has that name already.
    """
    if path.exists():
        raise FileExistsError(f"{path} already exists")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as outer:
        inner = Path(outer) / "new"
        inner.mkdir(mode=0o700)
        yield inner
        inner.rename(path)
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise KeyringRefused(f"La clé {path.name} manque\u00a0: remettez-la depuis une sauvegarde.") from None
    if mode & 0o077:
        raise KeyringRefused(
            f"La clé {path.name} est lisible par d’autres comptes\u00a0: chmod 600 sur ce fichier."
        )
    if len(key) != KEY_SIZE:
        raise KeyringRefused(f"La clé {path.name} est abîmée\u00a0: remettez-la depuis une sauvegarde.")
    return key


def _name_of(key: bytes) -> str:
    return derive(key, b"smartsenegal key name v1")[: _KID // 2].hex()


# --- the ring ---------------------------------------------------------------------


@dataclass(frozen=True)
class Wrapped:
    """A data key sealed under the master key named `kid`."""

    kid: str
    blob: bytes


class Keyring:
    """256-bit master keys in a directory: one active, the older ones kept for what they sealed.

    `<kid>.key` holds a key, `active` names the one that seals, `index.key` is the key of the blind indexes,
    which never changes. Keys made by another process meanwhile are found when first met. Loading and reading
    raise KeyringRefused for a key that is missing, damaged, or readable by others.
    """

    def __init__(self, path: Path, keys: dict[str, bytes], active: str, index_key: bytes) -> None:
        self._path = path
        self._keys = keys
        self._index_key = index_key
        self.active = active

    @classmethod
    def create(cls, path: str | Path) -> Self:
        """Make the directory with a first master key. Raises FileExistsError when it is there already."""
        with new_private_directory(Path(path)) as directory:
            key = random_key()
            write_private(directory / f"{_name_of(key)}.key", key)
            write_private(directory / "index.key", random_key())
            write_private(directory / "active", _name_of(key).encode())
        return cls.load(path)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The ring of that directory."""
        directory = Path(path)
        try:
            active = (directory / "active").read_text("ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            raise KeyringRefused(
                f"Le trousseau de clés {directory} manque ou est abîmé\u00a0: "
                "remettez-le depuis une sauvegarde."
            ) from None
        ring = cls(directory, {}, active, _read_key(directory / "index.key"))
        for file in directory.glob("*.key"):
            if file.stem != "index":
                ring._master(file.stem)
        ring._master(active)
        return ring

    @property
    def kids(self) -> frozenset[str]:
        """Names of the master keys known, the active one among them."""
        return frozenset(self._keys)

    def rotate(self) -> str:
        """Make a new master key, active from now on; returns its name. What is sealed stays readable."""
        key = random_key()
        kid = _name_of(key)
        # The key before its mention: a crash between the two leaves an unused key, never a lost one.
        write_private(self._path / f"{kid}.key", key)
        write_private(self._path / "active", kid.encode())
        self._keys[kid] = key
        self.active = kid
        return kid

    def forget(self, kid: str) -> None:
        """Destroy an old master key: all that is still sealed under it becomes unreadable for ever.

        Raises ValueError for the active key.
        """
        if kid == self.active or kid == (self._path / "active").read_text("ascii").strip():
            raise ValueError("The active key cannot be destroyed: rotate first")
        (self._path / f"{kid}.key").unlink(missing_ok=True)
        _sync_directory(self._path)
        self._keys.pop(kid, None)

    def wrap(self, data_key: bytes) -> Wrapped:
        """Seal a data key under the active master key."""
        return Wrapped(self.active, _seal(self._master(self.active), b"smartsenegal wrap v1", data_key, b""))

    def unwrap(self, wrapped: Wrapped) -> bytes:
        """The data key. Raises DecryptionFailed when it was altered, KeyringRefused for an unknown key."""
        return _open(self._master(wrapped.kid), b"smartsenegal wrap v1", wrapped.blob, b"")

    def rewrap(self, wrapped: Wrapped) -> Wrapped:
        """The same data key under the active master key; the files it encrypts need not be touched."""
        return wrapped if wrapped.kid == self.active else self.wrap(self.unwrap(wrapped))

    def seal_field(self, data: bytes, aad: bytes) -> bytes:
        """Seal a database field; `aad` says where it belongs (table, row) and must be given to open it.

        The result is 45 bytes longer: version, name of the key, salt and tag.
        """
        header = b"\x01" + bytes.fromhex(self.active)
        return header + _seal(self._master(self.active), b"smartsenegal field v1", data, header + aad)

    def open_field(self, blob: bytes, aad: bytes) -> bytes:
        """The field sealed by `seal_field`. Raises DecryptionFailed, or KeyringRefused for an unknown key."""
        blob = bytes(blob)
        header, sealed = blob[:5], blob[5:]
        if len(header) < 5 or header[0] != 1:
            raise DecryptionFailed("This is no sealed field")
        return _open(self._master(header[1:].hex()), b"smartsenegal field v1", sealed, header + aad)

    def field_kid(self, blob: bytes) -> str:
        """Name of the master key a field is sealed under, to find those to seal again after a rotation."""
        return bytes(blob[1:5]).hex()

    def blind_index(self, value: str, purpose: str) -> str:
        """A keyed fingerprint to search a sealed value by: HMAC-SHA256 (RFC 2104), 64 hexadecimal characters.

        Equal for equal values of one purpose, unrelated between purposes, unchanged by rotations. Normalise
        the value first. Whoever holds `index.key` can try values: it is as secret as the master keys.
        """
        key = derive(self._index_key, b"smartsenegal blind index v1 " + purpose.encode())
        return hmac.digest(key, value.encode(), "sha256").hex()

    def _master(self, kid: str) -> bytes:
        if kid not in self._keys:
            if not re.fullmatch(rf"[0-9a-f]{{{_KID}}}", kid):
                raise KeyringRefused("Le nom de la clé est abîmé\u00a0: remettez le trousseau sauvegardé.")
            key = _read_key(self._path / f"{kid}.key")
            if _name_of(key) != kid:
                raise KeyringRefused(f"La clé {kid} est abîmée\u00a0: remettez-la depuis une sauvegarde.")
            self._keys[kid] = key
        return self._keys[kid]


# --- streams ----------------------------------------------------------------------
#
# header: "SSE" 0x01 | salt (24 bytes); then pieces of 64 KiB, each followed by its 16-byte tag.
# nonce of a piece: 7 zero bytes | number of the piece (4 bytes) | 1 for the last piece, otherwise 0.
# This is the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, 2015): a piece altered, moved,
# swapped, dropped or added, and a stream cut short, are all refused.

_MAGIC = b"SSE\x01"
_HEADER = len(_MAGIC) + _SALT


def sealed_size(size: int) -> int:
    """Bytes of the encrypted stream of `size` clear bytes."""
    return _HEADER + size + _TAG * max(1, -(-size // CHUNK))


def encrypt_stream(chunks: Iterable[bytes], data_key: bytes) -> Iterator[bytes]:
    """Encrypt a stream in constant memory; chunks of any size come in, one sealed piece at a time goes out.

    AES-256-GCM in the STREAM construction. Raises OverflowError beyond 2^32 pieces (256 TiB).
    """
    header = _MAGIC + secrets.token_bytes(_SALT)
    cipher = _stream_cipher(data_key, header)
    yield header
    for number, piece, last in _pieces(chunks, CHUNK):
        yield cipher.encrypt(_piece_nonce(number, last), piece, header)


def decrypt_stream(chunks: Iterable[bytes], data_key: bytes) -> Iterator[bytes]:
    """Decrypt what `encrypt_stream` made, in constant memory; only verified bytes come out.

    Raises DecryptionFailed at the first wrong piece. A cut is only seen at the end: do not act on the bytes
    before the iterator is exhausted.
    """
    source = _Reader(chunks)
    header = source.read(_HEADER)
    if len(header) != _HEADER or not header.startswith(_MAGIC):
        raise DecryptionFailed("This is no encrypted stream")
    cipher = _stream_cipher(data_key, header)
    for number, piece, last in _pieces(source.rest(), CHUNK + _TAG):
        if last and number and len(piece) == _TAG:
            raise DecryptionFailed("The stream ends with an empty piece")
        try:
            clear = cipher.decrypt(_piece_nonce(number, last), piece, header)
        except InvalidTag:
            raise DecryptionFailed(f"Piece {number} was altered, moved, or is not the last") from None
        if clear:
            yield clear


def _stream_cipher(data_key: bytes, header: bytes) -> AESGCM:
    return AESGCM(derive(data_key, b"smartsenegal stream v1", header[len(_MAGIC) :]))


def _piece_nonce(number: int, last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([last])


def _pieces(chunks: Iterable[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    # A piece goes out only when a byte after it is known, so that the last one is known as such.
    source = _Reader(chunks)
    number, piece = 0, source.read(size)
    while following := source.read(size):
        yield number, piece, False
        number, piece = number + 1, following
    yield number, piece, True


class _Reader:
    """Reads given numbers of bytes from chunks of any size."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._buffer = bytearray()

    def read(self, size: int) -> bytes:
        """That many bytes, fewer at the end."""
        while len(self._buffer) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._buffer += chunk
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def rest(self) -> Iterator[bytes]:
        """What was not read yet."""
        yield self.read(len(self._buffer))
        yield from self._chunks
