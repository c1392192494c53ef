"""Ask for one's data or its erasure; hand over, erase, refuse. Each is in the journal."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal, system
from smartsenegal.kernel.privacy import archives, messages, queries, rules
from smartsenegal.kernel.privacy.errors import PrivacyRefused
from smartsenegal.kernel.privacy.models import PrivacyDelay, PrivacyRequest
from smartsenegal.lib import crypto
from smartsenegal.lib.dates import format_date

ALREADY = "Vous avez déjà demandé cela : la réponse est en route."
NOT_OPEN = "Cette demande a déjà reçu sa réponse."


@transaction.atomic
def ask(by: Principal, kind: str, words: str = "") -> PrivacyRequest:
    """Note a person's request about their own data. Raises PrivacyRefused when the same one is open."""
    if by.account_id is None or kind not in dict(rules.KINDS):
        raise PrivacyRefused("Choisissez ce que vous demandez.")
    today = timezone.localdate()
    due = rules.due_on(kind, today, queries.delays_on(today))
    try:
        with transaction.atomic():
            made = PrivacyRequest.objects.create(
                account_id=UUID(by.account_id), kind=kind, words=words[:500], due_on=due
            )
    except IntegrityError:
        raise PrivacyRefused(ALREADY) from None
    audit.record(by.actor, f"privacy.asked_{kind}", f"account:{by.account_id}", {"request": str(made.pk)})
    return made


def read(request_id: UUID | str, by: Principal) -> PrivacyRequest:
    """A request for the officer who treats it; the reading is in the journal. Raises Http404, refusals."""
    _officer(by)
    found = queries.find(request_id)
    with transaction.atomic():
        audit.record(by.actor, "privacy.read", found.subject)
    return found


def _officer(by: Principal) -> None:
    if not (by.is_system or by.may(queries.TREAT)):
        raise PermissionRefused("Ces demandes sont traitées par les inspecteurs.")


def _locked(request_id: UUID | str, *states: str) -> PrivacyRequest:
    found = PrivacyRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if found.state not in states:
        raise PrivacyRefused(NOT_OPEN)
    return found


@transaction.atomic
def treat(request_id: UUID | str, by: Principal) -> PrivacyRequest:
    """Accept a request: the archive is made in the background, the erasure at once.

    Raises PermissionRefused, PrivacyRefused when it was answered meanwhile.
    """
    _officer(by)
    found = _locked(request_id, "asked")
    return _prepare(found, by) if found.kind == "access" else _erase(found, by)


def _prepare(found: PrivacyRequest, by: Principal) -> PrivacyRequest:
    from smartsenegal.kernel.privacy.jobs import make_archive

    found.state, found.answered_by = "preparing", by.label[:200]
    found.save(update_fields=["state", "answered_by"])
    audit.record(by.actor, "privacy.preparing", found.subject)
    make_archive.configure(lock=found.subject).defer(request_id=str(found.pk))
    return found


def make_archive(request_id: UUID | str) -> None:
    """Make the archive of an accepted request and tell the person; once, however often it is asked."""
    found = PrivacyRequest.objects.get(pk=request_id)
    if found.state != "preparing":
        return
    now = timezone.now()
    wrapped = archives.keep(found.pk, archives.zipped(str(found.account_id), audit.holders(), now))
    with transaction.atomic():
        found = _locked(request_id, "preparing")
        days = queries.delays_on(timezone.localdate(now)).archive
        found.state, found.answered_at = "done", now
        found.archive_until = timezone.localdate(now) + timedelta(days=days)
        found.archive_key, found.archive_kid = wrapped.blob, wrapped.kid
        found.save()
        audit.record(system("worker").actor, "privacy.ready", found.subject)
        messages.tell("privacy.ready", found)


def _erase(found: PrivacyRequest, by: Principal) -> PrivacyRequest:
    # The officer may not act on cases or numbers: the platform does, in their name, and the journal says so.
    hand = system(f"droits, {by.label}")
    every = [(h, o) for h in audit.holders() for o in h.erase(str(found.account_id), hand)]
    told = [(holder, o) for holder, o in every if o.erased or o.kept]
    found.state, found.answered_at, found.answered_by = "done", timezone.now(), by.label[:200]
    found.outcomes = [{"module": holder.label, **_told(o)} for holder, o in told]
    found.save()
    counts = {"erased": sum(o.erased for _, o in told), "kept": sum(o.kept for _, o in told)}
    audit.record(by.actor, "privacy.erased", found.subject, counts)
    messages.tell("privacy.erased", found)
    return found


