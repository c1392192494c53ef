"""Who is who to a case. Decisions stay in `rules`; here principals and rows become the facts they read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from smartsenegal.kernel.identity.api import (
    Grant,
    Party,
    PermissionRefused,
    Principal,
    acted_for,
    delegation_over,
    standings,
    standings_on,
)
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases import moment
from smartsenegal.onestop.cases.models import Case, CaseTask
from smartsenegal.onestop.cases.rules import NOT_YOURS, Facts, consults
from smartsenegal.onestop.procedures.api import Definition, definition_of
from smartsenegal.onestop.procedures.api import rules as asking


def facts_for(case: Case, by: Principal, titles: Sequence[Party] | None = None) -> Facts:
    """What this principal is to this case, as the rules want it; `titles` when they are known already."""
    known = titles_on(case, by) if titles is None else titles
    return Facts(
        actor_id=by.actor.id,
        today=moment.today(),
        owns=_may_in_name(known, "file"),
        involved=bool(known) or _filed(case, by),
        instructs=_may(case, by, "cases.instruct"),
        signs=_may(case, by, "cases.sign"),
        is_system=by.is_system,
        gives=_gives(case, by),
    )


def _gives(case: Case, by: Principal) -> frozenset[str]:
    """The steps whose opinion, visa, amount or act this principal may give: one query, when there are any."""
    if not (by.is_agent or by.is_client) or not consults(definition_of(case.revision_id)):
        return frozenset()
    rows = CaseTask.objects.filter(case_id=case.pk).values_list("step", "role", "service_id")
    return frozenset(step for step, role, service in rows if _may_give(case, by, step, role, service))


def _may_give(case: Case, by: Principal, step: str, role: str, service_id: int) -> bool:
    permission = "cases.sign" if role == "signatory" else "cases.instruct"
    about = f"{case.procedure}/{step}"
    return by.may(permission, organisation_id=service_id, territory_path=case.territory_path, about=about)


def titles_on(case: Case, by: Principal) -> list[Party]:
    """Under which titles it is this principal's request: as the applicant, a member of the organisation,
    or by a mandate that covers the procedure today. The applicant is known without a query."""
    return [p for p in standings(by, case.party_key) if p.covers(case.procedure)]


def titles_on_each(cases: Sequence[Case], by: Principal) -> dict[UUID, list[Party]]:
    """The same for several cases: two queries in all."""
    known = standings_on(by, {case.party_key for case in cases})
    return {case.pk: [p for p in known[case.party_key] if p.covers(case.procedure)] for case in cases}


def _may_in_name(titles: Iterable[Party], what: str) -> bool:
    return any(p.may(what) for p in titles)


def _filed(case: Case, by: Principal) -> bool:
    return by.account_id is not None and by.account_id == str(case.filed_by_id)


def owns(case: Case, by: Principal) -> bool:
    """Whether it is their own request, or that of who lets them file it."""
    return _may_in_name(titles_on(case, by), "file")


def may_pay(case: Case, by: Principal) -> bool:
    """Whether this principal pays what the case owes, in the name of who asks."""
    return _may_in_name(titles_on(case, by), "pay")


def may_read(case: Case, by: Principal) -> bool:
    """Whether this principal may read the case: its applicant and who acts for them, agents of its service,
    inspectors, and the agents of a service that it awaits, as long as it does."""
    if by.is_system or _may(case, by, "cases.read") or is_consulted(case, by):
        return True
    return reads(case, titles_on(case, by))


def in_name_of(titles: Iterable[Party]) -> dict[str, str]:
    """What an act done in another's name keeps of it: whose name, and the mandate; nothing for oneself."""
    title = next((p for p in titles if p.may("file")), None)
    if title is None or title.is_self:
        return {}
    return {"for": title.key} | ({"mandate": title.mandate_id} if title.mandate_id else {})


def reads(case: Case, titles: Iterable[Party]) -> bool:
    """Whether these titles let one see the request; a draft is seen by those who may file it alone."""
    return _may_in_name(titles, "file" if case.state == "draft" else "read")


def is_for(case: Case, by: Principal) -> bool:
    """Whether the case is of any concern to this principal: they read it, or filed it once for another."""
    return may_read(case, by) or _filed(case, by)


