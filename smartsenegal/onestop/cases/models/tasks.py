"""What a case awaits of other services, and the doors by which they answer."""

from django.db import models
from django.db.models import Q

from smartsenegal.kernel.identity.api import Account, Organisation
from smartsenegal.lib.ids import uuid7
from smartsenegal.onestop.cases.models.case import Case
from smartsenegal.onestop.cases.rules import LAST

TASKS = [
    ("opinion", "Avis à donner"),
    ("visa", "Visa à donner"),
    ("assessment", "Montant à fixer"),
    ("substitution", "Acte à délivrer"),
]


class CaseTask(models.Model):
    """What a case awaits of one service besides its own: kept with the cached columns of the case.

    `silence` says that a late answer counts as favourable; `due_on` is the end of the step's own delay.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    step = models.CharField("étape", max_length=60)
    kind = models.CharField("nature", max_length=12, choices=TASKS)
    role = models.CharField("rôle", max_length=12, default="officer")
    service = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="service"
    )
    opened_at = models.DateTimeField("ouvert le")
    due_on = models.DateField("échéance", null=True, blank=True)
    sort_on = models.DateField("rang", default=LAST)
    silence = models.BooleanField("le silence vaut accord", default=False)

    class Meta:
        verbose_name = "avis ou visa attendu"
        verbose_name_plural = "avis et visas attendus"
        constraints = [models.UniqueConstraint(fields=["case", "step"], name="case_task_once")]
        indexes = [
            models.Index(fields=["service", "sort_on", "id"], name="case_task_queue"),
            models.Index(fields=["due_on", "id"], condition=Q(silence=True), name="case_task_silence"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"


class ConsultationLink(models.Model):
    """A door without an account for one answer to one step: only the digest of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    step = models.CharField("étape", max_length=60)
    digest = models.BinaryField("empreinte", max_length=32, unique=True, editable=False)
    label = models.CharField("destinataire", max_length=120)
    created_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="créé par"
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    expires_at = models.DateTimeField("expire le")
    used_at = models.DateTimeField("servi le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        verbose_name = "lien de consultation"
        verbose_name_plural = "liens de consultation"
        indexes = [models.Index(fields=["case", "step"], name="case_link_step")]

    def __str__(self) -> str:
        return f"{self.label}, {self.step}"
