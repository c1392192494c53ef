"""What follows from an event. Each handler runs once an event, in the worker, in a transaction of its own."""

from smartsenegal.kernel.events.api import EventData, listen
from smartsenegal.kernel.payments import messages
from smartsenegal.kernel.payments.models import Attempt, Refund
from smartsenegal.kernel.payments.registry import label_of

messages.register()


@listen("payment.duplicate", name="payments.tell_duplicate")
def tell_duplicate(event: EventData) -> None:
    attempt = Attempt.objects.select_related("payable").get(pk=event.payload["attempt"])
    operator = label_of(attempt.provider)
    messages.notify(event.kind, event.id, attempt.payable, attempt.received or 0, operator)


@listen("payment.refunded", name="payments.tell_refunded")
def tell_refunded(event: EventData) -> None:
    refund = Refund.objects.select_related("attempt__payable").get(pk=event.payload["refund"])
    attempt = refund.attempt
    operator = label_of(attempt.provider)
    messages.notify(event.kind, event.id, attempt.payable, refund.amount, operator, refund.reason)
