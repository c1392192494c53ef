"""One attempt to deliver one message.

The carrier is called between two transactions: "sending" is committed first, so that an attempt that
dies in the middle is seen by the next one. That one asks the carrier what it has under our reference,
and follows `rules.may_repeat` when the carrier cannot be asked.
"""

from uuid import UUID

from smartsenegal.kernel.notifications import actions, rules
from smartsenegal.kernel.notifications.base import Carrier, Outgoing, Receipt, Refused, Unknown, Unreachable
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.kernel.notifications.registry import carrier_for

UNSURE = "L’opérateur n’a pas répondu : le message est peut-être parti."


def deliver(message_id: UUID | str) -> str:
    """Make one attempt; returns the message's state afterwards."""
    message = Message.objects.get(pk=message_id)
    carrier = carrier_for(message.channel)
    begun = actions.begin(message_id, carrier.name)
    if begun is None:
        message.refresh_from_db()
        return message.state
    message, broken = begun
    try:
        receipt = _mend(carrier, message) if broken else carrier.send(_outgoing(message))
    except Unreachable as error:
        # A carrier that does not answer our question leaves a broken attempt as unsure as it was.
        return actions.failed(message.pk, str(error), again=True, maybe_left=broken).state
    except Refused as error:
        return actions.failed(message.pk, str(error), again=False).state
    except Unknown:
        return actions.failed(message.pk, UNSURE, again=True, maybe_left=True).state
    done = actions.sent(message.pk, receipt.reference, delivered=receipt.delivered)
    if done.state == rules.SENT and carrier.can_be_asked:
        actions.ask_later(done.pk, 0)
    return done.state


def confirm(message_id: UUID | str, asked: int) -> None:
    """Ask the carrier whether a message arrived; asked again later while it does not know."""
    message = Message.objects.filter(pk=message_id, state=rules.SENT).first()
    if message is None:
        return
    try:
        receipt = carrier_for(message.channel).query(message.reference)
    except Refused as error:
        actions.not_received(message.pk, str(error))
        return
    except (Unreachable, Unknown):
        receipt = None
    if receipt and receipt.delivered:
        actions.received(message.pk)
    else:
        actions.ask_later(message.pk, asked + 1)


def _mend(carrier: Carrier, message: Message) -> Receipt:
    known = carrier.query(message.reference) if carrier.can_be_asked else None
    if known:
        return known
    repeat = rules.may_repeat(
        idempotent=carrier.idempotent, can_be_asked=carrier.can_be_asked, broken=message.broken
    )
    if not repeat:
        raise Refused(UNSURE)
    return carrier.send(_outgoing(message))


def _outgoing(message: Message) -> Outgoing:
    return Outgoing(
        message.reference, message.channel, message.address, message.subject, message.body, message.secret
    )
