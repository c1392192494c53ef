"""What people ask about their data, and what was answered."""

from datetime import date

from django.db import models
from django.db.models import Q

from smartsenegal.kernel.database import append_only
from smartsenegal.kernel.identity.api import Account
from smartsenegal.kernel.privacy import rules
from smartsenegal.lib.ids import uuid7


class PrivacyRequest(models.Model):
    """One request. `outcomes` says what was erased and kept; the archive lies encrypted under its own key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", verbose_name="compte")
    kind = models.CharField("nature", max_length=8, choices=rules.KINDS)
    state = models.CharField("état", max_length=10, choices=rules.STATES, default="asked")
    words = models.CharField("précision", max_length=500, blank=True)
    asked_at = models.DateTimeField("demandée le", auto_now_add=True)
    due_on = models.DateField("réponse due le")
    alerted = models.CharField("dernière alerte", max_length=12, blank=True)
    answered_at = models.DateTimeField("traitée le", null=True, blank=True)
    answered_by = models.CharField("traitée par", max_length=200, blank=True)
    answer = models.CharField("motif du refus", max_length=500, blank=True)
    outcomes = models.JSONField("effacé et gardé", default=list)
    archive_until = models.DateField("archive disponible jusqu’au", null=True, blank=True)
    archive_key = models.BinaryField("clé scellée", default=b"", editable=False)
    archive_kid = models.CharField("clé maîtresse", max_length=16, blank=True, editable=False)

    class Meta:
        verbose_name = "demande sur les données"
        verbose_name_plural = "demandes sur les données"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=Q(state__in=["asked", "preparing"]),
                name="privacy_one_open",
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="privacy_due"),
            models.Index(fields=["archive_until"], condition=~Q(archive_kid=""), name="privacy_archive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_at:%Y-%m-%d}"

    @property
    def subject(self) -> str:
        """How the journal names this request."""
        return f"privacy:{self.pk}"

    @property
    def has_archive(self) -> bool:
        return bool(self.archive_kid)

    def is_late_on(self, today: date) -> bool:
        """Whether the answer should have come."""
        return rules.is_late(self.state, self.due_on, today)

    @property
    def is_open(self) -> bool:
        return self.state in rules.OPEN


class PrivacyDelay(models.Model):
    """Delays of answer from a day on, with the text or the decision that sets them; never changed."""

    effective_from = models.DateField("à partir du")
    access = models.PositiveSmallIntegerField("jours pour remettre les données")
    erasure = models.PositiveSmallIntegerField("jours pour effacer")
    archive = models.PositiveSmallIntegerField("jours pour télécharger l’archive")
    basis = models.CharField("fondement", max_length=300)
    set_by = models.CharField("fixé par", max_length=200)
    set_at = models.DateTimeField("fixé le", auto_now_add=True)

    class Meta:
        verbose_name = "délai de réponse"
        verbose_name_plural = "délais de réponse"
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.effective_from}"
