"""Every write of `datacenter.billing`: terms, invoices, corrections."""

from smartsenegal.datacenter.billing.actions.invoices import correct, invoice_all, invoice_month
from smartsenegal.datacenter.billing.actions.terms import write_terms

__all__ = ["correct", "invoice_all", "invoice_month", "write_terms"]
