"""Write in the journal, and sign where it stands."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import outside, queries, rules
from smartsenegal.kernel.audit.models import Chain, Check, Entry, Head
from smartsenegal.lib.actor import Actor


class Signer(Protocol):
    """What signs heads: an Ed25519 private key."""

    def sign(self, data: bytes, /) -> bytes: ...


class HeadSigner(Protocol):
    """The installation's authority (`lib.authority.Authority`)."""

    seal_kid: str
    seal_key: Any


def record(
    actor: Actor, verb: str, subject: str, detail: Mapping[str, Any] | None = None, reason: str = ""
) -> Entry:
    """Append one entry in the caller's transaction; returns it (its rank is known to the database only).

    `subject` is "<kind>:<id>"; `detail` holds identifiers and names of fields, never a person's answers.
    """
    entry = _entry(actor, verb, subject, detail or {}, reason)
    entry.save(force_insert=True)
    return entry


def record_all(
    actor: Actor, verb: str, noted: Iterable[tuple[str, Mapping[str, Any]]], reason: str = ""
) -> None:
    """Append an entry for each pair of a subject and its detail, in one statement; as `record` otherwise."""
    Entry.objects.bulk_create(_entry(actor, verb, subject, detail, reason) for subject, detail in noted)


def _entry(actor: Actor, verb: str, subject: str, detail: Mapping[str, Any], reason: str) -> Entry:
    return Entry(
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        organisation=actor.organisation[:120],
        ip=actor.ip,
        verb=verb,
        subject=subject,
        detail=dict(detail),
        reason=reason[:500],
    )


@transaction.atomic
def sign_heads(signer: HeadSigner) -> int:
    """Sign each chain that has grown since its last head; returns how many were signed."""
    signed = {(h.chain, h.sequence) for h in Head.objects.order_by("chain", "-sequence").distinct("chain")}
    grown = [c for c in Chain.objects.order_by("chain") if (c.chain, c.sequence) not in signed]
    Head.objects.bulk_create([_head(c, signer) for c in grown])
    return len(grown)


def _head(chain: Chain, signer: HeadSigner) -> Head:
    now = timezone.now()
    digest = bytes(chain.hash)
    message = rules.head_message(chain.chain, chain.sequence, digest, now.isoformat())
    return Head(
        chain=chain.chain,
        sequence=chain.sequence,
        hash=digest,
        signed_at=now,
        kid=signer.seal_kid,
        signature=signer.seal_key.sign(message),
    )


def publish_heads() -> int:
    """Append to the file outside the database the heads it does not hold yet; returns how many."""
    return outside.append(queries.heads_after(outside.last_number()))


@transaction.atomic
def ask_check(by: Actor) -> Check:
    """Ask for a verification in the background; returns its row, not yet finished."""
    from smartsenegal.kernel.audit.jobs import verify

    asked = _note_check(by)
    verify.defer(check_id=asked.pk)
    return asked


def check_at_once(by: Actor) -> rules.Report:
    """Verify now; what was found is kept like that of a verification in the background."""
    with transaction.atomic():
        asked = _note_check(by)
    return run_check(asked.pk)


def _note_check(by: Actor) -> Check:
    asked = Check.objects.create(requested_by=by.label[:200])
    record(by, "audit.verify", f"check:{asked.pk}")
    return asked


def run_check(check_id: int) -> rules.Report:
    """Verify the whole journal, and write what was found on the row of the request."""
    report = verify_now()
    Check.objects.filter(pk=check_id).update(
        finished_at=timezone.now(),
        entries=report.entries,
        heads=report.heads,
        faults=[fault.sentence for fault in report.faults],
    )
    return report


def verify_now() -> rules.Report:
    """Verify the journal with the installation's keys and the copy of the heads outside the database."""
    copies, damaged = outside.read()
    report = queries.check(vault.trust(), copies)
    return rules.Report(report.entries, report.heads, (*report.faults, *damaged))