def is_consulted(case: Case, by: Principal) -> bool:
    """Whether the case awaits something of a service of this principal."""
    services = by.organisations_where("cases.read")
    if not services:
        return False
    awaited = CaseTask.objects.filter(case_id=case.pk, service_id__in=services)
    return any(
        by.may(
            "cases.read",
            organisation_id=service,
            territory_path=case.territory_path,
            about=case.procedure,
        )
        for service in awaited.values_list("service_id", flat=True)
    )


def check_agent(case: Case, by: Principal) -> None:
    """Raises PermissionRefused when this principal may not see the case as an agent."""
    if not (by.is_system or _may(case, by, "cases.read")):
        raise PermissionRefused(
            end_of_delegation(case, by) or "Ce dossier relève d’un autre service que le vôtre."
        )


def end_of_delegation(case: Case, by: Principal) -> str:
    """What to tell who signed there for another and does not any more; "" for anybody else. One query."""
    over = delegation_over(by, case.service_id) if case.service_id else None
    if over is None:
        return ""
    since = f"le {format_date(over.ended_at or over.ends_on)}"
    if over.runs_on(moment.today()):
        since = "avec les fonctions de cette personne"
    return (
        f"Vous ne signez plus pour {over.giver} : la délégation n° {over.number} a pris fin {since}. "
        "La décision n’est pas signée."
    )


def party_refused_of(case: Case, definition: Definition) -> str | None:
    """Why this procedure is not for who this request is for, a company for instance; None when it is."""
    return asking.party_refused(definition, case.party_name if case.organisation_id is not None else "")


def check_owner(case: Case, by: Principal) -> list[Party]:
    """The titles under which it is theirs. Raises PermissionRefused when it is not their own request."""
    titles = titles_on(case, by)
    if not reads(case, titles):
        raise PermissionRefused(not_theirs(case, by))
    return titles


def not_theirs(case: Case, by: Principal) -> str:
    """Why a request is not, or no longer, theirs: who helped learns that the mandate is over, or that it
    never covered this procedure; anybody else learns nothing."""
    if not (_filed(case, by) or acted_for(by, case.party_key)):
        return NOT_YOURS
    return _(
        "Vous ne pouvez pas, ou plus, agir ici : le mandat est terminé, retiré, ou ne couvre pas cette "
        "démarche. Ce qui était enregistré reste à la personne, qui le retrouve dans son espace. Rien "
        "d’autre n’est envoyé."
    )


def _may(case: Case, by: Principal, permission: str) -> bool:
    # Nobody but its applicant sees a draft: it has no service yet.
    return case.service_id is not None and by.may(
        permission,
        organisation_id=case.service_id,
        territory_path=case.territory_path,
        about=case.procedure,
    )


@dataclass(frozen=True)
class Scope:
    """Where a principal holds a permission: services, and inside them the territory ("" for all of it).

    `partly` are services where it is held for some procedures alone, by a delegation that names them.
    """

    places: tuple[tuple[int, str], ...]
    partly: tuple[tuple[int, str, tuple[str, ...]], ...] = ()

    @property
    def services(self) -> tuple[int, ...]:
        return tuple(sorted({s for s, _ in self.places} | {s for s, _, _ in self.partly}))

    def within(self, services: Iterable[int]) -> "Scope":
        """The same, in some of its services only."""
        kept = set(services)
        return Scope(
            tuple(p for p in self.places if p[0] in kept), tuple(p for p in self.partly if p[0] in kept)
        )


def scope_of(by: Principal, permission: str) -> Scope:
    """Where this principal holds a permission; nowhere for those without a role."""
    held = [g for g in by.grants if g.allows(permission, None, None)]
    places = {(s, g.territory_path) for g in held if not _codes(g) for s in g.organisation_ids}
    whole = {service for service, path in places if not path}
    partly = {
        (s, g.territory_path, _codes(g))
        for g in held
        for s in g.organisation_ids
        if _codes(g) and s not in whole
    }
    return Scope(
        tuple(sorted(p for p in places if not p[1] or p[0] not in whole)),
        tuple(sorted(partly)),
    )


def _codes(grant: Grant) -> tuple[str, ...]:
    """The procedures to which a delegation is limited; none for a role, or for a delegation of all."""
    named = grant.delegated.covers if grant.delegated else ()
    return tuple(sorted({held.partition("/")[0] for held in named}))
