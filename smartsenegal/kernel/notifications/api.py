"""Messages to phones, mailboxes and pages: the only face of `notifications`."""

from smartsenegal.kernel.notifications.actions import Address, send, send_everywhere
from smartsenegal.kernel.notifications.queries import about, unread_count
from smartsenegal.kernel.notifications.templating import (
    MissingVariable,
    UnknownTemplate,
    has_template,
    register_template,
    register_words,
)

__all__ = [
    "Address", "MissingVariable", "UnknownTemplate", "about", "has_template", "register_template",
    "register_words", "send", "send_everywhere", "unread_count",
]  # fmt: skip
