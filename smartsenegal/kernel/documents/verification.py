"""What anyone may learn of an act: what the paper itself says, and whether it still holds.

Who holds the paper or the PDF sees what it already says, its seal being the proof. Who only knows the code
sees which act, by whom, when, its state, and the holder's initials: enough to compare, not to learn.
"""

import io
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from smartsenegal.kernel import vault
from smartsenegal.kernel.documents import checking, offline, queries, rules
from smartsenegal.kernel.documents.inspection import parent
from smartsenegal.kernel.documents.inspection.facts import Refused
from smartsenegal.kernel.documents.intake import Readable
from smartsenegal.kernel.documents.models import IssuedAct
from smartsenegal.lib import seal
from smartsenegal.lib.text import NBSP

State = Literal["genuine", "revoked", "forged", "unknown", "unclear"]
BLOCK = 64 * 1024
# A checker that goes without network for a day still knows what was revoked the day before.
LIST_LIFE = timedelta(hours=24)

_UNKNOWN = (
    f"Aucun acte ne porte ce code{NBSP}: comparez-le avec celui qui est imprimé, puis tapez-le à nouveau. "
    "S’il est exact, l’acte n’a pas été délivré par ce service."
)
_NOT_OURS = (
    "Le sceau est authentique, mais l’acte ne figure pas au registre. Ne l’acceptez pas avant d’avoir "
    "interrogé l’autorité qui l’aurait délivré."
)


@dataclass(frozen=True)
class Verification:
    """What the page shows. `holder` is the full name only when the seal or the PDF was shown."""

    state: State
    sentences: tuple[str, ...] = ()
    title: str = ""
    number: str = ""
    authority: str = ""
    signed_by: str = ""
    issued_at: datetime | None = None
    holder: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    revoked_at: datetime | None = None
    reason: str = ""
    successor: str = ""
    code: str = ""
    from_paper: bool = False
    act_id: UUID | None = None
    organisation_id: int | None = None


def by_code(code: str) -> Verification:
    """What the code alone tells; `code` is as `rules.read_code` returns it."""
    act = queries.act_by_code(code)
    return Verification("unknown", (_UNKNOWN,)) if act is None else _of_act(act)


def _of_act(act: IssuedAct, sentences: tuple[str, ...] = ()) -> Verification:
    return Verification(
        state="revoked" if act.is_revoked else "genuine",
        sentences=sentences,
        title=act.title,
        number=act.number,
        authority=act.authority,
        signed_by=act.issued_by,
        issued_at=act.issued_at,
        holder=act.initials,
        revoked_at=act.revoked_at,
        reason=act.revocation_label,
        successor=act.superseded_by.number if act.superseded_by else "",
        code=act.code,
        act_id=act.pk,
        organisation_id=act.organisation_id,
    )


def by_seal(words: str) -> Verification:
    """What the text of a seal tells, and whether the act still holds."""
    return _complete(checking.check_seal(words, vault.trust()))


def by_file(stream: Readable) -> Verification:
    """What a PDF, a photo or the text of a seal tells, read in a process apart from this one."""
    with tempfile.TemporaryFile() as copy:
        left = checking.LARGEST_FILE + 1
        while left > 0 and (chunk := stream.read(min(BLOCK, left))):
            copy.write(chunk)
            left -= len(chunk)
        copy.flush()
        return _complete(_checked(copy.fileno()))


def by_bytes(data: bytes) -> Verification:
    """The same for bytes in memory."""
    return by_file(io.BytesIO(data))


def _checked(descriptor: int) -> checking.Verdict:
    if os.fstat(descriptor).st_size == 0:
        return checking.Verdict("unclear", (f"Ce fichier est vide{NBSP}: choisissez-le à nouveau.",))
    try:
        return checking.Verdict.from_plain(parent.check(descriptor, vault.trust().to_json()))
    except Refused:
        return checking.Verdict(
            "unclear", (f"Ce fichier n’a pas pu être examiné{NBSP}: réessayez avec le PDF reçu.",)
        )


def _complete(verdict: checking.Verdict) -> Verification:
    """The verdict on the file itself, then what the register knows of the act."""
    if verdict.link and (code := _code_in(verdict.link)):
        return by_code(code)
    if verdict.state != "genuine":
        return Verification("forged" if verdict.state == "forged" else "unclear", verdict.sentences)
    act = queries.act_by_number(verdict.number)
    if act is None or act.revocation_ref != verdict.revocation_ref:
        return Verification("unclear", (_NOT_OURS,), number=verdict.number)
    known = _of_act(act, verdict.sentences)
    own = {rules.ACT, rules.HOLDER, rules.AUTHORITY}
    fields = tuple(pair for pair in verdict.shown_fields() if pair[0] not in own)
    holder = str(verdict.fields.get(rules.HOLDER, ""))
    return Verification(**{**vars(known), "holder": holder, "fields": fields, "from_paper": True})


def _code_in(address: str) -> str | None:
    """The code in an address of our own online verification."""
    head, found, tail = address.partition("/v/")
    return rules.read_code(tail.strip("/")) if found and head == settings.PUBLIC_URL.rstrip("/") else None


# --- for checkers without network -------------------------------------------------------

_lists: dict[tuple[object, ...], bytes] = {}


def revocation_list() -> bytes:
    """The signed list of revoked acts, made again when an act is revoked or the list grows old."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    state = (*queries.revocation_state(), hour, vault.authority().seal_kid)
    if state not in _lists:
        made = _make_list(queries.revoked_refs())
        _lists.clear()
        _lists[state] = made
    return _lists[state]


def offline_page() -> bytes:
    """The checker in one file, with today's keys and list."""
    return offline.page(vault.trust(), revocation_list(), datetime.now(UTC))


def _make_list(refs: Sequence[str]) -> bytes:
    now = datetime.now(UTC)
    return seal.make_revocation_list(refs, vault.authority(), now, now + LIST_LIFE)
