"""Reads of what the Wi-Fi keeps of one person, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone

from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import plural
from smartsenegal.wifi.access.api import Credential
from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.sessions.api import Session, Usage

AT_MOST = 50


@dataclass(frozen=True)
class Access:
    """One way in."""

    kind: str
    made: str
    until: str
    state: str


@dataclass(frozen=True)
class Visit:
    """One connection."""

    place: str
    began: str
    lasted: str
    volume: str


@dataclass(frozen=True)
class Kept:
    """All that is kept of some holders; `more` is how many visits are not shown."""

    accesses: list[Access]
    visits: list[Visit]
    more: int
    today: str

    @property
    def is_empty(self) -> bool:
        return not (self.accesses or self.visits or self.today)


def holders_of_account(account_id: str) -> list[int]:
    """The numbers under which the use of an account is counted."""
    found = Credential.objects.filter(account_id=account_id).exclude(closed_because="erased")
    return list(found.values_list("holder", flat=True).distinct())


def kept(holders: Sequence[int], at_most: int = AT_MOST) -> Kept:
    """What is kept of these holders, the latest first."""
    accesses = Credential.objects.filter(holder__in=holders).exclude(closed_because="erased")
    visits = Session.objects.filter(holder__in=holders).order_by("-started_us")
    shown = list(visits[:at_most])
    names = dict(
        Hotspot.objects.filter(pk__in=[v.hotspot for v in shown if v.hotspot]).values_list("pk", "site__name")
    )
    used = Usage.objects.filter(holder__in=holders, day=timezone.localdate())
    seconds, octets = sum(u.seconds for u in used), sum(u.octets for u in used)
    return Kept(
        [_access(c) for c in accesses.order_by("-pk")[:at_most]],
        [_visit(v, names) for v in shown],
        max(0, visits.count() - len(shown)),
        f"{_lasted(seconds)}, {_volume(octets)}" if seconds or octets else "",
    )


def _access(found: Credential) -> Access:
    over = found.valid_until is not None and found.valid_until <= timezone.now()
    state = found.get_closed_because_display() if found.closed_because else "Échu" if over else "Ouvert"
    until = format_datetime(found.valid_until) if found.valid_until else "Sans terme"
    return Access(found.get_kind_display(), format_datetime(found.made_at), until, state)


def _visit(found: Session, names: dict[int, str]) -> Visit:
    began = datetime.fromtimestamp(found.started_us / 1_000_000, UTC)
    place = names.get(found.hotspot or 0, "Site non connu")
    volume = _volume(found.octets_in + found.octets_out)
    return Visit(place, format_datetime(began), _lasted(found.seconds), volume)


def _lasted(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}\u00a0h\u00a0{minutes:02}" if hours else plural(minutes, "minute", "minutes")


def _volume(octets: int) -> str:
    return f"{octets / 1_000_000:.1f}".replace(".", ",") + "\u00a0Mo"
