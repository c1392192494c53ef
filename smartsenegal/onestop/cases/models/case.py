"""The case: what lists need of it in columns, what it is made of in appended actions."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT

from smartsenegal.kernel.database import append_only
from smartsenegal.kernel.identity.api import Account, Organisation
from smartsenegal.kernel.vault import keyring
from smartsenegal.lib.crypto import Keyring
from smartsenegal.lib.ids import uuid7
from smartsenegal.onestop.cases import sealing
from smartsenegal.onestop.cases.rules import KINDS, LAST, STATES_FOR_AGENT, Action, Kind

WAITING = [
    ("person", "Le demandeur"),
    ("agent", "L’agent"),
    ("service", "Un service consulté"),
    ("signatory", "Le signataire"),
    ("payment", "Le paiement"),
    ("system", "Le système"),
    ("nobody", "Personne"),
]
# What the queue of a service shows: what waits for an agent, then what waits for the applicant's corrections.
IN_QUEUE = Q(waiting_for__in=["agent", "person"], service__isnull=False)
TO_SIGN = Q(waiting_for="signatory")
# What waits for another service: its rows are few, and reading the queue costs nothing more.
CONSULTING = Q(waiting_for="service", service__isnull=False)


class Case(models.Model):
    """One request. Every column but the first ones is folded from the actions, never written by itself.

    `due_on` is empty while the clock stands, before it starts, and without a legal delay; `sort_on` is the
    date that orders a queue and is never empty. Lateness is a question of today, so it is no column.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.CharField("démarche", max_length=80)
    revision = models.ForeignKey("procedures.Revision", on_delete=models.PROTECT, related_name="+")
    # Whose request it is: a person, or a company or an association; never both.
    applicant = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="demandeur",
        db_index=False,  # `case_applicant` begins with it
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="organisation qui demande",
        db_index=False,  # `case_organisation` begins with it
    )
    filed_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="déposé par",
        db_index=False,  # nobody looks for it
    )
    mandate_id = models.UUIDField("au titre du mandat", null=True, blank=True)
    reference = models.CharField("numéro", max_length=30, null=True, blank=True, unique=True)
    title = models.CharField("objet", max_length=200, blank=True)
    service = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="service",
        db_index=False,  # `case_latest` begins with it; beside the others' it was chosen where it should not
    )
    territory_path = models.CharField("territoire", max_length=200, blank=True)
    state = models.CharField("état", max_length=24, choices=list(STATES_FOR_AGENT.items()), default="draft")
    step = models.CharField("étape", max_length=60, blank=True)
    waiting_for = models.CharField("attend", max_length=12, choices=WAITING, default="person")
    due_on = models.DateField("échéance", null=True, blank=True)
    sort_on = models.DateField("rang", default=LAST)
    silent_on = models.DateField("décision due avant le silence", null=True, blank=True)
    timing = models.JSONField("ce dont les dates se calculent", null=True, blank=True, editable=False)
    suspended = models.BooleanField("délai suspendu", default=False)
    badges = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name="signes")
    version = models.IntegerField("version", default=0)
    sealed_answers = models.BinaryField("réponses scellées", default=b"", editable=False)
    assigned_to = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="confié à"
    )
    act_id = models.UUIDField("acte", null=True, blank=True)
    act_number = models.CharField("numéro de l’acte", max_length=40, blank=True)
    submitted_at = models.DateTimeField("déposé le", null=True, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    created_at = models.DateTimeField("ouvert le", auto_now_add=True)
    updated_at = models.DateTimeField("mis à jour le")
    search = models.TextField("recherche", default="", blank=True, editable=False)

    class Meta:
        verbose_name = "dossier"
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "procedure"], condition=Q(state="draft"), name="case_one_draft"
            ),
            models.UniqueConstraint(
                fields=["organisation", "procedure"],
                condition=Q(state="draft"),
                name="case_one_draft_together",
            ),
            models.CheckConstraint(
                condition=Q(applicant__isnull=False, organisation__isnull=True)
                | Q(applicant__isnull=True, organisation__isnull=False),
                name="case_of_one_party",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(reference__isnull=False) | Q(state="withdrawn"),
                name="case_filed_has_reference",
            ),
        ]
        indexes = [
            models.Index(
                fields=["service", "waiting_for", "sort_on", "id"], condition=IN_QUEUE, name="case_queue"
            ),
            models.Index(fields=["service", "sort_on", "id"], condition=TO_SIGN, name="case_to_sign"),
            models.Index(
                fields=["service", "waiting_for", "sort_on", "id"],
                condition=CONSULTING,
                name="case_consulting",
            ),
            models.Index(
                fields=["sort_on", "id"], condition=Q(state="corrections_requested"), name="case_corrections"
            ),
            models.Index(
                fields=["silent_on", "id"], condition=Q(silent_on__isnull=False), name="case_silent"
            ),
            # Those that nobody changes any more.
            models.Index(fields=["updated_at", "id"], condition=Q(state="draft"), name="case_drafts"),
            models.Index(fields=["applicant", "-updated_at"], name="case_applicant"),
            models.Index(
                fields=["organisation", "-updated_at"],
                condition=Q(organisation__isnull=False),
                name="case_organisation",
            ),
            # What another administration's system asks: what has changed since it last asked. Not by service
            # first: searches by name would then read along it.
            models.Index(
                fields=["updated_at", "id"],
                condition=Q(service__isnull=False),
                name="case_changed",
            ),
            # A search by name reads along it, without the rows.
            models.Index(
                fields=["service", "-submitted_at", "-id"],
                include=["search"],
                condition=Q(service__isnull=False),
                name="case_latest",
            ),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="case_search"),
        ]

    def __str__(self) -> str:
        return self.reference or f"Brouillon {self.procedure}"

    @property
    def subject(self) -> str:
        """How the journal, events, files and payments name this case."""
        return f"case:{self.pk}"

    @property
    def party_key(self) -> str:
        """Whose request it is, as `identity` names parties: "account:<id>" or "organisation:<id>"."""
        return f"account:{self.applicant_id}" if self.applicant_id else f"organisation:{self.organisation_id}"

    @property
    def party_name(self) -> str:
        """Whose request it is, by name."""
        return str(self.applicant or self.organisation)

    @property
    def answers(self) -> dict[str, Any]:
        """The answers, opened with the installation's keys."""
        return sealing.open_json(bytes(self.sealed_answers), f"case:{self.pk}")


