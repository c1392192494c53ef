"""Contracts of traffic, their conventions, the counters of their ports, downtime, and invoices.

What an invoice rests on is written once for ever: conventions are added, never changed; an invoice holds a
copy of its slots and of its conventions, and a correction is a new one. Rates are bit/s or kbit/s, money
whole francs.
"""

from django.db import models
from django.db.models import F, Q

from smartsenegal.cable.billing.rules import conventions as c
from smartsenegal.cable.billing.rules import fees as f
from smartsenegal.cable.billing.rules.conventions import Measure, Terms, Tier
from smartsenegal.kernel.database import append_only


class Contract(models.Model):
    """Who pays for the traffic of some ports and for fees, to whom, from when. `payer` is an account id;
    `organisation`, the customer whose members read the contract and pay it; `carrier` the organisation that
    invoices. Money is asked before `payment_days` are over."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("intitulé", max_length=200)
    customer = models.CharField("client", max_length=200)
    payer = models.CharField("compte du payeur", max_length=64, db_index=True)
    organisation = models.ForeignKey(
        "identity.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="organisme client",
    )  # fmt: skip
    carrier = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin (exclue)", null=True, blank=True)
    slot_seconds = models.PositiveSmallIntegerField("durée d’un créneau (s)", choices=c.SLOTS)
    spread_slots = models.PositiveSmallIntegerField("créneaux sur lesquels un écart est étalé")
    payment_days = models.PositiveSmallIntegerField("délai de paiement (jours)")
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "contrat de trafic"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="traffic_contract_dates"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def measure(self) -> Measure:
        return Measure(self.slot_seconds, self.spread_slots)


class Port(models.Model):
    """A port whose counters are read; `equipment` is where it stands when the inventory knows it."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="ports")
    code = models.SlugField("code", max_length=60, unique=True)
    equipment = models.ForeignKey(
        "cable_network.Equipment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    bits = models.PositiveSmallIntegerField("compteurs", choices=c.BITS)
    speed_mbps = models.PositiveIntegerField("vitesse (Mbit/s)")

    class Meta:
        verbose_name = "port"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class PortDay(models.Model):
    """The readings of a port on a day (UTC, which is Dakar's), and the slots made of them; see `packing`."""

    port = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="days")
    day = models.DateField("jour")
    readings = models.BinaryField("relevés")
    slots = models.BinaryField("créneaux")
    causes = models.JSONField("pourquoi des créneaux manquent", default=dict)

    class Meta:
        verbose_name = "jour d’un port"
        constraints = [models.UniqueConstraint(fields=["port", "day"], name="port_day_once")]

    def __str__(self) -> str:
        return f"{self.port_id} {self.day}"


class Conventions(models.Model):
    """The conventions and the tariff of a contract from the first day of a month on, as
    `rules.conventions.Terms`. The latest written of those that hold is the one that counts."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="conventions")
    valid_from = models.DateField("à partir du")
    percent = models.PositiveSmallIntegerField("centile")
    direction = models.CharField("sens facturé", max_length=10, choices=c.DIRECTIONS)
    missing = models.CharField("créneau manquant", max_length=12, choices=c.MISSING_POLICIES)
    gap_slots = models.PositiveSmallIntegerField("plus long trou interpolé (créneaux)")
    least_known = models.PositiveSmallIntegerField("part de créneaux mesurés exigée (%)")
    step_kbps = models.PositiveIntegerField("pas du débit (kbit/s)")
    rate_rounding = models.CharField("arrondi du débit", max_length=8, choices=c.ROUNDINGS)
    commit_kbps = models.PositiveBigIntegerField("engagement (kbit/s)")
    price = models.PositiveIntegerField("prix de l’engagement (F CFA par Mbit/s et par mois)")
    tiers = models.JSONField("tranches du dépassement")
    tier_mode = models.CharField("prix du dépassement", max_length=10, choices=c.TIER_MODES)
    part_month = models.CharField("mois incomplet", max_length=6, choices=c.PART_MONTHS)
    money_rounding = models.CharField("arrondi des montants", max_length=8, choices=c.ROUNDINGS)
    credit_percent = models.PositiveSmallIntegerField("part rendue du temps perdu (%)")
    credit_free_seconds = models.PositiveIntegerField("interruption tolérée dans le mois (s)")
    credit_cap_percent = models.PositiveSmallIntegerField("plafond de l’avoir (% de l’engagement)")
    source = models.CharField("pièce qui le dit", max_length=300)
    written_at = models.DateTimeField("écrit le", auto_now_add=True)

    class Meta:
        verbose_name = "conditions d’un contrat"
        indexes = [models.Index(fields=["contract", "-valid_from", "-id"], name="conventions_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__range=(1, 100), step_kbps__gte=1, least_known__lte=100),
                name="conventions_bounds",
            ),
            models.CheckConstraint(condition=Q(credit_cap_percent__lte=100), name="credit_within_the_fee"),
            models.CheckConstraint(condition=Q(valid_from__day=1), name="conventions_from_a_first_day"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.contract_id} {self.valid_from}"

    @property
    def terms(self) -> Terms:
        """As the rules read them."""
        names = [name for name in Terms.__dataclass_fields__ if name != "tiers"]
        tiers = tuple(Tier(upto, price) for upto, price in self.tiers)
        return Terms(**{name: getattr(self, name) for name in names}, tiers=tiers)


class Fee(models.Model):
    """What a contract owes whatever its traffic: once, by month or by year, from a day until another
    (excluded). A price never changes: the fee ends and another begins. One that ends on its first day was
    withdrawn."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="fees")
    label = models.CharField("intitulé", max_length=200)
    kind = models.CharField("périodicité", max_length=8, choices=f.KINDS)
    amount = models.PositiveBigIntegerField("montant (F CFA)")
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu’au (exclu)", null=True, blank=True)

    class Meta:
        verbose_name = "redevance"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="fee_dates"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def due(self) -> f.Fee:
        """As the rules read it."""
        return f.Fee(self.label, self.kind, self.amount, self.starts_on, self.ends_on)


