"""Issue and revoke acts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.documents import queries, rules, storage
from smartsenegal.kernel.documents.actions.files import forget_unless_named, keep_own
from smartsenegal.kernel.documents.errors import ActRefused
from smartsenegal.kernel.documents.models import IssuedAct, Reservation, StoredFile
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal, system
from smartsenegal.lib import dates, ids, pdf, qr, seal

TEMPLATES = Path(__file__).resolve().parent.parent / "templates_typst"
ACT_PURPOSE = "act"


def issue(
    template: str,
    data: Mapping[str, Any],
    *,
    number: str,
    subject: str,
    title: str,
    holder: str,
    essential: Mapping[str, str | int | date],
    signer: rules.Signer,
    key: str = "act",
    supersedes: UUID | str | None = None,
    by: Principal | None = None,
) -> IssuedAct:
    """Render, sign, seal and keep an act; returns it. Takes about a second of work: for jobs only.

    `template` is a file of `templates_typst` ("act"); `data` holds `subtitle`, `paragraphs` and `rows` or
    `blocks` (see `rules.act_blocks`), `legal_basis`, `validity`. `number` is the prefix of the series ("B3"):
    the act's own number, like B3-2026-000123, is allocated without gaps. `essential` are the labels and
    values that the offline seal carries besides title, holder and authority.

    The same `subject` and `key` give the same act, however often and at once they are asked for. Nothing is
    acknowledged before the act is whole and durable: event `act.issued`. `supersedes` revokes the act
    replaced.
    Raises ValueError for wrong data, pdf.RenderRefused for a letter that cannot be printed.
    """
    done = queries.act_of(subject, key)
    if done is not None:
        return done
    draft = _Draft(
        template=template,
        reservation=reserve(subject, key, number),
        signer=signer,
        title=title,
        holder=holder,
        fields=rules.sealed_fields(essential, title=title, holder=holder, authority=signer.organisation),
        data=data,
        issued_at=timezone.now().replace(microsecond=0),
    )
    seal_text = _seal(draft)
    document = _render(draft, seal_text)
    return _conclude(draft, seal_text, document, supersedes, by or system("actes"))


@dataclass(frozen=True)
class _Draft:
    """An act being made."""

    template: str
    reservation: Reservation
    signer: rules.Signer
    title: str
    holder: str
    fields: Mapping[str, str | int | date]
    data: Mapping[str, Any]
    issued_at: datetime


# --- numbers ----------------------------------------------------------------------------

_NEXT = """
    INSERT INTO documents_counter AS c (prefix, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (prefix, year) DO UPDATE SET last = c.last + 1 RETURNING last
"""


@transaction.atomic
def reserve(subject: str, key: str, prefix: str) -> Reservation:
    """The number, code and revocation reference of the act of that subject and key, set aside once.

    The counter's row is locked until the end of the transaction: short here, since the act is made after it.
    """
    with connection.cursor() as cursor:  # two jobs for one act: the second waits and finds the first's number
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"act:{subject}:{key}"])
    known = Reservation.objects.filter(subject=subject, key=key).first()
    if known is not None:
        return known
    return Reservation.objects.create(
        subject=subject,
        key=key,
        number=_next_number(prefix),
        code=rules.new_code(),
        revocation_ref=ids.short_code(16),
    )


def _next_number(prefix: str) -> str:
    year = timezone.localdate().year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [prefix, year])
        return ids.reference(prefix, year, cursor.fetchone()[0])


# --- making -----------------------------------------------------------------------------


def _seal(draft: _Draft) -> str:
    return seal.make_seal(
        draft.fields,
        number=draft.reservation.number,
        revocation_ref=draft.reservation.revocation_ref,
        issued_at=draft.issued_at,
        authority=vault.authority(),
    )


def _render(draft: _Draft, seal_text: str) -> bytes:
    address = rules.act_address(settings.PUBLIC_URL, draft.reservation.code)
    issued_on = dates.format_date(draft.issued_at)
    marks = rules.Marks(draft.reservation.number, draft.reservation.code, issued_on, address, seal_text)
    content = rules.act_data(draft.data, draft.signer, marks, title=draft.title, specimen=settings.DEMO)
    drawings = {"seal.svg": qr.qr_svg(seal_text).encode(), "link.svg": qr.qr_svg(address).encode()}
    document = pdf.render(
        _template(draft.template), content, title=draft.title, files=drawings, created_at=draft.issued_at
    )
    return pdf.sign(
        document,
        vault.authority(),
        reason=f"Acte {draft.reservation.number}",
        name=draft.signer.words,
        location=draft.signer.place,
    )


def _template(name: str) -> Path:
    known = {path.stem: path for path in TEMPLATES.glob("*.typ")}
    if name not in known:
        raise ValueError(f"There is no template of acts named {name!r}")
    return known[name]


def _conclude(
    draft: _Draft, seal_text: str, document: bytes, supersedes: UUID | str | None, by: Principal
) -> IssuedAct:
    """One transaction acknowledges everything, once the file is durable."""
    kept = keep_own(document)
    try:
        with transaction.atomic():
            Reservation.objects.select_for_update().get(pk=draft.reservation.pk)
            done = queries.act_of(draft.reservation.subject, draft.reservation.key)
            if done is None:
                return _write(draft, seal_text, kept, supersedes, by)
    except BaseException as error:
        forget_unless_named(kept["storage_name"], error)
        raise
    storage.remove(kept["storage_name"])
    return done


def _write(
    draft: _Draft, seal_text: str, kept: Mapping[str, Any], supersedes: UUID | str | None, by: Principal
) -> IssuedAct:
    reserved, act_id = draft.reservation, ids.uuid7()
    sealed = _sealed(act_id, draft, seal_text)
    act = IssuedAct.objects.create(
        id=act_id,
        reservation=reserved,
        number=reserved.number,
        code=reserved.code,
        template=draft.template,
        title=draft.title[:200],
        subject=reserved.subject,
        initials=rules.initials(draft.holder)[:60],
        sealed=sealed,
        kid=vault.keyring().field_kid(sealed),
        pdf=_write_file(draft, kept),
        issued_at=draft.issued_at,
        issued_by=draft.signer.words[:200],
        authority=draft.signer.organisation[:200],
        organisation_id=draft.signer.organisation_id,
        revocation_ref=reserved.revocation_ref,
    )
    audit.record(by.actor, "documents.issue", act.subject, {"act": str(act.pk), "number": act.number})
    events.emit("act.issued", act.subject, {"act": str(act.pk), "number": act.number, "title": act.title})
    if supersedes is not None:
        old = _withdraw(supersedes, by, "replaced", f"remplacé par {act.number}")
        IssuedAct.objects.filter(pk=old.pk).update(superseded_by=act)
    return act


def _write_file(draft: _Draft, kept: Mapping[str, Any]) -> StoredFile:
    return StoredFile.objects.create(
        subject=draft.reservation.subject,
        purpose=ACT_PURPOSE,
        filename=f"{draft.reservation.number}.pdf",
        media_type="application/pdf",
        **kept,
    )


def _sealed(act_id: UUID, draft: _Draft, seal_text: str) -> bytes:
    content = {"holder": draft.holder, "fields": dict(draft.fields), "seal": seal_text}
    clear = json.dumps(content, ensure_ascii=False, default=str).encode()
    return vault.keyring().seal_field(clear, queries.act_aad(act_id))


# --- revoking ----------------------------------------------------------------------------


@transaction.atomic
def revoke(act_id: UUID | str, by: Principal, reason: str, note: str = "") -> IssuedAct:
    """Withdraw an act, for good; returns it. `reason` is a key of `rules.REVOCATION_REASONS`.

    The category is public; `note` goes to the journal only. Event `act.revoked`. Raises PermissionRefused,
    ActRefused when it is revoked already, IssuedAct.DoesNotExist, ValueError for an unknown reason.
    """
    organisation = IssuedAct.objects.values_list("organisation_id", flat=True).get(pk=act_id)
    if not by.may("documents.revoke", organisation_id=organisation):
        raise PermissionRefused("Seul un signataire de l’autorité qui a délivré cet acte peut le révoquer.")
    return _withdraw(act_id, by, reason, note)


def _withdraw(act_id: UUID | str, by: Principal, reason: str, note: str) -> IssuedAct:
    if reason not in rules.REVOCATION_REASONS:
        raise ValueError(f"Unknown reason of revocation: {reason!r}")
    act = IssuedAct.objects.select_for_update().get(pk=act_id)
    if act.is_revoked:
        raise ActRefused(f"L’acte {act.number} est déjà révoqué.")
    act.revoked_at, act.revocation_reason = timezone.now(), reason
    act.save(update_fields=["revoked_at", "revocation_reason"])
    detail = {"act": str(act.pk), "number": act.number, "category": reason}
    audit.record(by.actor, "documents.revoke", act.subject, detail, note)
    events.emit("act.revoked", act.subject, {"act": str(act.pk), "number": act.number, "reason": reason})
    return act
