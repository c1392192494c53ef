"""Read contracts, their traffic and their invoices."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q, QuerySet

from smartsenegal.cable.billing.models import (
    Contract,
    Conventions,
    Downtime,
    FeeTerms,
    Invoice,
    Port,
    PortDay,
)
from smartsenegal.cable.billing.packing import unpack_slots
from smartsenegal.cable.billing.rules import fees, percentile
from smartsenegal.cable.billing.rules.bill import Loss, Window, lost_seconds
from smartsenegal.cable.billing.rules.conventions import Terms
from smartsenegal.cable.billing.rules.percentile import MISSING, Headroom, Month, Octets
from smartsenegal.cable.customers import owned_ids
from smartsenegal.cable.network.api import READ
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.payments.api import payables_for
from smartsenegal.kernel.territory.api import COUNTRY

DAY = 86_400


def reads_all(by: Principal) -> bool:
    """Whether this principal reads every contract: the network of the whole country is theirs."""
    return by.may(READ, territory_path=COUNTRY)


def contracts(by: Principal) -> QuerySet[Contract]:
    """The contracts that this principal may read: all, or those that they or their organisations pay for."""
    found = Contract.objects.select_related("carrier").order_by("customer", "code")
    own = Q(payer=by.account_id or "-") | Q(organisation__in=owned_ids(by))
    return found if reads_all(by) else found.filter(own)


def to_invoice(month: date) -> list[Contract]:
    """The contracts in service in a month, given by its first day, that have no invoice of it."""
    after = fees.next_month(month)
    served = Contract.objects.filter(starts_on__lt=after).exclude(ends_on__lte=month)
    return list(served.exclude(invoices__month=month).select_related("carrier").order_by("customer", "code"))


def contract(by: Principal, code: str) -> Contract | None:
    """A contract that this principal may read."""
    return contracts(by).filter(code=code).first()


def invoice(by: Principal, number: str) -> Invoice | None:
    """An invoice of a contract that this principal may read."""
    found = Invoice.objects.select_related("contract__carrier", "replaces", "replaced_by")
    return found.filter(number=number, contract__in=contracts(by)).first()


def invoices(of: Contract) -> QuerySet[Invoice]:
    """The invoices of a contract, the latest first."""
    return of.invoices.select_related("replaced_by").defer("evidence", "statement").order_by("-pk")


def payments_of(found: Collection[Invoice]) -> dict[str, str]:
    """The state of the payment of each invoice that has one (`open`, `settled`…), by number: one query."""
    payables = payables_for(each.subject for each in found)
    return {each.number: payables[each.subject].state for each in found if each.subject in payables}


def standing_invoice(of: Contract, month: date) -> Invoice | None:
    """The invoice of a month that no other replaces."""
    return of.invoices.filter(month=month, replaced_by=None).first()


def conventions_on(of: Contract, month: date) -> Conventions | None:
    """The conventions that hold in a month: of those from then or before, the latest; written twice, the last
    written."""
    return of.conventions.filter(valid_from__lte=month).order_by("-valid_from", "-pk").first()


def fee_terms_on(of: Contract, month: date) -> FeeTerms | None:
    """What is said of fees in a month, as `conventions_on`."""
    return of.fee_terms.filter(valid_from__lte=month).order_by("-valid_from", "-pk").first()


def downtime(of: Contract) -> QuerySet[Downtime]:
    """Declared and not withdrawn, the latest first."""
    return of.downtime.filter(withdrawn_at=None).order_by("-began_at")


def unix(day: date) -> int:
    """Its midnight at UTC, which is Dakar's."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class Span:
    """The days of a month on which a contract is in service; `until` is excluded."""

    first: date
    until: date
    window: Window

    @classmethod
    def of(cls, contract: Contract, month: date) -> "Span | None":
        """Of a month given by its first day; None when the contract is not in service in it."""
        last = fees.next_month(month)
        first, until = max(month, contract.starts_on), min(last, contract.ends_on or last)
        if until <= first:
            return None
        return cls(first, until, Window((until - first).days, (last - month).days))


def lost_in(of: Contract, span: Span) -> int:
    """Seconds of downtime of a contract in these days."""
    losses = [Loss(int(d.began_at.timestamp()), int(d.ended_at.timestamp())) for d in downtime(of)]
    return lost_seconds(losses, unix(span.first), unix(span.until))