class FeeTerms(models.Model):
    """How the fees of a contract are rounded, and what downtime gives back of them, from the first day of a
    month on. The latest written of those that hold is the one that counts."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="fee_terms")
    valid_from = models.DateField("à partir du")
    money_rounding = models.CharField("arrondi des montants", max_length=8, choices=c.ROUNDINGS)
    credit_percent = models.PositiveSmallIntegerField("part rendue du temps perdu (%)")
    credit_free_seconds = models.PositiveIntegerField("interruption tolérée dans le mois (s)")
    credit_cap_percent = models.PositiveSmallIntegerField("plafond de l’avoir (% des redevances)")
    source = models.CharField("pièce qui le dit", max_length=300)
    written_at = models.DateTimeField("écrit le", auto_now_add=True)

    class Meta:
        verbose_name = "conditions des redevances"
        indexes = [models.Index(fields=["contract", "-valid_from", "-id"], name="fee_terms_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(credit_cap_percent__lte=100), name="fee_credit_within"),
            models.CheckConstraint(condition=Q(valid_from__day=1), name="fee_terms_from_a_first_day"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.contract_id} {self.valid_from}"

    @property
    def terms(self) -> f.FeeTerms:
        """As the rules read them."""
        return f.FeeTerms(**{name: getattr(self, name) for name in f.FeeTerms.__dataclass_fields__})


class Downtime(models.Model):
    """A time during which the service was not given; withdrawn when it was declared by mistake."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="downtime")
    began_at = models.DateTimeField("début")
    ended_at = models.DateTimeField("fin")
    reason = models.CharField("motif", max_length=300)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "interruption"
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="downtime_ends_after")
        ]

    def __str__(self) -> str:
        return self.reason


class Invoice(models.Model):
    """A month's invoice, never changed. `statement` is the text from which it can be recomputed, `evidence`
    its slots as a compressed CSV. `brought` is credit from before, `due` what is asked, `left` the credit
    that remains."""

    number = models.CharField("numéro", max_length=20, unique=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="invoices")
    month = models.DateField("mois")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField("motif de la correction", max_length=300, blank=True)
    issued_at = models.DateTimeField("émise le")
    statement = models.TextField("conditions et calcul")
    statement_sha256 = models.CharField("empreinte", max_length=64)
    evidence = models.BinaryField("créneaux")
    kbps = models.PositiveBigIntegerField("débit facturé (kbit/s)", null=True)
    total = models.BigIntegerField("montant")
    brought = models.BigIntegerField("avoir reporté")
    due = models.BigIntegerField("à payer")
    left = models.BigIntegerField("avoir restant")

    class Meta:
        verbose_name = "facture de trafic"
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "month"], condition=Q(replaces=None), name="one_invoice_a_month"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0, brought__gte=0, due__gte=0, left__gte=0)
                & Q(due=F("total") - F("brought") + F("left"))
                & (Q(due=0) | Q(left=0)),
                name="invoice_adds_up",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        return f"cable_invoice:{self.number}"
