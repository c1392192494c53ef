"""Drafts made of rows of the national portal: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.onestop.procedures import actions, queries
from smartsenegal.onestop.procedures.definition import Definition
from smartsenegal.onestop.procedures.models import Procedure
from smartsenegal.onestop.procedures.rules.portal import Known, code_of, merge
from smartsenegal.onestop.procedures.rules.typography import polish

NOTE = "Importée du portail national"


@dataclass(frozen=True)
class Line:
    """What became of one row: `state` is "created", "changed" or "unchanged"."""

    rank: int
    code: str
    state: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class LineFault:
    """What is wrong with one row (from 1), in which of its fields ("" for all), and how to mend it."""

    rank: int
    code: str
    field: str
    sentence: str


class PortalRefused(Exception):
    """Nothing was written; `faults` say why, row by row."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        super().__init__("\n".join(f.sentence for f in faults))
        self.faults = list(faults)


@transaction.atomic
def import_rows(rows: Sequence[Any], by: Principal) -> list[Line]:
    """Make each row the draft of its procedure, created if need be; nothing is published.

    Again with the same rows, nothing changes. Raises PortalRefused with the faults of every row; then nothing
    of any is written.
    """
    codes = [code_of(row) if isinstance(row, dict) else "" for row in rows]
    # Held until the end: nobody edits a draft between what is read here and what is written.
    list(Procedure.objects.select_for_update().filter(code__in=codes).order_by("code"))
    known, here = Known(*queries.portal_names()), queries.working_definitions(codes)
    faults: list[LineFault] = []
    made = [_line(rank, row, code, here.get(code), known, by, faults)
            for rank, (row, code) in enumerate(zip(rows, codes, strict=True), 1)]  # fmt: skip
    faults += _twice(codes)
    if faults:
        raise PortalRefused(sorted(faults, key=lambda fault: fault.rank))
    return [line for line in made if line]


def _line(
    rank: int, row: Any, code: str, base: Definition | None, known: Known, by: Principal,
    faults: list[LineFault],
) -> Line | None:  # fmt: skip
    if not isinstance(row, dict):
        faults.append(LineFault(rank, "", "", "Ce n’est pas une démarche : donnez un objet avec ses champs."))
        return None
    merged = merge(row, base, known, timezone.localdate())
    faults += [LineFault(rank, code, field, sentence) for field, sentence in merged.faults]
    made = merged.definition
    if made is None:
        return None
    if not all(actions.may_manage(by, owner) for owner in {made.owner, base.owner if base else made.owner}):
        told = "Vous n’êtes pas responsable de cette démarche. Retirez-la, ou demandez ce droit."
        faults.append(LineFault(rank, code, "service_administratifs", told))
        return None
    if base and polish(base) == made:
        return Line(rank, code, "unchanged", merged.remarks)
    if not faults:
        actions.import_definition(made, by, NOTE)
    return Line(rank, code, "changed" if base else "created", merged.remarks)


def _twice(codes: Sequence[str]) -> list[LineFault]:
    first: dict[str, int] = {}
    told = "Cette démarche est déjà à la ligne {}. Gardez-en une seule."
    return [
        LineFault(rank, code, "slug", told.format(first[code]))
        for rank, code in enumerate(codes, 1)
        if code and first.setdefault(code, rank) != rank
    ]
