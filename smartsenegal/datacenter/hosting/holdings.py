"""What this module holds about a person: their roles in projects. Registered when Django starts."""

import json
from collections.abc import Iterator
from typing import Any

from smartsenegal.datacenter.hosting.actions import projects
from smartsenegal.datacenter.hosting.models import Member
from smartsenegal.datacenter.hosting.rules import roles
from smartsenegal.kernel.audit import api as audit
from smartsenegal.lib.text import plural


def register() -> None:
    """Called once, when Django starts."""
    audit.register_holder(audit.Holder("datacenter_hosting", "Vos projets hébergés", subjects, export, erase))


def subjects(account_id: str) -> list[str]:
    found = Member.objects.filter(account_id=account_id).order_by("pk")
    return [f"project:{pk}" for pk in found.values_list("project", flat=True)]


def export(account_id: str) -> Iterator[audit.Item]:
    """The projects where the account has a role."""
    found = Member.objects.filter(account_id=account_id).select_related("project").order_by("pk")
    told = [
        {"projet": each.project.name, "role": roles.NAMES[each.role], "depuis": each.added_at.isoformat()}
        for each in found
    ]
    yield audit.Item("projets-heberges.json", [json.dumps(told, ensure_ascii=False, indent=2).encode()])


def erase(account_id: str, by: Any) -> list[audit.Outcome]:
    """Roles go: what the projects hold is their organisations'."""
    count = projects.forget(by, account_id)
    return [audit.Outcome(plural(count, "rôle de projet", "rôles de projet"), erased=count)] if count else []