def _told(outcome: audit.Outcome) -> dict[str, object]:
    until = format_date(outcome.until) if outcome.until else ""
    return {**vars(outcome), "until": until}


@transaction.atomic
def refuse(request_id: UUID | str, by: Principal, why: str) -> PrivacyRequest:
    """Refuse a request, with the reason that the person reads. Raises as `treat`."""
    _officer(by)
    found = _locked(request_id, "asked")
    found.state, found.answered_at, found.answered_by = "refused", timezone.now(), by.label[:200]
    found.answer = why[:500]
    found.save()
    audit.record(by.actor, "privacy.refused", found.subject, reason=why)
    messages.tell("privacy.refused", found)
    return found


def download(request_id: UUID | str, by: Principal) -> Iterator[bytes]:
    """The archive, for the person it is about. Raises Http404, PermissionRefused, PrivacyRefused."""
    found = queries.own_one(request_id, by)
    if not found.has_archive or not archives.path_of(found.pk).exists():
        raise PrivacyRefused("Cette archive n’est plus disponible : demandez-en une autre.")
    with transaction.atomic():
        audit.record(by.actor, "privacy.downloaded", found.subject)
    return archives.clear_chunks(found.pk, crypto.Wrapped(found.archive_kid, bytes(found.archive_key)))


def alert_officers(today: date | None = None) -> int:
    """Alert those who answer of each request near its last day or past it, once a stage; returns how many."""
    today = today or timezone.localdate()
    due = queries.to_alert(today)
    officers = queries.officers(today) if due else []
    return sum(_alert(found.pk, officers, today) for found in due)


@transaction.atomic
def _alert(request_id: UUID, officers: list[UUID], today: date) -> bool:
    found = PrivacyRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    stage = rules.alert(found.state, found.due_on, today)
    if stage in ("", found.alerted):
        return False  # answered, or alerted by another worker meanwhile
    found.alerted = stage
    found.save(update_fields=["alerted"])
    detail = {"stage": stage, "officers": len(officers)}
    audit.record(system("worker").actor, "privacy.alerted", found.subject, detail)
    messages.alert(found, stage, officers, today)
    return True


def destroy_expired(today: date | None = None) -> int:
    """Destroy the archives that may no more be downloaded; returns how many."""
    due = queries.expired(today or timezone.localdate())
    for request_id in due:
        with transaction.atomic():
            PrivacyRequest.objects.filter(pk=request_id).update(archive_key=b"", archive_kid="")
            audit.record(system("worker").actor, "privacy.archive_destroyed", f"privacy:{request_id}")
        archives.remove(request_id)
    return len(due)


@transaction.atomic
def reseal_archives(batch: int = 100) -> int:
    """Put the keys of archives that are under an old master key under the present one; returns how many."""
    ring = vault.keyring()
    kept = PrivacyRequest.objects.select_for_update(skip_locked=True).exclude(archive_kid="")
    rows = list(kept.exclude(archive_kid=ring.active)[:batch])
    for row in rows:
        wrapped = ring.rewrap(crypto.Wrapped(row.archive_kid, bytes(row.archive_key)))
        row.archive_key, row.archive_kid = wrapped.blob, wrapped.kid
        row.save(update_fields=["archive_key", "archive_kid"])
    return len(rows)


@transaction.atomic
def set_delays(by: Principal, delays: rules.Delays, basis: str) -> PrivacyDelay:
    """Set the delays from a day on; requests already made keep theirs. Raises PermissionRefused."""
    _officer(by)
    made = PrivacyDelay.objects.create(**vars(delays), basis=basis[:300], set_by=by.label[:200])
    detail = {**vars(delays), "effective_from": delays.effective_from.isoformat()}
    audit.record(by.actor, "privacy.delays_set", "privacy:delays", detail, basis)
    return made
