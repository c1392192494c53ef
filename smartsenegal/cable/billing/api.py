"""Contracts of traffic and of fees, their counters and their invoices: the only face of `cable.billing`."""

from smartsenegal.cable.billing.actions import (
    add_contract,
    add_fees,
    add_port,
    append_readings,
    declare_downtime,
    end_contract,
    end_fees,
    invoice_month,
    take_readings,
    write_conventions,
    write_fee_terms,
)
from smartsenegal.cable.billing.errors import BillingRefused
from smartsenegal.cable.billing.models import Contract, Invoice, Port
from smartsenegal.cable.billing.presenting import invoice_chip, rate, slots_left
from smartsenegal.cable.billing.queries import conventions_on, invoices, payments_of, traffic
from smartsenegal.cable.billing.rules.conventions import (
    DIRECTIONS,
    MISSING_POLICIES,
    PART_MONTHS,
    ROUNDINGS,
    SLOTS,
    TIER_MODES,
    Terms,
    Tier,
    faults_of,
)
from smartsenegal.cable.billing.rules.counters import Reading
from smartsenegal.cable.billing.rules.fees import MONTH, ONCE, YEAR, Fee, FeeTerms, next_month, remaining

__all__ = [
    "DIRECTIONS", "MISSING_POLICIES", "MONTH", "ONCE", "PART_MONTHS", "ROUNDINGS", "SLOTS", "TIER_MODES",
    "YEAR", "BillingRefused", "Contract", "Fee", "FeeTerms", "Invoice", "Port", "Reading", "Terms",
    "Tier", "add_contract", "add_fees", "add_port", "append_readings", "conventions_on",
    "declare_downtime", "end_contract", "end_fees", "faults_of", "invoice_chip", "invoice_month",
    "invoices", "next_month", "payments_of", "rate", "remaining", "slots_left", "take_readings",
    "traffic", "write_conventions", "write_fee_terms",
]  # fmt: skip
