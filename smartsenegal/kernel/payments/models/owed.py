"""What is owed, and to whom."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.models.ledger import LedgerAccount
from smartsenegal.lib.ids import short_code, uuid7


def payable_reference() -> str:
    """Eight signs to say at a counter, without lookalikes: 40 bits, unique in the table."""
    return short_code(8)


class Payable(models.Model):
    """Something owed. `key` is the idempotency key of those who ask for it; `payer` an account id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField("clé", max_length=120, unique=True)
    reference = models.CharField("référence", max_length=12, unique=True, default=payable_reference)
    subject = models.CharField("objet", max_length=120, db_index=True)
    title = models.CharField("intitulé", max_length=200)
    payer = models.CharField("payeur", max_length=64)
    # Who asked for it, so that an accountant sees the sums of their own place alone.
    organisation_id = models.BigIntegerField("organisme", null=True, blank=True)
    territory = models.CharField("territoire", max_length=200, blank=True)
    amount = models.BigIntegerField("montant")
    state = models.CharField("état", max_length=10, choices=rules.PAYABLE_STATES, default=rules.OPEN)
    due = models.DateField("à payer avant le", null=True, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    settled_at = models.DateTimeField("payé le", null=True, blank=True)

    class Meta:
        verbose_name = "somme à payer"
        verbose_name_plural = "sommes à payer"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payable_is_positive"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=False) | Q(state__in=[rules.OPEN, rules.CANCELLED]),
                name="payable_settled_has_a_date",
            ),
        ]
        indexes = [models.Index(fields=["payer", "-created_at"], name="payable_payer")]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> rules.Place:
        return rules.Place(self.organisation_id, self.territory)

    @property
    def is_open(self) -> bool:
        return self.state == rules.OPEN

    @property
    def spoken_reference(self) -> str:
        """The reference as it is read aloud: "K7M2-9QXD"."""
        return f"{self.reference[:4]}-{self.reference[4:]}"


class PayableLine(models.Model):
    """A share of a payable, owed to one public accountant."""

    payable = models.ForeignKey(Payable, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField("rang")
    label = models.CharField("intitulé", max_length=200)
    amount = models.BigIntegerField("montant")
    beneficiary = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="+")
    nature = models.CharField("nature", max_length=40, blank=True)

    class Meta:
        verbose_name = "ligne"
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payable_line_is_positive"),
            models.UniqueConstraint(fields=["payable", "position"], name="payable_line_position"),
        ]

    def __str__(self) -> str:
        return f"{self.label} : {self.amount}"
