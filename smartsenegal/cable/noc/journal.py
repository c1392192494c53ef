"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.cable.noc.models import Alarm, Contact
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "cable.alarm_taken": "Alarme du réseau prise en charge",
    "cable.alarm_noted": "Alarme du réseau commentée",
    "cable.alarm_closed": "Alarme du réseau close",
    "cable.alarm_told": "Clients prévenus d’une alarme du réseau",
    "cable.work_told": "Clients prévenus de travaux sur le réseau",
    "cable.contacts_read": "Contacts des clients du réseau consultés",
    "cable.contact_added": "Contact d’un client du réseau ajouté",
    "cable.contact_removed": "Contact d’un client du réseau enlevé",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("cable_alarm", _alarms)
    audit.register_subjects("cable_contact", _contacts)


def _alarms(ids: list[str]) -> dict[str, audit.Named]:
    found = Alarm.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(a.pk): audit.Named(a.title, reverse("cable_noc:alarm", args=[a.pk])) for a in found}


def _contacts(ids: list[str]) -> dict[str, audit.Named]:
    found = Contact.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(c.pk): audit.Named(c.customer, reverse("cable_noc:contacts")) for c in found}
