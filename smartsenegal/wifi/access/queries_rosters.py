"""What a list of students or staff would change in its realm."""

from dataclasses import dataclass, field
from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone

from smartsenegal.lib.refusals import Fault
from smartsenegal.wifi.access import rosters
from smartsenegal.wifi.access.models import Credential, Group, Realm, Roster


@dataclass(frozen=True)
class Wanted:
    """An access as the list wants it: its group and its end, by number and moment; None is "none"."""

    login: str
    group: int | None
    until: datetime | None


@dataclass(frozen=True)
class Preview:
    """What a list would do: accesses to make, to change (by number), to leave; those it does not name.

    `missing` holds the numbers of the accesses of former lists that this one leaves out. `blocked` are
    listed, and stay blocked.
    """

    added: list[Wanted] = field(default_factory=list)
    changed: dict[int, Wanted] = field(default_factory=dict)
    same: int = 0
    blocked: int = 0
    missing: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def realm(pk: int) -> Realm | None:
    """A named realm that we answer for, or None."""
    found = Realm.objects.filter(kind="local").exclude(name="").select_related("organisation__territory")
    return found.filter(pk=pk).first()


def roster(pk: int) -> Roster | None:
    """A list that was brought in, with its realm, or None."""
    return Roster.objects.select_related("realm__organisation__territory").filter(pk=pk).first()


def waiting(realm: Realm) -> list[Roster]:
    """The lists of a realm whose file may still be taken, the latest first."""
    found = realm.rosters.exclude(sealed=None).filter(sealed_until__gt=timezone.now())
    return list(found.defer("sealed").order_by("-pk"))


def preview(realm: Realm, text: str) -> Preview:
    """Read a list against the accesses of its realm, writing nothing; two queries whatever its length.

    A column that the list leaves out is left as it is where the access exists.
    """
    read = rosters.read(text, timezone.localdate())
    groups = dict(Group.objects.values_list("code", "pk"))
    kept = Credential.objects.filter(Q(closed_because="") | Q(closed_because="blocked"), realm=realm)
    columns = kept.order_by("closed_because").values_list(
        "login", "closed_because", "pk", "roster_id", "group_id", "valid_until"
    )
    # An open access stands before a blocked one of the same login: it comes first.
    known: dict[str, tuple[str, int, int | None, int | None, datetime | None]] = {}
    for name, shut, pk, by, team, ends in columns.iterator():
        known.setdefault(name.lower(), (shut, pk, by, team, ends))
    found, same, blocked = Preview(faults=list(read.faults)), 0, 0
    for line, row in read.rows:
        if row.group and row.group not in groups:
            found.faults.append(
                Fault(line, rosters.GROUP, "Ce groupe est inconnu : donnez le code d’un groupe.")
            )
            continue
        wanted = Wanted(row.login, groups.get(row.group), _moment(row))
        before = known.pop(row.login, None)
        if before is None:
            found.added.append(wanted)
            continue
        closed, number, listed, group, until = before
        if listed is None:
            told = "Cet identifiant est celui d’un accès fait autrement : choisissez-en un autre."
            found.faults.append(Fault(line, rosters.LOGIN, told))
        elif closed:
            blocked += 1
        else:
            now = Wanted(
                row.login,
                wanted.group if rosters.GROUP in read.given else group,
                wanted.until if rosters.END in read.given else until,
            )
            if (now.group, now.until) == (group, until):
                same += 1
            else:
                found.changed[number] = now
    missing = [number for closed, number, listed, *_ in known.values() if listed and not closed]
    return Preview(found.added, found.changed, same, blocked, missing, sorted(found.faults, key=_line))


def _line(fault: Fault) -> int:
    return fault.line


def _moment(row: rosters.Row) -> datetime | None:
    if row.end is None:
        return None
    return timezone.make_aware(datetime.combine(row.end, time(23, 59, 59)))
