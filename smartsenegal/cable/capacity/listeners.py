"""What follows from an event. Each handler runs once an event, in the worker, in a transaction of its own."""

from smartsenegal.cable.capacity import actions
from smartsenegal.cable.resilience.api import failure
from smartsenegal.kernel.events.api import EventData, listen


@listen("cable.failure_ended", name="cable_capacity.credit_downtime")
def credit_downtime(event: EventData) -> None:
    found = failure(int(event.subject.partition(":")[2]))
    if found is not None:
        actions.credit_downtime(found)
