"""Contracts of traffic, their counters and their invoices: the only face of `cable.billing`."""

from smartsenegal.cable.billing.actions import (
    add_contract,
    add_port,
    invoice_month,
    take_readings,
    write_conventions,
)
from smartsenegal.cable.billing.models import Contract
from smartsenegal.cable.billing.rules.conventions import Terms, Tier

__all__ = [
    "Contract", "Terms", "Tier", "add_contract", "add_port", "invoice_month", "take_readings",
    "write_conventions",
]  # fmt: skip
