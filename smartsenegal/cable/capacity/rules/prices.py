"""What is published, what a volume costs under it, and whether all are treated alike. Pure.

Each kind of product has its own parts of a price. A lease is paid by month. An IRU is paid at once, and its
upkeep by year. IP transit is paid by month for what is committed to, for the port, and for what passes the
commitment by the 95th percentile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

KINDS = [
    ("lease", "Location de capacité"),
    ("iru", "Droit d’usage irrévocable (IRU)"),
    ("transit", "Transit IP"),
]
LEASE, IRU, TRANSIT = "lease", "iru", "transit"
# Parts of a tariff by kind, beside what is paid once to begin.
PARTS = {
    LEASE: ("monthly_fcfa",),
    IRU: ("upfront_fcfa", "yearly_fcfa"),
    TRANSIT: ("monthly_fcfa", "port_fcfa", "excess_fcfa"),
}
ALL_PARTS = ("monthly_fcfa", "upfront_fcfa", "yearly_fcfa", "port_fcfa", "excess_fcfa")


@dataclass(frozen=True)
class Tariff:
    """A price from a term (months) and a volume (Gbit/s) on, in francs: a month and Gbit/s, once to begin,
    once for a Gbit/s, a year and Gbit/s, a month and Gbit/s of port, a Mbit/s above the commitment."""

    pk: int
    term_months: int
    from_gbps: int
    monthly_fcfa: int
    setup_fcfa: int
    upfront_fcfa: int = 0
    yearly_fcfa: int = 0
    port_fcfa: int = 0
    excess_fcfa: int = 0


@dataclass(frozen=True)
class Price:
    """Francs for the whole volume: a month, once to begin, once, a year, a month for the port; and for a
    Mbit/s above the commitment."""

    monthly_fcfa: int
    setup_fcfa: int
    upfront_fcfa: int = 0
    yearly_fcfa: int = 0
    port_fcfa: int = 0
    excess_fcfa: int = 0


def faults_of(kind: str, tariff: Tariff) -> list[tuple[str, str]]:
    """What a tariff of a kind may not say, as (field, French sentence)."""
    found = [
        (name, "Ce produit n’a pas cette part de prix : laissez-la à zéro.")
        for name in ALL_PARTS
        if name not in PARTS[kind] and getattr(tariff, name)
    ]
    if kind == TRANSIT and tariff.monthly_fcfa % 1000:
        sentence = "Le transit est facturé au Mbit/s : ce prix par Gbit/s est un multiple de 1 000 F CFA."
        found.append(("monthly_fcfa", sentence))
    return found


def tariff_for(tariffs: Iterable[Tariff], term_months: int, gbps: int) -> Tariff | None:
    """The tariff of the longest term and then the largest volume that are reached; None when none is."""
    fitting = [t for t in tariffs if t.term_months <= term_months and t.from_gbps <= gbps]
    return max(fitting, key=lambda t: (t.term_months, t.from_gbps), default=None)


def price(tariff: Tariff, gbps: int, port_gbps: int = 0, bought: int | None = None) -> Price:
    """What a volume costs under a tariff; `bought` is what is paid once for, when part of it was before."""
    return Price(
        tariff.monthly_fcfa * gbps,
        tariff.setup_fcfa,
        tariff.upfront_fcfa * (gbps if bought is None else bought),
        tariff.yearly_fcfa * gbps,
        tariff.port_fcfa * port_gbps,
        tariff.excess_fcfa,
    )


@dataclass(frozen=True)
class Offered:
    """The price a quote gave, and its number."""

    number: str
    price: Price


def discrimination(asked: Price, others: Sequence[Offered]) -> str:
    """Why this price treats a customer otherwise than those quoted for the same product, term and volume
    under the same tariff, in a French sentence that names the other quote; "" when it does not."""
    other = next((each for each in others if each.price != asked), None)
    if other is None:
        return ""
    return (
        f"Le devis {other.number} donne un autre prix pour le même produit, la même durée et le même débit : "
        "le prix doit être le même pour tous."
    )