class CaseActionQuerySet(models.QuerySet["CaseAction"]):
    def facts(self, case_id: UUID | str) -> list[tuple[Action, str]]:
        """The actions of a case in order, opened, each with its request key ("" for none): one query.

        Raises lib.crypto.DecryptionFailed for an action that was altered or moved.
        """
        rows = self.filter(case_id=case_id).order_by("sequence").values_list(*_FACT)
        ring = keyring()
        return [(_fact(ring, case_id, *row), key or "") for *row, key in rows]

    def facts_with_keys(self, cases: Collection[UUID]) -> dict[UUID, list[tuple[Action, str]]]:
        """As `facts`, for several cases: one query."""
        ring, found = keyring(), {case_id: list[tuple[Action, str]]() for case_id in cases}
        rows = self.filter(case_id__in=cases).order_by("sequence").values_list("case_id", *_FACT)
        for case_id, *row, key in rows:
            found[case_id].append((_fact(ring, case_id, *row), key or ""))
        return found

    def facts_of(self, cases: Collection[UUID]) -> dict[UUID, list[Action]]:
        """The actions of many cases, opened, each case's in order: one query. Raises as `facts`."""
        found = self.facts_with_keys(cases)
        return {case_id: [action for action, _key in known] for case_id, known in found.items() if known}


_FACT = (
    "sequence",
    "kind",
    "at",
    "actor_kind",
    "actor_id",
    "actor_label",
    "payload",
    "sealed",
    "request_key",
)


def _fact(
    ring: Keyring,
    case_id: UUID | str,
    sequence: int,
    kind: Kind,
    at: datetime,
    actor_kind: str,
    actor_id: str,
    actor_label: str,
    payload: dict[str, Any],
    sealed: bytes,
) -> Action:
    # The ring is asked for once a reading: whether it has changed takes as long to know as opening a seal.
    opened = sealing.open_json(bytes(sealed), sealing.place_of_action(case_id, sequence), ring)
    if kind == "rebased":
        opened = {**opened, **_revisions(payload)}
    return Action(sequence, kind, at, actor_kind, actor_id, actor_label, {**payload, **opened})


def _revisions(payload: dict[str, Any]) -> dict[str, Any]:
    """The two definitions between which a case moved: what came before is read with the first."""
    from smartsenegal.onestop.procedures.api import definition_of  # its forms import models of ours in turn

    return {"before": definition_of(payload["from"]), "after": definition_of(payload["to"])}


# The actions of a request that was sent are kept for ever; those of a draft go all together, after the draft.
_ERASED_WITH_DRAFT = """
    IF EXISTS (SELECT FROM cases_case WHERE id = OLD.case_id)
        OR EXISTS (SELECT FROM cases_caseaction WHERE case_id = OLD.case_id AND kind = 'submitted')
    THEN
        RAISE EXCEPTION 'actions are erased with their draft alone';
    END IF;
    RETURN OLD;
"""


class CaseAction(models.Model):
    """One appended fact. `payload` holds keys, dates and amounts; what a person said or is lies sealed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    sequence = models.IntegerField("rang")
    kind = models.CharField("acte", max_length=24, choices=[(k, k) for k in KINDS])
    actor_kind = models.CharField("nature de l’auteur", max_length=20)
    actor_id = models.CharField("auteur", max_length=64)
    actor_label = models.CharField("nom de l’auteur", max_length=200)
    at = models.DateTimeField("date")
    payload = models.JSONField("contenu", default=dict)
    sealed = models.BinaryField("contenu scellé", default=b"", editable=False)
    request_key = models.CharField("clé de la demande", max_length=100, null=True, blank=True)

    objects = CaseActionQuerySet.as_manager()

    class Meta:
        verbose_name = "acte sur un dossier"
        verbose_name_plural = "actes sur les dossiers"
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="case_action_order"),
            models.UniqueConstraint(fields=["case", "request_key"], name="case_action_once"),
        ]
        indexes = [
            # What was signed under a delegation: few actions carry one.
            models.Index(
                KT("payload__delegation__id"),
                condition=Q(payload__has_key="delegation"),
                name="case_action_delegation",
            )
        ]
        triggers: list[pgtrigger.Trigger] = [
            *append_only(pgtrigger.Update),
            pgtrigger.Trigger(
                name="erased_with_draft",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_ERASED_WITH_DRAFT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"
