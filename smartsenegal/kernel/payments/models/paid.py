"""How it is paid: drawers, attempts at operators, what operators call back."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.models.ledger import LedgerAccount
from smartsenegal.kernel.payments.models.owed import Payable, payable_reference
from smartsenegal.lib.ids import uuid7


class TillSession(models.Model):
    """A cashier's drawer, from its opening count to its closing count."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField("code", max_length=12, unique=True, default=payable_reference)
    cashier = models.CharField("compte du caissier", max_length=64)
    cashier_label = models.CharField("caissier", max_length=200)
    organisation_id = models.BigIntegerField("organisme", null=True, blank=True)
    organisation_name = models.CharField("guichet", max_length=200, blank=True)
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)
    opening_count = models.BigIntegerField("fond de caisse")
    closed_at = models.DateTimeField("fermée le", null=True, blank=True)
    closing_count = models.BigIntegerField("espèces comptées", null=True, blank=True)
    expected = models.BigIntegerField("espèces attendues", null=True, blank=True)
    receipts = models.PositiveIntegerField("reçus", default=0)

    class Meta:
        verbose_name = "session de caisse"
        verbose_name_plural = "sessions de caisse"
        constraints = [
            models.UniqueConstraint(
                fields=["cashier"], condition=Q(closed_at__isnull=True), name="one_open_till_a_cashier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.cashier_label})"

    @property
    def difference(self) -> int | None:
        """Francs too many (positive) or missing (negative) at closing; None while open."""
        if self.closing_count is None or self.expected is None:
            return None
        return self.closing_count - self.expected


class Attempt(models.Model):
    """One try at paying a payable with one provider. `key` is our reference at the provider."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payable = models.ForeignKey(Payable, on_delete=models.PROTECT, related_name="attempts")
    provider = models.CharField("opérateur", max_length=20)
    key = models.CharField("notre référence", max_length=80, unique=True)
    state = models.CharField("état", max_length=10, choices=rules.ATTEMPT_STATES, default=rules.CREATED)
    outcome = models.CharField("imputation", max_length=10, choices=rules.OUTCOMES, blank=True)
    provider_ref = models.CharField("référence de l’opérateur", max_length=120, blank=True)
    transaction_ref = models.CharField("référence au relevé", max_length=120, blank=True)
    # The number that was asked to pay: whole while it may have to be asked again, then only its ends.
    sealed_number = models.BinaryField("numéro du payeur, scellé", null=True, blank=True)
    statement_ref = models.CharField("ligne du relevé", max_length=120, blank=True)
    # Empty when it is not known: cash at a counter, or an agent who began it with the person.
    paid_by = models.CharField("compte qui paie", max_length=64, blank=True)
    number_hint = models.CharField("numéro du payeur, masqué", max_length=30, blank=True)
    amount = models.BigIntegerField("montant demandé")
    received = models.BigIntegerField("montant reçu", null=True, blank=True)
    tendered = models.BigIntegerField("espèces remises", null=True, blank=True)
    till = models.ForeignKey(
        TillSession, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    checkout_url = models.URLField("page de l’opérateur", max_length=500, blank=True)
    return_url = models.CharField("retour", max_length=300, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    succeeded_at = models.DateTimeField("payé le", null=True, blank=True)
    given_up_at = models.DateTimeField("laissé par le payeur le", null=True, blank=True)
    last_checked = models.DateTimeField("relu le", null=True, blank=True)
    next_check = models.DateTimeField("à relire le", null=True, blank=True)
    checks = models.PositiveSmallIntegerField("relectures", default=0)
    reading = models.JSONField("dernière lecture", default=dict)
    error = models.CharField("erreur", max_length=300, blank=True)

    class Meta:
        verbose_name = "tentative de paiement"
        verbose_name_plural = "tentatives de paiement"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="attempt_provider_ref",
            ),
            models.CheckConstraint(
                condition=Q(state=rules.SUCCEEDED, received__isnull=False, succeeded_at__isnull=False)
                & ~Q(outcome="")
                | ~Q(state=rules.SUCCEEDED) & Q(outcome=""),
                name="attempt_booked_when_it_succeeds",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check"], name="attempt_to_check", condition=Q(state__in=sorted(rules.LIVE))
            ),
            models.Index(
                fields=["provider", "transaction_ref"],
                name="attempt_transaction_ref",
                condition=~Q(transaction_ref=""),
            ),
            models.Index(
                fields=["provider", "succeeded_at"],
                name="attempt_unseen",
                condition=Q(statement_ref="", state=rules.SUCCEEDED),
            ),
            models.Index(fields=["paid_by"], name="attempt_paid_by", condition=~Q(paid_by="")),
            models.Index(
                F("outcome"),
                name="attempt_flagged",
                condition=Q(outcome__in=[rules.BOOKED_DUPLICATE, rules.BOOKED_HELD]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.key}"

    @property
    def is_live(self) -> bool:
        return self.state in rules.LIVE

    @property
    def is_waited_for(self) -> bool:
        """Whether its payer still waits for it: one given up may be paid all the same."""
        return self.is_live and self.given_up_at is None


class ProviderEvent(models.Model):
    """A callback as it came, once its signature was found right; dealt with later by a job."""

    provider = models.CharField("opérateur", max_length=20)
    event_id = models.CharField("événement de l’opérateur", max_length=120)
    kind = models.CharField("nature", max_length=80)
    provider_ref = models.CharField("référence de l’opérateur", max_length=120, blank=True)
    key = models.CharField("notre référence", max_length=80, blank=True)
    body = models.TextField("contenu, tel que reçu")
    received_at = models.DateTimeField("reçu le", default=timezone.now)
    processed_at = models.DateTimeField("traité le", null=True, blank=True)

    class Meta:
        verbose_name = "rappel d’opérateur"
        verbose_name_plural = "rappels d’opérateurs"
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
