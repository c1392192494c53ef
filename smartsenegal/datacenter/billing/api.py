"""Invoices of a datacentre's customers: the only face of `datacenter.billing`."""

from smartsenegal.datacenter.billing.actions import invoice_month, write_terms
from smartsenegal.datacenter.billing.errors import BillingRefused
from smartsenegal.datacenter.billing.models import Invoice
from smartsenegal.datacenter.billing.rules import Terms

__all__ = ["BillingRefused", "Invoice", "Terms", "invoice_month", "write_terms"]
