"""What follows from an event. Each handler runs once an event, in the worker, in a transaction of its own."""

from smartsenegal.datacenter.billing import messages, queries
from smartsenegal.kernel.events.api import EventData, listen

messages.register()


@listen("datacenter_billing.invoice_*", name="datacenter_billing.tell_invoice")
def tell_invoice(event: EventData) -> None:
    found = queries.invoice_of(event.subject)
    assert found is not None
    messages.notify(event.kind, event.id, found)
