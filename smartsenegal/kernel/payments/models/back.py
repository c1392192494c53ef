"""What is given back, and what operators' statements say."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from smartsenegal.kernel.payments.models.ledger import LedgerAccount
from smartsenegal.kernel.payments.models.owed import Payable
from smartsenegal.kernel.payments.models.paid import Attempt
from smartsenegal.kernel.payments.rules import matching, refunds
from smartsenegal.lib.ids import uuid7


class Refund(models.Model):
    """Francs of a payment given back. Its id is the key under which the operator is asked, for ever.

    `source` is the account that gives: "à rembourser" for what was paid twice, else an accountant's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="refunds")
    source = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField("montant")
    automatic = models.BooleanField("sans demande", default=False)
    reason = models.CharField("motif", max_length=300)
    state = models.CharField("état", max_length=10, choices=refunds.STATES, default=refunds.READY)
    requested_by = models.CharField("demandé par (compte)", max_length=64)
    requested_label = models.CharField("demandé par", max_length=200)
    decided_by = models.CharField("décidé par (compte)", max_length=64, blank=True)
    decided_label = models.CharField("décidé par", max_length=200, blank=True)
    decision = models.CharField("motif de la décision", max_length=300, blank=True)
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    done_at = models.DateTimeField("rendu le", null=True, blank=True)
    next_try = models.DateTimeField("à redemander le", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("demandes sans réponse", default=0)
    transaction_ref = models.CharField("référence au relevé", max_length=120, blank=True)
    statement_ref = models.CharField("ligne du relevé", max_length=120, blank=True)
    error = models.CharField("erreur", max_length=300, blank=True)

    class Meta:
        verbose_name = "remboursement"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_positive"),
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(automatic=True), name="refund_by_itself_once"
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("requested_by")), name="refund_second_person"),
            models.CheckConstraint(
                condition=Q(state=refunds.DONE, done_at__isnull=False)
                | ~Q(state=refunds.DONE) & Q(done_at__isnull=True),
                name="refund_done_has_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try"], name="refund_due", condition=Q(state=refunds.READY)),
            models.Index(fields=["state", "-id"], name="refund_state"),
            models.Index(
                fields=["done_at"], name="refund_unseen", condition=Q(statement_ref="", state=refunds.DONE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} ({self.state})"


class Reconciliation(models.Model):
    """An operator's statement of one day (UTC, which is Dakar's time), as it was last read."""

    provider = models.CharField("opérateur", max_length=20)
    day = models.DateField("jour")
    ran_at = models.DateTimeField("lu le", default=timezone.now)
    lines = models.PositiveIntegerField("lignes", default=0)
    matched = models.PositiveIntegerField("lignes retrouvées", default=0)
    received = models.BigIntegerField("encaissé", default=0)
    given_back = models.BigIntegerField("rendu", default=0)
    fees = models.BigIntegerField("commissions", null=True, blank=True)

    class Meta:
        verbose_name = "rapprochement"
        constraints = [models.UniqueConstraint(fields=["provider", "day"], name="reconciliation_once_a_day")]

    def __str__(self) -> str:
        return f"{self.provider} {self.day}"


class Gap(models.Model):
    """Something that a statement and the ledger disagree on, until somebody has treated it."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="gaps")
    name = models.CharField("écart", max_length=160)
    kind = models.CharField("nature", max_length=10, choices=matching.KINDS)
    transaction_ref = models.CharField("référence au relevé", max_length=120, blank=True)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, blank=True, related_name="gaps")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="gaps")
    said = models.BigIntegerField("au relevé", null=True, blank=True)
    ours = models.BigIntegerField("chez nous", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=matching.STATES, default=matching.TO_TREAT)
    found_at = models.DateTimeField("constaté le", default=timezone.now)
    reason = models.CharField("ce qui a été fait", max_length=500, blank=True)
    treated_by = models.CharField("traité par (compte)", max_length=64, blank=True)
    treated_label = models.CharField("traité par", max_length=200, blank=True)
    treated_at = models.DateTimeField("traité le", null=True, blank=True)

    class Meta:
        verbose_name = "écart"
        constraints = [models.UniqueConstraint(fields=["reconciliation", "name"], name="gap_noted_once")]
        indexes = [
            models.Index(fields=["state", "-id"], name="gap_state"),
            models.Index(fields=["kind", "-id"], name="gap_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.transaction_ref}"

    @property
    def payable(self) -> Payable | None:
        """What was paid or given back, when we know of it."""
        attempt = self.attempt or (self.refund.attempt if self.refund else None)
        return attempt.payable if attempt else None
