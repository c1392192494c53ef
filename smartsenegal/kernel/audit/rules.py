"""What makes a chain whole. Pure: the database's rows come in, the faults come out."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from smartsenegal.lib.text import plural


@dataclass(frozen=True)
class Link:
    """One row of the journal as stored, with the canonical text its hash covers."""

    id: int
    chain: int
    sequence: int
    previous_hash: bytes
    hash: bytes
    canonical: str


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, named so that an inspector can go and look."""

    kind: str  # altered | removed | inserted | head | signature | file
    chain: int
    sequence: int
    row: int | None
    sentence: str


@dataclass(frozen=True)
class SignedHead:
    """A head as it was signed. `number` is its row, which the copy outside the database bears too."""

    number: int
    chain: int
    sequence: int
    hash: bytes
    signed_at: datetime
    kid: str
    signature: bytes

    @property
    def message(self) -> bytes:
        """The bytes under the signature."""
        return head_message(self.chain, self.sequence, self.hash, self.signed_at.isoformat())

    def to_plain(self) -> dict[str, object]:
        """The head as a line of `heads.jsonl`."""
        return {
            "number": self.number,
            "chain": self.chain,
            "sequence": self.sequence,
            "hash": self.hash.hex(),
            "signed_at": self.signed_at.isoformat(),
            "kid": self.kid,
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, object]) -> "SignedHead":
        """The head of a line of `heads.jsonl`. Raises KeyError or ValueError when it is damaged."""
        return cls(
            number=int(str(plain["number"])),
            chain=int(str(plain["chain"])),
            sequence=int(str(plain["sequence"])),
            hash=bytes.fromhex(str(plain["hash"])),
            signed_at=datetime.fromisoformat(str(plain["signed_at"])),
            kid=str(plain["kid"]),
            signature=bytes.fromhex(str(plain["signature"])),
        )


@dataclass(frozen=True)
class Place:
    """What stands in the journal where a head points: the row and its hash, or nothing."""

    row: int | None
    hash: bytes | None


@dataclass(frozen=True)
class Report:
    """What a verification found."""

    entries: int
    heads: int
    faults: tuple[Fault, ...]

    @property
    def sentences(self) -> list[str]:
        """One French line a fault, or one that says that all is whole."""
        counts = f"{plural(self.entries, 'écriture', 'écritures')}, {plural(self.heads, 'sceau', 'sceaux')}"
        return [f.sentence for f in self.faults] or [f"Journal intègre\u00a0: {counts}"]


def link_hash(previous: bytes, canonical: str) -> bytes:
    """SHA-256 over the previous hash and the row's canonical text: what the trigger computes."""
    return hashlib.sha256(previous + canonical.encode()).digest()


def chain_faults(links: Iterable[Link], last: Mapping[int, tuple[int, bytes]]) -> Iterator[Fault]:
    """Faults of all chains, given their links in (chain, sequence) order and each chain's last link.

    `last` is the chain table: chain → (sequence, hash). A row whose text no longer gives its hash was
    altered; a gap in the ranks was a row removed; a row that does not hold on to its predecessor, or
    stands beyond the last link, was inserted.
    """
    seen: dict[int, Link] = {}
    for link in links:
        yield from _link_faults(link, seen.get(link.chain))
        seen[link.chain] = link
    for chain, (sequence, digest) in sorted(last.items()):
        yield from _end_faults(chain, sequence, digest, seen.get(chain))
    for chain in sorted(set(seen) - set(last)):
        yield _fault("inserted", seen[chain], "cette chaîne n’est pas connue du registre des chaînes")


def _link_faults(link: Link, before: Link | None) -> Iterator[Fault]:
    expected = before.sequence + 1 if before else 1
    if link.sequence > expected:
        yield from _removed(link.chain, expected, link.sequence - 1)
    elif link.previous_hash != (before.hash if before else b""):
        yield _fault("inserted", link, "l’écriture ne tient pas à la précédente")
    if link_hash(link.previous_hash, link.canonical) != link.hash:
        yield _fault("altered", link, "le contenu ne correspond plus à son empreinte")


def _end_faults(chain: int, sequence: int, digest: bytes, end: Link | None) -> Iterator[Fault]:
    reached = end.sequence if end else 0
    if reached < sequence:
        yield from _removed(chain, reached + 1, sequence)
    elif end and (reached > sequence or end.hash != digest):
        yield _fault("inserted", end, "la dernière écriture n’est pas celle du registre des chaînes")


def _removed(chain: int, first: int, last: int) -> Iterator[Fault]:
    ranks = f"{first}" if first == last else f"{first} à {last}"
    yield Fault("removed", chain, first, None, f"Chaîne {chain}, rang {ranks}\u00a0: écriture supprimée.")


def _fault(kind: str, link: Link, why: str) -> Fault:
    sentence = f"Chaîne {link.chain}, rang {link.sequence} (ligne {link.id})\u00a0: {why}."
    return Fault(kind, link.chain, link.sequence, link.id, sentence)


def head_faults(head: SignedHead, place: Place, is_signed: bool) -> Iterator[Fault]:
    """Faults of one head, given what stands where it points and whether its signature holds."""
    where = f"Chaîne {head.chain}, rang {head.sequence}"
    if place.hash != head.hash:
        sentence = f"{where}\u00a0: l’écriture scellée le {head.signed_at:%d/%m/%Y} a disparu ou a changé."
        yield Fault("head", head.chain, head.sequence, place.row, sentence)
    if not is_signed:
        sentence = f"{where}\u00a0: la signature du sceau du journal est fausse."
        yield Fault("signature", head.chain, head.sequence, None, sentence)


def copy_faults(copies: Iterable[SignedHead], kept: Mapping[int, bytes]) -> Iterator[Fault]:
    """Faults of the heads kept outside the database: each must still be in it, with the same signature."""
    for copy in copies:
        if kept.get(copy.number) != copy.signature:
            sentence = (
                f"Chaîne {copy.chain}, rang {copy.sequence}\u00a0: le sceau du {copy.signed_at:%d/%m/%Y}, "
                "gardé hors de la base, n’y est plus ou y a changé."
            )
            yield Fault("file", copy.chain, copy.sequence, None, sentence)


def head_message(chain: int, sequence: int, digest: bytes, signed_at: str) -> bytes:
    """The bytes that a head signs: chain, rank, hash, date (ISO 8601)."""
    return f"smartsenegal-audit-head:1:{chain}:{sequence}:{digest.hex()}:{signed_at}".encode()
