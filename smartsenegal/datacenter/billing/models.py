"""Terms of billing of a datacentre, and the invoices of its customers.

Both are written once for ever: terms are added, an invoice holds all that it is computed from, and a
correction is a new one. Money is whole francs.
"""

from django.db import models
from django.db.models import F, Q

from smartsenegal.datacenter.billing import rules
from smartsenegal.kernel.database import append_only

DATACENTER, ORGANISATION = "datacenter_facility.DataCenter", "identity.Organisation"


class Terms(models.Model):
    """Who invoices in a datacentre, and how, from the first day of a month on. The latest written of those
    that hold is the one that counts."""

    center = models.ForeignKey(DATACENTER, on_delete=models.PROTECT, related_name="billing_terms")
    valid_from = models.DateField("à partir du")
    biller = models.ForeignKey(
        ORGANISATION, on_delete=models.PROTECT, related_name="+", verbose_name="qui facture"
    )
    part_month = models.CharField("mois incomplet", max_length=6, choices=rules.PART_MONTHS)
    money_rounding = models.CharField("arrondi des montants", max_length=8, choices=rules.ROUNDINGS)
    payment_days = models.PositiveSmallIntegerField("délai de paiement (jours)")
    source = models.CharField("décidé par", max_length=300)
    is_example = models.BooleanField("exemple inventé", default=False)
    written_at = models.DateTimeField("écrit le", auto_now_add=True)

    class Meta:
        verbose_name = "conditions de facturation"
        verbose_name_plural = "conditions de facturation"
        indexes = [models.Index(fields=["center", "-valid_from", "-id"], name="datacenter_terms_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__day=1), name="datacenter_terms_first_day")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.center_id} {self.valid_from}"

    @property
    def terms(self) -> rules.Terms:
        """As the rules read them."""
        return rules.Terms(self.part_month, self.money_rounding, self.payment_days)


class Invoice(models.Model):
    """A customer's month in a datacentre, never changed. `statement` is the text from which it can be made
    again. `brought` is credit from before, `due` what is asked, `left` the credit that remains."""

    number = models.CharField("numéro", max_length=20, unique=True)
    center = models.ForeignKey(DATACENTER, on_delete=models.PROTECT, related_name="invoices")
    customer = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    biller = models.ForeignKey(ORGANISATION, on_delete=models.PROTECT, related_name="+")
    month = models.DateField("mois")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField("motif de la correction", max_length=300, blank=True)
    issued_at = models.DateTimeField("émise le")
    is_example = models.BooleanField("exemple inventé", default=False)
    statement = models.TextField("conditions et calcul")
    statement_sha256 = models.CharField("empreinte", max_length=64)
    total = models.PositiveBigIntegerField("montant")
    brought = models.PositiveBigIntegerField("avoir reporté")
    due = models.PositiveBigIntegerField("à payer")
    left = models.PositiveBigIntegerField("avoir restant")

    class Meta:
        verbose_name = "facture de centre de données"
        verbose_name_plural = "factures de centres de données"
        indexes = [models.Index(fields=["customer", "-id"], name="datacenter_invoice_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "customer", "month"], condition=Q(replaces=None),
                name="one_datacenter_invoice_a_month",
            ),
            models.CheckConstraint(
                condition=Q(due=F("total") - F("brought") + F("left")) & (Q(due=0) | Q(left=0)),
                name="datacenter_invoice_adds_up",
            ),
        ]  # fmt: skip
        triggers = append_only()

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        return f"datacenter_invoice:{self.number}"
