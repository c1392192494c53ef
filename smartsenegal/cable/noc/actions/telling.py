"""Whom to tell for a customer, and telling them of works or of an alarm: once each."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from smartsenegal.cable.noc import messages, queries
from smartsenegal.cable.noc.actions.base import check, tell
from smartsenegal.cable.noc.errors import NocRefused
from smartsenegal.cable.noc.models import Alarm, Contact, Notice
from smartsenegal.cable.noc.queries import Hurt
from smartsenegal.cable.resilience.api import Work
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.phones import PhoneRefused, parse_phone


def open_contacts(by: Principal) -> QuerySet[Contact]:
    """Those whom customers have told of, by customer; that they were read is journalled. Raises
    PermissionRefused."""
    check(by)
    tell(by, "cable_contact:all", "contacts_read", {})
    return queries.contacts()


@transaction.atomic
def add_contact(by: Principal, *, customer: str, name: str, email: str = "", phone: str = "") -> Contact:
    """Say whom to tell for a customer. Raises PermissionRefused, NocRefused without an address."""
    check(by)
    if not (email or phone):
        raise NocRefused("Donnez un courriel ou un téléphone.", "email")
    try:
        phone = parse_phone(phone) if phone else ""
    except PhoneRefused as refused:
        raise NocRefused(str(refused), "phone") from None
    if Contact.objects.filter(customer=customer, email=email, phone=phone).exists():
        raise NocRefused("Ce contact est déjà celui de ce client.", "email")
    made = Contact.objects.create(customer=customer, name=name, email=email, phone=phone)
    tell(by, f"cable_contact:{made.pk}", "contact_added", {"customer": customer})
    return made


@transaction.atomic
def remove_contact(by: Principal, contact: Contact) -> None:
    """Tell somebody no more, and forget who they are; gone already, nothing changes. Raises
    PermissionRefused."""
    check(by)
    if Contact.objects.filter(pk=contact.pk).delete()[0]:
        tell(by, f"cable_contact:{contact.pk}", "contact_removed", {"customer": contact.customer})


@transaction.atomic
def tell_of_work(by: Principal, work: Work) -> int:
    """Tell the contacts of those whom works touch; how many were told now. Raises PermissionRefused,
    NocRefused for works that are cancelled or over."""
    check(by)
    work = Work.objects.select_for_update().get(pk=work.pk)
    if work.cancelled_at:
        raise NocRefused("Ces travaux sont annulés.")
    if work.ends_at <= timezone.now():
        raise NocRefused("Ces travaux sont finis : il n’y a plus personne à prévenir.")
    count = _tell(by, queries.hurt_by_work(work), "work", work)
    tell(by, f"cable_work:{work.pk}", "work_told", {"contacts": count}, work.reason)
    return count


@transaction.atomic
def tell_of_alarm(by: Principal, alarm: Alarm) -> int:
    """Tell the contacts of those whom an alarm touches; how many were told now. Raises PermissionRefused,
    NocRefused for one that is over."""
    check(by)
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if alarm.ended_at:
        raise NocRefused("Cette alarme est finie : il n’y a plus personne à prévenir.")
    count = _tell(by, queries.hurt_by_alarm(alarm), "alarm", alarm)
    tell(by, f"cable_alarm:{alarm.pk}", "alarm_told", {"contacts": count, "about": alarm.subject})
    return count


@transaction.atomic
def tell_work_off(work: Work) -> int:
    """Tell those who were told of works that they are cancelled, or ended before their time; how many. Told
    twice, nobody is told more."""
    found = queries.notices_of(work) if work.cancelled_at else ()
    for notice in found:
        messages.tell_over(notice.contact, work)
    return len(found)


def _tell(by: Principal, hurt: Iterable[Hurt], what: str, row: Any) -> int:
    count = 0
    for each in hurt:
        for contact in each.contacts:
            given = {"contact": contact, what: row}
            if not Notice.objects.filter(**given).exists():
                Notice.objects.create(**given, by=by.label[:200])
                messages.tell_contact(contact, each, row)
                count += 1
    return count
