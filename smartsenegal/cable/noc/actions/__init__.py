"""Every write of `cable.noc`: alarms raised and ended, tickets, contacts, those who are told."""

from smartsenegal.cable.noc.actions.looking import look
from smartsenegal.cable.noc.actions.telling import (
    add_contact,
    open_contacts,
    remove_contact,
    tell_of_alarm,
    tell_of_work,
    tell_work_off,
)
from smartsenegal.cable.noc.actions.tickets import close, comment, take

__all__ = [
    "add_contact", "close", "comment", "look", "open_contacts", "remove_contact", "take", "tell_of_alarm",
    "tell_of_work", "tell_work_off",
]  # fmt: skip
