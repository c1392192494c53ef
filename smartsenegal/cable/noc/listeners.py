"""What follows from an event. Each handler runs once an event, in the worker, in a transaction of its own."""

from smartsenegal.cable.noc import actions
from smartsenegal.cable.resilience.api import work
from smartsenegal.kernel.events.api import EventData, listen


@listen("cable.work_cancelled", name="cable_noc.tell_work_off")
def tell_work_off(event: EventData) -> None:
    found = work(int(event.subject.partition(":")[2]))
    if found is not None:
        actions.tell_work_off(found)
