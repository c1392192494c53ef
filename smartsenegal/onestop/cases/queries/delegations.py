"""What a delegation of signature covers, and who signed what under it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from smartsenegal.kernel.identity.api import Delegation, Principal
from smartsenegal.kernel.sites.api import Site
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.models import CaseAction
from smartsenegal.onestop.cases.rules import SUBSTITUTION
from smartsenegal.onestop.procedures.api import Definition, Procedure, definition_of

MOST_SIGNED = 200


def signatures_of(organisation_id: int) -> list[tuple[str, str]]:
    """What an organisation signs today: the key ("code/step") and the words of each one. Two queries."""
    sites = Site.objects.filter(organisation_id=organisation_id)
    kinds = frozenset(sites.values_list("kind", flat=True))
    offered = Procedure.objects.filter(published=True).exclude(current=None).order_by("names")
    found = (definition_of(pk) for pk in offered.values_list("current_id", flat=True) if pk)
    return [pair for d in found for pair in _signed(d, kinds)]


def _signed(d: Definition, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    own = {d.authority.unit, *(o.unit for o in d.authority.otherwise)}
    for step in d.circuit:
        signs = step.kind == "decision" or step.role == "signatory"
        units = own if step.unit == "competent" else {step.unit}
        if signs and units & kinds:
            yield f"{d.code}/{step.key}", _(f"{d.title} : {step.label}")
    if d.silence and d.silence.substitute and d.silence.substitute_unit in kinds:
        yield f"{d.code}/{SUBSTITUTION}", _(f"{d.title} : acte délivré après un accord tacite")


def words_of(covers: Sequence[str]) -> list[str]:
    """The signatures that a delegation names, in words, its procedures as they are today."""
    codes = {held.partition("/")[0] for held in covers}
    rows = Procedure.objects.filter(code__in=codes).exclude(current=None).values_list("code", "current_id")
    known = {code: definition_of(pk) for code, pk in rows if pk}
    return [_words(held, known) for held in covers]


def _words(held: str, known: dict[str, Definition]) -> str:
    code, _slash, key = held.partition("/")
    if code not in known:
        return held
    title = known[code].title
    label = next((s.label for s in known[code].circuit if s.key == key), "")
    if key == SUBSTITUTION:
        label = "acte délivré après un accord tacite"
    return _(f"{title} : {label}") if label else title


@dataclass(frozen=True)
class Signed:
    """One thing signed under a delegation."""

    case_id: UUID
    reference: str
    kind: str
    outcome: str
    at: datetime
    by: str


def signed_under(delegation: Delegation) -> list[Signed]:
    """What was signed under a delegation, the latest first, 200 at most: one query along its own index."""
    key = str(delegation.pk)
    rows = CaseAction.objects.filter(payload__has_key="delegation", payload__delegation__id=key)
    rows = rows.select_related("case").order_by("-at", "-pk")
    shown = rows.only("kind", "at", "actor_label", "payload", "case__reference")[:MOST_SIGNED]
    return [_line(action) for action in shown]


def _line(a: CaseAction) -> Signed:
    outcome = str(a.payload.get("outcome", ""))
    return Signed(a.case_id, a.case.reference or "", a.kind, outcome, a.at, a.actor_label)


def may_see_delegation(by: Principal, found: Delegation) -> bool:
    """Whether this principal may see a delegation and its act: its two people, inspectors, administrators."""
    if by.account_id in (str(found.giver_id), str(found.deputy_id)):
        return True
    place: dict[str, Any] = {"organisation_id": found.organisation_id}
    return by.may("audit.read", **place) or by.may("identity.manage", **place)
