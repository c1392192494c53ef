"""Lists of students or staff: brought into a realm together, and what was made taken as a file once."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import BinaryField, F, Func
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.api import PermissionRefused, Principal, system
from smartsenegal.wifi.access import profiles, rules
from smartsenegal.wifi.access import queries_rosters as queries
from smartsenegal.wifi.access.actions.base import may_import, tell
from smartsenegal.wifi.access.errors import AccessRefused, RosterRefused
from smartsenegal.wifi.access.models import Credential, Realm, Roster
from smartsenegal.wifi.access.secrets import (
    holder_of,
    new_password,
    open_roster,
    seal_password,
    seal_roster,
    verifier,
)

TAKEABLE = timedelta(days=7)
_AT_ONCE = 2_000


@transaction.atomic
def import_roster(by: Principal, realm: Realm, text: str, *, close: int | None = None) -> Roster:
    """Make, change and close the accesses of a realm as a CSV file says (`rosters.COLUMNS`): all, or none.

    Accesses that are kept keep their password. `close`: how many of those that the file leaves out one agreed
    to close; None closes none. Only accesses of former lists are closed. The passwords are in the list's file
    until it is taken, TAKEABLE at most.

    Raises PermissionRefused; RosterRefused with every fault of the file; AccessRefused for a realm without
    passwords, and when other accesses than those agreed to would be closed.
    """
    realm = Realm.objects.select_for_update(of=("self",)).get(pk=realm.pk)
    _check(by, realm)
    if realm.kind != "local" or not realm.name or not profiles.method_of(realm.methods):
        raise AccessRefused("Ce domaine n’admet pas de mot de passe : réglez d’abord ses méthodes.")
    found = queries.preview(realm, text)
    if found.faults:
        raise RosterRefused(found.faults)
    missing = found.missing if close is not None else []
    if close is not None and close != len(missing):
        raise AccessRefused("Les accès à fermer ont changé entre-temps : voyez leur nouveau nombre.")
    roster = Roster.objects.create(
        realm=realm, count=len(found.added), changed=len(found.changed), closed=len(missing),
        made_by=by.label[:200], sealed_until=timezone.now() + TAKEABLE,
    )  # fmt: skip
    _make(realm, roster, found.added)
    _change(found.changed)
    Credential.objects.filter(pk__in=missing).update(closed_because="withdrawn", verifier=None, sealed=None)
    counts = {"count": roster.count, "changed": roster.changed, "closed": roster.closed}
    tell(by, "roster_imported", {"realm": realm.name, **counts}, _subject(realm))
    return roster


def _make(realm: Realm, roster: Roster, added: list[queries.Wanted]) -> None:
    if not added:
        return
    readable = rules.needs_readable(realm.methods)
    made = [(wanted.login, new_password()) for wanted in added]
    Credential.objects.bulk_create(
        (
            Credential(
                realm=realm, login=login, kind="password", roster=roster, group_id=wanted.group,
                # The same for a login that comes back: what was used today still counts.
                holder=holder_of("roster", f"{realm.pk}:{login}"), valid_until=wanted.until,
                verifier=verifier(password),
                sealed=seal_password(realm.pk, login, password) if readable else None,
            )
            for wanted, (login, password) in zip(added, made, strict=True)
        ),
        batch_size=_AT_ONCE,
    )  # fmt: skip
    roster.sealed = seal_roster(roster.pk, made)
    roster.save(update_fields=["sealed"])


def _change(changed: dict[int, queries.Wanted]) -> None:
    alike: dict[tuple[int | None, datetime | None], list[int]] = defaultdict(list)
    for number, wanted in changed.items():
        alike[wanted.group, wanted.until].append(number)
    for (group, until), numbers in alike.items():
        Credential.objects.filter(pk__in=numbers).update(group=group, valid_until=until)


@transaction.atomic
def take_roster(by: Principal, roster: Roster) -> list[tuple[str, str]]:
    """The logins and passwords of a list, for a file, once: they are erased here. In the order of the list.

    Raises PermissionRefused, AccessRefused when there is nothing to take any more.
    """
    found = Roster.objects.select_for_update().get(pk=roster.pk)
    _check(by, found.realm)
    if found.taken_at:
        raise AccessRefused("Ce fichier a déjà été pris, et ses mots de passe sont effacés ici.")
    if found.sealed is None or found.sealed_until <= timezone.now():
        raise AccessRefused("Ces mots de passe sont effacés.")
    made = open_roster(found.pk, bytes(found.sealed))
    found.sealed, found.taken_at = None, timezone.now()
    found.save(update_fields=["sealed", "taken_at"])
    tell(by, "roster_taken", {"realm": found.realm.name, "count": found.count}, _subject(found.realm))
    return made


@transaction.atomic
def forget_rosters() -> int:
    """Erase the passwords of lists whose file was not taken in time; of how many lists."""
    due = Roster.objects.exclude(sealed=None).filter(sealed_until__lte=timezone.now())
    found = list(due.select_for_update(of=("self",)).select_related("realm").defer("sealed"))
    for roster in found:
        Roster.objects.filter(pk=roster.pk).update(sealed=None)
        detail = {"realm": roster.realm.name, "count": roster.count}
        tell(system("worker"), "roster_forgotten", detail, _subject(roster.realm))
    return len(found)


@transaction.atomic
def reseal_rosters() -> int:
    """Seal again the files that are under an old master key; of how many lists."""
    ring = vault.keyring()
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    kid = Func(F("sealed"), 2, 4, function="substring", output_field=BinaryField())
    old = Roster.objects.exclude(sealed=None).annotate(kid=kid).exclude(kid=bytes.fromhex(ring.active))
    batch = list(old.select_for_update(skip_locked=True)[:10])
    for each in batch:
        each.sealed = seal_roster(each.pk, open_roster(each.pk, bytes(each.sealed or b"")))
        each.save(update_fields=["sealed"])
    return len(batch)


def _check(by: Principal, realm: Realm) -> None:
    if not may_import(by, realm):
        raise PermissionRefused("Les listes de ce domaine sont tenues par son organisme.")


def _subject(realm: Realm) -> str:
    return f"wifi_realm:{realm.pk}"
