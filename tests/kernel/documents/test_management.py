"""Agents revoke acts and set lengths of keeping; jobs destroy and sweep; acts cannot be changed."""

import io
import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.documents import actions, api, jobs, queries, rules, storage
from smartsenegal.kernel.documents.errors import RetentionRefused
from smartsenegal.kernel.documents.models import Attempt, IssuedAct, RetentionRule, StoredFile
from smartsenegal.kernel.identity.api import (
    ANONYMOUS,
    Account,
    Organisation,
    PermissionRefused,
    RoleAssignment,
    system,
)
from smartsenegal.kernel.territory.models import Territory
from tests.kernel.documents import hostile
from tests.kernel.documents.conftest import SIGNER

pytestmark = pytest.mark.django_db

Issue = Callable[..., IssuedAct]


@pytest.fixture
def offices() -> list[Organisation]:
    place = Territory.objects.create(code="SN", kind="country", name="Sénégal", path="SN")
    return [
        Organisation.objects.create(code=f"tgi{n}", name=f"Tribunal {n}", kind="court_tgi", territory=place)
        for n in (1, 2)
    ]


def agent(role: str, office: Organisation) -> Account:
    account = Account.objects.create_user(email=f"{role}{office.pk}@example.sn", name=f"Agent {role}")
    RoleAssignment.objects.create(account=account, role=role, organisation=office, starts_on=date(2020, 1, 1))
    return account


@pytest.fixture
def act(issue: Issue, offices: list[Organisation]) -> IssuedAct:
    from dataclasses import replace

    return issue(signer=replace(SIGNER, organisation_id=offices[0].pk))


def shown(response: Any) -> str:
    return response.content.decode().replace("&nbsp;", "\u00a0")


# --- revoking --------------------------------------------------------------------------------


def test_a_signatory_revokes_from_the_page(
    client: Client, act: IssuedAct, offices: list[Organisation]
) -> None:
    client.force_login(agent("signatory", offices[0]))
    address = f"/actes/{act.pk}/revocation/"
    assert f'href="{address}"' in shown(client.get(f"/v/{act.code}/"))
    asked = shown(client.get(address))
    assert f"Révoquer l’acte {act.number}\u00a0?" in asked
    assert "replaced" not in asked
    response = client.post(address, {"reason": "error", "note": "Nom mal écrit."}, follow=True)
    assert "Acte révoqué" in shown(response)
    assert address not in shown(response)
    assert Entry.objects.get(verb="documents.revoke").reason == "Nom mal écrit."
    again = client.post(address, {"reason": "error", "note": "Encore."})
    assert again.status_code == 422
    assert "déjà révoqué" in shown(again)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"reason": "error"},
        {"note": "x"},
        {"reason": "replaced", "note": "x"},
        {"reason": "error", "note": "a\x00b"},
    ],
)
def test_a_revocation_without_reason_or_explanation_is_told(
    client: Client, act: IssuedAct, offices: list[Organisation], data: dict[str, str]
) -> None:
    client.force_login(agent("signatory", offices[0]))
    response = client.post(f"/actes/{act.pk}/revocation/", data)
    assert response.status_code == 422
    assert "ss-error-summary" in shown(response)
    act.refresh_from_db()
    assert not act.is_revoked


@pytest.mark.parametrize(
    ("role", "office"),
    [
        ("signatory", 1),
        ("officer", 0),
        ("inspector", 0),
        ("administrator", 0),
        ("cashier", 0),
        ("adviser", 0),
    ],
)
def test_nobody_else_can(
    client: Client, act: IssuedAct, offices: list[Organisation], role: str, office: int
) -> None:
    client.force_login(agent(role, offices[office]))
    assert "/revocation/" not in shown(client.get(f"/v/{act.code}/"))
    for response in (
        client.get(f"/actes/{act.pk}/revocation/"),
        client.post(f"/actes/{act.pk}/revocation/", {"reason": "error", "note": "x"}),
    ):
        assert response.status_code == 403
    act.refresh_from_db()
    assert not act.is_revoked


