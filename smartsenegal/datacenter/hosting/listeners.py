"""What follows from an event. Each handler runs once an event, in the worker, in a transaction of its own."""

from smartsenegal.datacenter.hosting import messages
from smartsenegal.datacenter.hosting.models import Ask
from smartsenegal.kernel.events.api import EventData, listen

messages.register()


def _tell(event: EventData) -> None:
    found = Ask.objects.select_related("project").get(pk=event.payload["ask"])
    messages.notify(event.kind, event.id, found)


listen("hosting.quota_granted", name="hosting.tell_granted")(_tell)
listen("hosting.quota_refused", name="hosting.tell_refused")(_tell)
