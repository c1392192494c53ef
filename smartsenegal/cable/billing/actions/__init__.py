"""Every write of `cable.billing`: contracts and their conventions, readings, downtime, invoices."""

from smartsenegal.cable.billing.actions.appending import append_readings
from smartsenegal.cable.billing.actions.base import PERMISSION
from smartsenegal.cable.billing.actions.contracts import (
    add_contract,
    add_port,
    declare_downtime,
    end_contract,
    withdraw_downtime,
    write_conventions,
)
from smartsenegal.cable.billing.actions.fees import add_fees, end_fees, write_fee_terms
from smartsenegal.cable.billing.actions.invoices import correct, invoice_all, invoice_month
from smartsenegal.cable.billing.actions.readings import take_readings

__all__ = [
    "PERMISSION", "add_contract", "add_fees", "add_port", "append_readings", "correct", "declare_downtime",
    "end_contract", "end_fees", "invoice_all", "invoice_month", "take_readings", "withdraw_downtime",
    "write_conventions", "write_fee_terms",
]  # fmt: skip
