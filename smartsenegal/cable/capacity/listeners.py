"""What follows from an event. Each handler runs once an event, in the worker, in a transaction of its own."""

from smartsenegal.cable.capacity import actions, messages
from smartsenegal.cable.capacity.models import Order
from smartsenegal.cable.capacity.rules import abroad
from smartsenegal.cable.resilience.api import failure
from smartsenegal.kernel.events.api import EventData, listen
from smartsenegal.kernel.webhooks.api import publish, register_kinds

messages.register()
register_kinds(messages.KINDS)


@listen("cable.failure_ended", name="cable_capacity.credit_downtime")
def credit_downtime(event: EventData) -> None:
    found = failure(int(event.subject.partition(":")[2]))
    if found is not None:
        actions.credit_downtime(found)


@listen("cable.order_*", name="cable_capacity.tell_order")
def tell_order(event: EventData) -> None:
    """The customer's people by messages, its systems by webhooks."""
    quote = int(event.subject.partition(":")[2])
    found = Order.objects.select_related("quote__product").get(quote=quote)
    messages.notify(event.kind, event.id, found)
    if event.kind in messages.KINDS and found.quote.customer_id:
        data = {"id": str(found), "state": abroad(found.state), "url": messages.link_of(found)}
        publish(event, [found.quote.customer_id], data)
