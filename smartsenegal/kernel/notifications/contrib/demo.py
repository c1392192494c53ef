"""The demonstration's carrier: a phone and a mailbox that can be read on a page."""

from smartsenegal.kernel.notifications.base import Outgoing, Receipt
from smartsenegal.kernel.notifications.models import DemoDelivery


class DemoCarrier:
    """Keeps what would have been sent; drops a second message with the same reference."""

    name = "demo"
    idempotent = True
    can_be_asked = True

    def send(self, message: Outgoing) -> Receipt:
        DemoDelivery.objects.get_or_create(
            message_id=message.id,
            defaults={
                "channel": message.channel,
                "address": message.address,
                "subject": message.subject,
                "body": message.body,
                "secret": message.secret,
            },
        )
        return Receipt(message.id, delivered=True)

    def query(self, message_id: str) -> Receipt | None:
        known = DemoDelivery.objects.filter(message_id=message_id).exists()
        return Receipt(message_id, delivered=True) if known else None
