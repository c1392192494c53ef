"""The left rail of the agents' pages: what is to be done, with counts."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from smartsenegal.kernel.identity.api import Grant, PermissionRefused, Principal
from smartsenegal.onestop.cases import moment, queries
from smartsenegal.onestop.cases.access import Scope, scope_of
from smartsenegal.onestop.cases.queries import Counts, shown_count

CHOSEN_SERVICE = "service"


def scopes(request: HttpRequest, by: Principal) -> tuple[Scope, Scope]:
    """Where this agent instructs and where they sign, narrowed to the service they chose to work for."""
    if not by.may("cases.queue"):
        raise PermissionRefused("Cette page est réservée aux agents qui instruisent des dossiers.")
    instructs, signs = scope_of(by, "cases.queue"), scope_of(by, "cases.sign")
    chosen = chosen_service(request, by)
    if chosen is None:
        return instructs, signs
    below = [g.organisation_ids for g in _grants(by) if g.organisation_id == chosen]
    services = frozenset().union(*below)
    return instructs.within(services), signs.within(services)


def own_services(by: Principal) -> list[tuple[int, str]]:
    """The services in which this agent instructs, for those who work for several."""
    return sorted({(g.organisation_id, g.organisation_name) for g in _grants(by)}, key=lambda s: s[1])


def chosen_service(request: HttpRequest, by: Principal) -> int | None:
    """The one service chosen in the address, if it is one of this agent's."""
    typed = request.GET.get(CHOSEN_SERVICE, "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    return number if number in {service for service, _ in own_services(by)} else None


def _grants(by: Principal) -> list[Grant]:
    return [g for g in by.grants if g.allows("cases.queue", None, None)]


def rail_context(by: Principal, current: str, counts: Counts) -> dict[str, Any]:
    """What completes the rail that every agent has: our counts, and the page we are on."""
    entries = (
        ("cases:queue", "À traiter", "inbox", "cases.queue", shown_count(counts.all)),
        ("cases:to_sign", "À signer", "pen-line", "cases.sign", shown_count(counts.to_sign)),
        ("cases:tasks", "Avis et visas", "message-square", "cases.queue", shown_count(counts.tasks)),
        ("cases:search", "Rechercher", "search", "cases.read", ""),
    )
    items = [
        {"label": label, "url": reverse(name), "icon": icon, "count": count, "current": name == current}
        for name, label, icon, permission, count in entries
        if by.may(permission)
    ]
    return {"rail": items, "rail_home": reverse("cases:queue" if by.may("cases.queue") else "cases:search")}


def counts_for(queue_scope: Scope, sign_scope: Scope) -> Counts:
    """The counts of the rail and of the tabs, in one query."""
    return queries.counts(queue_scope, sign_scope, moment.today())