@dataclass(frozen=True)
class Charges:
    """The fees of a contract in a month, and what downtime gives back of them."""

    terms: fees.FeeTerms
    lines: list[fees.Line]
    credit: int

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines) - self.credit


def charges(of: Contract, month: date) -> Charges | None:
    """The fees of a month; None when the contract has none, does not say how they are reckoned, or gives no
    service in it."""
    span, said = Span.of(of, month), fee_terms_on(of, month)
    owed = [fee.due for fee in of.fees.order_by("starts_on", "pk")]
    if span is None or said is None or not owed:
        return None
    found = fees.lines(owed, said.terms, month)
    return Charges(said.terms, found, fees.credit(said.terms, found, span.window, lost_in(of, span)))


@dataclass(frozen=True)
class Traffic:
    """The slots of a contract from its first day of service in a month: raw by port, and as the conventions
    count them. `to_come` slots are still to be measured."""

    contract: Contract
    terms: Terms
    span: Span
    codes: list[str]
    raw: list[Octets]
    month: Month
    to_come: int
    causes: Counter[str]

    @property
    def start(self) -> int:
        return unix(self.span.first)

    @property
    def octets(self) -> int | None:
        return percentile.billed_octets(self.terms, self.month)

    @property
    def kbps(self) -> int | None:
        return percentile.billed_kbps(self.terms, self.month, self.contract.slot_seconds)

    @property
    def headroom(self) -> Headroom:
        return percentile.headroom(self.terms, self.month, self.contract.slot_seconds, self.to_come)

    @property
    def missing(self) -> int:
        return int(self.month.counted.size) - self.month.measured

    def lost(self) -> int:
        """Seconds of downtime in these days."""
        return lost_in(self.contract, self.span)

    def daily(self) -> list[tuple[date, int]]:
        """The greatest rate of each day that has slots, in bit/s, as the direction is billed."""
        import numpy as np

        per_day = DAY // self.contract.slot_seconds
        added = np.where(self.month.counted, np.sum(self.month.ports, axis=0), 0)
        peak = np.max(percentile.views(self.terms.direction, added), axis=0)
        return [
            (
                self.span.first + timedelta(days=n // per_day),
                int(peak[n : n + per_day].max()) * 8 // self.contract.slot_seconds,
            )
            for n in range(0, len(peak), per_day)
        ]


def traffic(of: Contract, month: date, now: datetime) -> Traffic | None:
    """The slots of a month that are over; None when the contract has no port, no conventions or no day in
    it."""
    span, said, ports = Span.of(of, month), conventions_on(of, month), list(of.ports.all())
    if span is None or said is None or not ports:
        return None
    start, end = unix(span.first), unix(span.until)
    over = max(0, min(end, int(now.timestamp())) - start) // of.slot_seconds
    raw, causes = _slots(ports, span, of.slot_seconds, over)
    to_come = (end - start) // of.slot_seconds - over
    month_counted = percentile.usage(said.terms, raw)
    return Traffic(of, said.terms, span, [port.code for port in ports], raw, month_counted, to_come, causes)


def _slots(
    ports: Iterable[Port], span: Span, slot_seconds: int, over: int
) -> tuple[list[Octets], Counter[str]]:
    """Each port's slots of these days, MISSING where nothing was read, and why."""
    import numpy as np

    per_day = DAY // slot_seconds
    found = {port.pk: np.full((2, span.window.days * per_day), MISSING, dtype=np.int64) for port in ports}
    causes = Counter[str]()
    days = PortDay.objects.filter(port__in=found, day__gte=span.first, day__lt=span.until)
    for port_id, day, slots, why in days.values_list("port", "day", "slots", "causes"):
        at = (day - span.first).days * per_day
        found[port_id][:, at : at + per_day] = unpack_slots(slots)
        causes.update(why)
    return [row[:, :over] for row in found.values()], causes


def days_around(port: Port, days: Iterable[date]) -> dict[date, PortDay]:
    """What is kept of a port on these days."""
    return {row.day: row for row in PortDay.objects.filter(Q(port=port), Q(day__in=list(days)))}


def one_downtime(pk: int) -> Downtime | None:
    """A downtime with its contract, or None."""
    return Downtime.objects.select_related("contract").filter(pk=pk).first()