def test_a_visitor_is_asked_to_sign_in(client: Client, act: IssuedAct) -> None:
    for address in (f"/actes/{act.pk}/revocation/", "/conservation/"):
        assert client.get(address).status_code == 302
        assert client.post(address).status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        {"number": "B3-2026-000009"}, {"title": "Autre"}, {"initials": "X."}, {"issued_at": timezone.now()},
        {"authority": "Autre"}, {"code": "X"}, {"revocation_ref": "x"}, {"subject": "case:2"},
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_an_act(act: IssuedAct, change: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedAct.objects.filter(pk=act.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        act.delete()


def test_the_database_refuses_to_restore_a_revoked_act(act: IssuedAct) -> None:
    api.revoke(act.pk, system(), "court")
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedAct.objects.filter(pk=act.pk).update(revoked_at=None, revocation_reason="")


# --- lengths of keeping ----------------------------------------------------------------------------

TOMORROW = timedelta(days=1)


@pytest.fixture
def administrator(client: Client, offices: list[Organisation]) -> Client:
    client.force_login(agent("administrator", offices[0]))
    return client


def test_an_administrator_sets_a_length_from_a_day_on(administrator: Client) -> None:
    day = timezone.localdate() + TOMORROW
    data = {"purpose": "piece", "starts_on": day.isoformat(), "days": "45", "basis": "Décision du ministre"}
    words = shown(administrator.post("/conservation/", data, follow=True))
    assert "45\u00a0jours après la décision" in words
    assert "Décision du ministre" in words
    rule = RetentionRule.objects.get(purpose="piece", starts_on=day)
    assert (rule.days, rule.basis) == (45, "Décision du ministre")
    entry = Entry.objects.get(verb="documents.retention")
    assert entry.detail == {"purpose": "piece", "starts_on": day.isoformat(), "days": 45}
    decided = timezone.now()
    known = queries.retention_rules()
    later = decided + timedelta(days=2)
    assert rules.purge_after("piece", later, known) == later + timedelta(days=45)
    administrator.post("/conservation/", data | {"days": ""})
    assert RetentionRule.objects.get(purpose="piece", starts_on=day).days is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"starts_on": ""}, "Indiquez le jour"),
        ({"starts_on": "demain"}, "Il y a un problème"),
        ({"starts_on": "1/1/2020"}, "à partir de demain"),
        ({"days": "beaucoup"}, "en chiffres"),
        ({"days": "-1"}, "Il y a un problème"),
        ({"days": "99999999999999999999"}, "Il y a un problème"),
        ({"basis": ""}, "Citez le texte"),
        ({"purpose": "autre"}, "Il y a un problème"),
    ],
)
def test_a_wrong_length_is_told_and_what_was_typed_stays(
    administrator: Client, change: dict[str, str], sentence: str
) -> None:
    day = timezone.localdate() + TOMORROW
    data = {"purpose": "piece", "starts_on": day.isoformat(), "days": "45", "basis": "Décision"} | change
    response = administrator.post("/conservation/", data)
    assert response.status_code == 422
    assert sentence in shown(response)
    assert not RetentionRule.objects.filter(starts_on=day).exists()


@pytest.mark.parametrize("role", ["signatory", "officer", "inspector", "cashier", "adviser"])
def test_other_agents_cannot_set_lengths(client: Client, offices: list[Organisation], role: str) -> None:
    client.force_login(agent(role, offices[0]))
    assert client.get("/conservation/").status_code == 403
    assert client.post("/conservation/", {}).status_code == 403


def test_actions_check_by_themselves() -> None:
    day = timezone.localdate() + TOMORROW
    with pytest.raises(PermissionRefused):
        actions.set_retention(ANONYMOUS, "piece", day, 1, "x")
    with pytest.raises(RetentionRefused):
        actions.set_retention(system(), "piece", timezone.localdate(), 1, "x")
    with pytest.raises(ValueError, match="No rule"):
        actions.set_retention(system(), "rien", day, 1, "x")


# --- jobs ---------------------------------------------------------------------------------------------


def keep() -> StoredFile:
    return api.store(
        io.BytesIO(hostile.pdf()), filename="a.pdf", purpose="piece", subject="case:1", by=system()
    )


def test_the_nightly_job_destroys_what_is_due(django_capture_on_commit_callbacks: Any) -> None:
    due, kept = keep(), keep()
    StoredFile.objects.filter(pk=due.pk).update(purge_after=timezone.now() - TOMORROW)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.purge(timestamp=0)
    assert storage.size_of(due.storage_name) is None
    assert storage.size_of(kept.storage_name)


def test_the_sweep_takes_what_no_row_names_and_leaves_the_rest() -> None:
    kept, destroyed, young = keep(), keep(), storage.write([b"young"])
    api.discard(destroyed.pk, system(), "essai")  # its file stays: the transaction of the test never commits
    orphan, cut = storage.write([b"orphan"]), storage._incoming() / "half"
    cut.write_bytes(b"half")
    old = (timezone.now() - timedelta(days=2)).timestamp()
    for place in (
        cut,
        *(storage.path_of(name) for name in (kept.storage_name, destroyed.storage_name, orphan)),
    ):
        os.utime(place, (old, old))
    Attempt.objects.create(address="codes:x", window=timezone.now() - timedelta(days=2), count=3)
    jobs.sweep(timestamp=0)
    left = {path.name for path in storage._root().rglob("*") if path.is_file()}
    assert left == {kept.storage_name, young}
    assert api.open_file(kept.pk, system(), "essai").read()
    assert not Attempt.objects.exists()


def test_lost_files_are_listed() -> None:
    lost, kept = keep(), keep()
    storage.remove(lost.storage_name)
    assert [f.pk for f in queries.missing_files()] == [lost.pk]
    storage.path_of(kept.storage_name).write_bytes(b"cut")
    assert {f.pk for f in queries.missing_files()} == {lost.pk, kept.pk}
