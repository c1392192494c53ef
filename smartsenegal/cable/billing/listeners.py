"""What follows from an event. Each handler runs once an event, in the worker, in a transaction of its own."""

from smartsenegal.cable.billing import messages
from smartsenegal.cable.billing.models import Invoice
from smartsenegal.kernel.events.api import EventData, listen

messages.register()


@listen("cable.invoice_*", name="cable_billing.tell_invoice")
def tell_invoice(event: EventData) -> None:
    found = Invoice.objects.select_related("contract").get(number=event.payload["number"])
    messages.notify(event.kind, event.id, found)
