"""Messages to phones, mailboxes and pages: the only face of `notifications`."""

from smartsenegal.kernel.notifications.actions import Address, send
from smartsenegal.kernel.notifications.queries import about, unread_count
from smartsenegal.kernel.notifications.templating import (
    MissingVariable,
    UnknownTemplate,
    has_template,
    register_template,
)

__all__ = [
    "Address", "MissingVariable", "UnknownTemplate", "about", "has_template", "register_template", "send",
    "unread_count",
]  # fmt: skip
