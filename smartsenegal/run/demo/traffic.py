"""Traffic of the demonstration: one invented contract with its counters, last month and this one so far."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from smartsenegal.cable.billing import api as billing
from smartsenegal.kernel.identity.api import Principal, find_account, organisation, system
from smartsenegal.kernel.payments.api import enter_carrier
from smartsenegal.run.demo.people import CUSTOMER

CODE, PORT, CARRIER = "exemple-transit", "exemple-port", "senum"
_TERMS = billing.Terms(
    percent=95, direction="slot_max", missing="leave_out", gap_slots=0, least_known=50, step_kbps=1_000,
    rate_rounding="up", commit_kbps=400_000, price=1_000,
    tiers=(billing.Tier(200_000, 1_200), billing.Tier(None, 900)), tier_mode="graduated", part_month="days",
    money_rounding="nearest", credit_percent=100, credit_free_seconds=3_600, credit_cap_percent=50,
)  # fmt: skip


def load_traffic(by: Principal) -> None:
    """Add the contract when it is missing; its prices describe no real tariff."""
    carrier, payer = organisation(CARRIER), find_account(CUSTOMER)
    if carrier is None or payer is None or billing.Contract.objects.filter(code=CODE).exists():
        return
    enter_carrier(system("démonstration"), carrier, f"{carrier.name} (exemple)")
    now = timezone.now()
    first = (timezone.localdate(now).replace(day=1) - timedelta(days=1)).replace(day=1)
    contract = billing.add_contract(
        by, code=CODE, name="Transit Internet (exemple)", customer="Opérateur de démonstration",
        payer=str(payer.pk), carrier=carrier, starts_on=first, slot_seconds=300, spread_slots=2,
        payment_days=30, is_example=True,
    )  # fmt: skip
    billing.add_port(by, contract, code=PORT, bits=64, speed_mbps=1_000)
    billing.write_conventions(
        by, contract, valid_from=first, terms=_TERMS, source="Inventé pour la démonstration"
    )
    billing.take_readings(by, counters(PORT, first, now))


def counters(port: str, first: date, now: datetime, most: int = 460) -> str:
    """A reading every five minutes, of some `most` Mbit/s at most: quiet nights, busy evenings, a router
    restarted on the tenth day."""
    n, lines = 0, ["port,at,uptime,received,sent"]
    at = datetime(first.year, first.month, first.day, tzinfo=UTC)
    started, received, sent = at - timedelta(days=30), 0, 0
    while at <= now:
        if (at.date() - first).days == 9 and started < at - timedelta(days=20) and at.hour == 3:
            started, received, sent = at - timedelta(minutes=2), 0, 0
        uptime = int((at - started).total_seconds() * 100)
        lines.append(f"{port},{at.isoformat()},{uptime},{received},{sent}")
        busy = 0.35 + 0.65 * max(0.0, 1 - abs(at.hour + at.minute / 60 - 20.5) / 5)
        mbps = int(most * busy * (0.85 + 0.3 * (n * 7_919 % 97) / 97))
        sent += mbps * 37_500_000
        received += mbps * 37_500_000 // 4
        n, at = n + 1, at + timedelta(minutes=5)
    return "\n".join(lines) + "\n"
