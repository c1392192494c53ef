"""Projects: opened, given a quota, shared between persons. What is granted never exceeds the platform."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.hosting import queries
from smartsenegal.datacenter.hosting.actions.base import locked, locked_pool, tell_project
from smartsenegal.datacenter.hosting.errors import HostingRefused
from smartsenegal.datacenter.hosting.models import Ask, Member, Pool, Project
from smartsenegal.datacenter.hosting.rules import objects, quotas, roles
from smartsenegal.kernel.identity.api import (
    Account,
    Organisation,
    PermissionRefused,
    Principal,
)


@transaction.atomic
def open_project(
    by: Principal, pool: Pool, customer: Organisation, *, code: str, name: str, purpose: str = ""
) -> Project:
    """Open a project for an organisation, without quota yet.

    Raises PermissionRefused, HostingRefused for a code that is taken or badly written.
    """
    if not colocation.owns(by, customer.pk, "file"):
        raise PermissionRefused("Vous n’agissez pas pour cet organisme.")
    if not objects.CODE.fullmatch(code):
        raise HostingRefused(
            "Écrivez de 3 à 20 lettres minuscules sans accent ou chiffres, une lettre d’abord.", "code"
        )
    try:
        with transaction.atomic():
            made = Project.objects.create(pool=pool, customer=customer, code=code, name=name, purpose=purpose)
    except IntegrityError:
        raise HostingRefused("Ce code est déjà pris : choisissez-en un autre.", "code") from None
    tell_project(by, made, "project_opened", code=code)
    return made


@transaction.atomic
def ask_quota(by: Principal, project: Project, amounts: quotas.Amounts, *, reason: str) -> Ask:
    """Ask for a quota, whole. Raises PermissionRefused, HostingRefused: one waits, or less than is used."""
    project = locked(by, project, roles.OWN)
    if queries.waiting_of(project):
        raise HostingRefused("Une demande attend déjà une réponse : le centre y répondra d’abord.")
    _check_not_below(project, amounts)
    if amounts == project.amounts:
        raise HostingRefused("C’est le quota que le projet a déjà.", "vcpus")
    made = Ask.objects.create(project=project, reason=reason, **dict(amounts.items()))
    tell_project(by, project, "quota_asked", **dict(amounts.items()))
    return made


def _check_not_below(project: Project, amounts: quotas.Amounts) -> None:
    if missing := quotas.lacking(amounts, quotas.Amounts(), queries.used(project)):
        raise HostingRefused(
            f"C’est moins que ce que le projet utilise : il manque {quotas.told(missing)}.",
            next(iter(missing)),
        )


@transaction.atomic
def grant(by: Principal, ask: Ask, *, answer: str = "") -> Ask:
    """Grant what was asked for: the platform must have it left, the project must still fit in it.

    Raises PermissionRefused, HostingRefused naming each amount that lacks.
    """
    pool, ask = _deciding(by, ask)
    project = Project.objects.select_for_update(of=("self",), no_key=True).get(pk=ask.project_id)
    left = queries.pool_left(pool, without=project)
    if missing := quotas.lacking(left, quotas.Amounts(), ask.amounts):
        raise HostingRefused(f"La plateforme {pool.name} n’a plus assez : il manque {quotas.told(missing)}.")
    _check_not_below(project, ask.amounts)
    for name, value in ask.amounts.items():
        setattr(project, name, value)
    project.save(update_fields=list(quotas.DIMENSIONS))
    return _decided(by, ask, "quota_granted", answer, granted=True)


@transaction.atomic
def refuse(by: Principal, ask: Ask, *, answer: str) -> Ask:
    """Refuse, and say why. Raises PermissionRefused, HostingRefused once decided."""
    _, ask = _deciding(by, ask)
    return _decided(by, ask, "quota_refused", answer, granted=False)


def _deciding(by: Principal, ask: Ask) -> tuple[Pool, Ask]:
    pool = locked_pool(by, ask.project.pool)
    fresh = Ask.objects.select_for_update(of=("self",)).select_related("project").get(pk=ask.pk)
    if fresh.decided_at is not None:
        raise HostingRefused("Cette demande est déjà décidée.")
    return pool, fresh


def _decided(by: Principal, ask: Ask, verb: str, answer: str, granted: bool) -> Ask:
    ask.decided_at, ask.granted, ask.answer = timezone.now(), granted, answer
    ask.save(update_fields=["decided_at", "granted", "answer"])
    detail: dict[str, Any] = {"ask": ask.pk, **dict(ask.amounts.items())}
    tell_project(by, ask.project, verb, **detail)
    return ask


@transaction.atomic
def add_member(by: Principal, project: Project, account: Account, *, role: str) -> Member:
    """Give somebody a role, or change it. Raises PermissionRefused."""
    project = locked(by, project, roles.OWN)
    made, _ = Member.objects.update_or_create(project=project, account=account, defaults={"role": role})
    tell_project(by, project, "member_added", account=str(account.pk), role=role)
    return made


@transaction.atomic
def remove_member(by: Principal, member: Member) -> None:
    """Take a role back: who files for the organisation keeps theirs. Raises PermissionRefused."""
    project = locked(by, member.project, roles.OWN)
    member.delete()
    tell_project(by, project, "member_removed", account=str(member.account_id))


@transaction.atomic
def forget(by: Principal, account_id: str) -> int:
    """Take back every role of a person who asked to be erased; returns how many."""
    found = list(Member.objects.filter(account_id=account_id).select_related("project"))
    for member in found:
        member.delete()
        tell_project(by, member.project, "member_removed", account=account_id)
    return len(found)
