"""An alarm that is taken is a ticket: commented, then closed with the cause that was found."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.cable.noc.actions.base import check, tell
from smartsenegal.cable.noc.errors import NocRefused
from smartsenegal.cable.noc.models import Alarm, Note
from smartsenegal.cable.noc.rules import ENDINGS
from smartsenegal.kernel.identity.api import Principal


def _lock(alarm: Alarm) -> Alarm:
    return Alarm.objects.select_for_update().get(pk=alarm.pk)


def _tell(by: Principal, alarm: Alarm, verb: str, reason: str = "", **detail: Any) -> None:
    told = {"cause": alarm.cause, "about": alarm.subject, **detail}
    tell(by, f"cable_alarm:{alarm.pk}", verb, told, reason)


@transaction.atomic
def take(by: Principal, alarm: Alarm) -> Alarm:
    """Take an alarm in charge, or from somebody else. Raises PermissionRefused, NocRefused when it is
    closed."""
    check(by)
    alarm = _lock(alarm)
    if alarm.closed_at:
        raise NocRefused("Cette alarme est close.")
    alarm.taken_by, alarm.taken_name = by.account_id or "", by.label[:200]
    alarm.taken_at = alarm.taken_at or timezone.now()
    alarm.save(update_fields=["taken_by", "taken_name", "taken_at"])
    Note.objects.create(alarm=alarm, by=by.label[:200], text="Prise en charge.")
    _tell(by, alarm, "alarm_taken")
    return alarm


@transaction.atomic
def comment(by: Principal, alarm: Alarm, text: str) -> Note:
    """Write something about an alarm. Raises PermissionRefused, NocRefused for nothing written."""
    check(by)
    if not text.strip():
        raise NocRefused("Écrivez un commentaire.", "text")
    note = Note.objects.create(alarm=_lock(alarm), by=by.label[:200], text=text.strip()[:1000])
    _tell(by, alarm, "alarm_noted", note=note.pk)
    return note


@transaction.atomic
def close(by: Principal, alarm: Alarm, ending: str, text: str = "") -> Alarm:
    """Close an alarm that is over with the cause that was found. Raises PermissionRefused, NocRefused while
    it lasts, or when it is closed already."""
    check(by)
    alarm = _lock(alarm)
    if alarm.closed_at:
        raise NocRefused("Cette alarme est déjà close.")
    if alarm.ended_at is None:
        raise NocRefused("L’alarme dure encore : elle se clôt quand ce qu’elle constate est fini.", "ending")
    words = dict(ENDINGS)
    if ending not in words:
        raise NocRefused("Choisissez la cause trouvée.", "ending")
    alarm.ending, alarm.closed_at, alarm.closed_by = ending, timezone.now(), by.label[:200]
    alarm.save(update_fields=["ending", "closed_at", "closed_by"])
    said = f"Close : {words[ending]}." + (f" {text.strip()}" if text.strip() else "")
    Note.objects.create(alarm=alarm, by=by.label[:200], text=said[:1000])
    _tell(by, alarm, "alarm_closed", text.strip()[:300], ending=ending)
    return alarm
