"""What a platform has, what a project may use, what is asked: five amounts that always add up."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from smartsenegal.lib.text import NBSP, group_digits

DIMENSIONS = {
    "vcpus": "Processeurs virtuels",
    "memory_mib": "Mémoire",
    "disk_gib": "Disque",
    "buckets": "Espaces de stockage",
    "object_gib": "Stockage d’objets",
}
MEBI = 1024
_UNITS = ("Kio", "Mio", "Gio", "Tio", "Pio")


@dataclass(frozen=True)
class Amounts:
    """How much of each."""

    vcpus: int = 0
    memory_mib: int = 0
    disk_gib: int = 0
    buckets: int = 0
    object_gib: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(*(a + b for a, b in zip(self, other, strict=True)))

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(*(a - b for a, b in zip(self, other, strict=True)))

    def __iter__(self) -> Iterator[int]:
        return iter(asdict(self).values())

    def items(self) -> Iterable[tuple[str, int]]:
        """Each amount by the name of its dimension."""
        return asdict(self).items()


def total(of: Iterable[Amounts]) -> Amounts:
    """Their sum."""
    return sum(of, Amounts())


def lacking(most: Amounts, used: Amounts, asked: Amounts) -> dict[str, int]:
    """How much is missing of each amount for `asked` to fit beside `used`; nothing when it fits.

    What is not asked for lacks nothing, even where more is used than there is.
    """
    left = most - used
    return {name: -over for name, over in (left - asked).items() if over < 0 and getattr(asked, name) > 0}


def spelt(dimension: str, value: int) -> str:
    """An amount in its unit: `4 vCPU`, `1,5 Gio`, `3 espaces`."""
    if dimension == "vcpus":
        return f"{group_digits(value)}{NBSP}vCPU"
    if dimension == "memory_mib":
        return memory(value)
    if dimension == "buckets":
        return f"{group_digits(value)}{NBSP}espace{'s' if value > 1 else ''}"
    return f"{group_digits(value)}{NBSP}Gio"


def memory(mib: int) -> str:
    """`512 Mio`, `1,5 Gio`."""
    if mib % 256 or mib < MEBI:
        return f"{group_digits(mib)}{NBSP}Mio"
    whole, rest = divmod(mib, MEBI)
    part = f",{rest * 100 // MEBI:02}".rstrip("0") if rest else ""
    return f"{group_digits(whole)}{part}{NBSP}Gio"


def told(missing: dict[str, int]) -> str:
    """What lacks, in words."""
    return " et ".join(
        f"{spelt(name, value)} ({DIMENSIONS[name].lower()})" for name, value in missing.items()
    )


def octets(size: int) -> str:
    """A measured size: `7 octets`, `1,4 Gio`."""
    if size < MEBI:
        return f"{size}{NBSP}octet{'s' if size > 1 else ''}"
    power = min((size.bit_length() - 1) // 10, len(_UNITS))
    amount = f"{size / MEBI**power:.1f}".removesuffix(".0").replace(".", ",")
    return f"{amount}{NBSP}{_UNITS[power - 1]}"
