"""Routes that are sold, their products, dated tariffs and terms; quotes that hold, orders, services."""

from django.db import models
from django.db.models import F, Q

from smartsenegal.cable.billing.api import ROUNDINGS
from smartsenegal.cable.capacity.rules import KINDS, ORDER_STATES, QUOTE_STATES, TRANSIT
from smartsenegal.kernel.database import append_only

# What must survive any single failure: IP transit has no circuit of its own, its commitment is always kept.
SURVIVES = Q(protected=True) | Q(kind=TRANSIT)


class Route(models.Model):
    """Two nodes between which capacity is sold, and what the Administration keeps of it."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=200)
    a = models.ForeignKey("cable_network.Node", on_delete=models.PROTECT, related_name="+")
    b = models.ForeignKey("cable_network.Node", on_delete=models.PROTECT, related_name="+")
    reserve_gbps = models.PositiveIntegerField("réserve de l’Administration (Gbit/s)", default=0)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "route"
        constraints = [
            models.CheckConstraint(condition=~Q(a=F("b")), name="route_joins_two_nodes"),
            models.UniqueConstraint(fields=["a", "b"], name="route_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What is sold on a route; `protected` survives any single failure."""

    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="products")
    name = models.CharField("nom", max_length=200, unique=True)
    kind = models.CharField("nature", max_length=10, choices=KINDS)
    protected = models.BooleanField("protégé contre une panne", default=False)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "produit"

    def __str__(self) -> str:
        return self.name

    @property
    def survives(self) -> bool:
        """Whether what is sold of it must survive any single failure."""
        return self.protected or self.kind == TRANSIT


class Tariff(models.Model):
    """A price as it is published: from a term and a volume on, from a day until another (excluded). Which
    parts it has depends on the kind of the product (`rules.PARTS`)."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="tariffs")
    term_months = models.PositiveSmallIntegerField("à partir de (mois)")
    from_gbps = models.PositiveIntegerField("à partir de (Gbit/s)")
    monthly_fcfa = models.PositiveBigIntegerField("par mois et par Gbit/s (F CFA)")
    setup_fcfa = models.PositiveBigIntegerField("mise en service (F CFA)")
    upfront_fcfa = models.PositiveBigIntegerField("une fois, par Gbit/s (F CFA)", default=0)
    yearly_fcfa = models.PositiveBigIntegerField("entretien par an et par Gbit/s (F CFA)", default=0)
    port_fcfa = models.PositiveBigIntegerField("port, par mois et par Gbit/s (F CFA)", default=0)
    excess_fcfa = models.PositiveBigIntegerField("dépassement, par Mbit/s (F CFA)", default=0)
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField("décision", max_length=300, blank=True)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "tarif"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "term_months", "from_gbps", "valid_from"], name="capacity_tariff_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="capacity_tariff_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}/{self.term_months}/{self.from_gbps}"


class SaleTerms(models.Model):
    """On what terms a product is sold online, from a day on: the last written of those that hold counts.
    `traffic` has the conventions of what is billed by the percentile (`billing.Terms`) and how slots are
    made; empty for what is not transit."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="terms")
    carrier = models.ForeignKey(
        "identity.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="exploitant"
    )
    valid_from = models.DateField("à partir du")
    hold_days = models.PositiveSmallIntegerField("capacité retenue par un devis (jours)")
    notice_days = models.PositiveSmallIntegerField("préavis de résiliation (jours)")
    early_percent = models.PositiveSmallIntegerField("fin anticipée, part du reste dû (%)")
    payment_days = models.PositiveSmallIntegerField("délai de paiement (jours)")
    money_rounding = models.CharField("arrondi des montants", max_length=8, choices=ROUNDINGS)
    credit_percent = models.PositiveSmallIntegerField("part rendue du temps perdu (%)")
    credit_free_seconds = models.PositiveIntegerField("interruption tolérée dans le mois (s)")
    credit_cap_percent = models.PositiveSmallIntegerField("plafond de l’avoir (%)")
    traffic = models.JSONField("conventions du trafic", default=dict, blank=True)
    source = models.CharField("décision", max_length=300)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "conditions de vente"
        verbose_name_plural = "conditions de vente"
        constraints = [
            models.CheckConstraint(
                condition=Q(hold_days__range=(1, 90), early_percent__lte=100, credit_cap_percent__lte=100),
                name="sale_terms_bounds",
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.product_id} {self.valid_from}"


class Quote(models.Model):
    """An offer: while it is sent and until `expires_at` its capacity is held for the buyer. `customer` is the
    organisation that buys, when it has one; `changes` the order of the service that would change, and
    `extra_gbps` what is held beyond what that service has."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="quotes")
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="+")
    buyer = models.CharField("client", max_length=200)
    customer = models.ForeignKey(
        "identity.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="organisme client",
    )  # fmt: skip
    terms = models.ForeignKey(SaleTerms, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changes = models.ForeignKey(
        "Order", on_delete=models.PROTECT, null=True, blank=True, related_name="change_quotes"
    )
    gbps = models.PositiveIntegerField("débit (Gbit/s)")
    extra_gbps = models.PositiveIntegerField("débit retenu (Gbit/s)", default=0)
    port_gbps = models.PositiveIntegerField("port (Gbit/s)", default=0)
    term_months = models.PositiveSmallIntegerField("durée (mois)")
    monthly_fcfa = models.PositiveBigIntegerField("par mois (F CFA)")
    setup_fcfa = models.PositiveBigIntegerField("mise en service (F CFA)")
    upfront_fcfa = models.PositiveBigIntegerField("une fois (F CFA)", default=0)
    yearly_fcfa = models.PositiveBigIntegerField("entretien par an (F CFA)", default=0)
    port_fcfa = models.PositiveBigIntegerField("port par mois (F CFA)", default=0)
    excess_fcfa = models.PositiveBigIntegerField("dépassement, par Mbit/s (F CFA)", default=0)
    state = models.CharField("état", max_length=10, choices=QUOTE_STATES, default="approved")
    made_at = models.DateTimeField("fait le")
    expires_at = models.DateTimeField("expire le")

    class Meta:
        verbose_name = "devis"
        verbose_name_plural = "devis"
        indexes = [
            models.Index(fields=["state", "expires_at"], name="quote_held"),
            models.Index(fields=["customer", "-id"], name="quote_customer"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(gbps__gt=0), name="quote_carries"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="quote_lasts"),
            models.CheckConstraint(condition=Q(extra_gbps__lte=F("gbps")), name="quote_holds_its_volume"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it is written: `D-00012`."""
        return f"D-{self.pk:05}"


class Service(models.Model):
    """What a customer has: begun by an order, changed by others, invoiced under a contract of traffic and
    fees. Past `committed_until` it goes on until somebody ends it."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="services")
    customer = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    contract = models.OneToOneField(
        "cable_billing.Contract", on_delete=models.PROTECT, related_name="+", verbose_name="contrat facturé"
    )
    starts_on = models.DateField("en service depuis le")
    committed_until = models.DateField("engagement jusqu’au")
    ends_on = models.DateField("fin (exclue)", null=True, blank=True)

    class Meta:
        verbose_name = "service"
        indexes = [models.Index(fields=["customer", "-id"], name="service_customer")]

    def __str__(self) -> str:
        return f"S-{self.pk:05}"


class Order(models.Model):
    """A quote that was accepted: its capacity is sold until it is cancelled, replaced or terminated.
    `reason` is why its state is what it is, when that must be said."""

    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="order")
    state = models.CharField("état", max_length=24, choices=ORDER_STATES, default="acknowledged")
    reason = models.CharField("motif", max_length=300, blank=True)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    signer = models.CharField("compte du signataire", max_length=64, blank=True)
    circuit = models.OneToOneField(
        "cable_network.Circuit", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name="circuit",
    )  # fmt: skip
    signed_at = models.DateTimeField("signée le")
    delivered_at = models.DateTimeField("livrée le", null=True, blank=True)
    ended_at = models.DateTimeField("finie le", null=True, blank=True)

    class Meta:
        verbose_name = "commande"

    def __str__(self) -> str:
        return f"C-{self.pk:05}"


class Ending(models.Model):
    """The end of a service that was asked for, and what it costs before the day committed to."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="endings")
    asked_at = models.DateTimeField("demandée le")
    ends_on = models.DateField("premier jour sans service")
    early_fcfa = models.PositiveBigIntegerField("fin anticipée (F CFA)")
    done_at = models.DateTimeField("faite le", null=True, blank=True)

    class Meta:
        verbose_name = "résiliation"
        constraints = [
            models.UniqueConstraint(fields=["service"], name="one_ending_a_service"),
        ]

    def __str__(self) -> str:
        return f"R-{self.pk:05}"


class Qualification(models.Model):
    """What a customer asked for and was answered: the quote, or the sentence of the refusal with the cut
    that proves it. Kept, so that it can be shown that all were treated alike."""

    customer = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    changes = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    gbps = models.PositiveIntegerField("débit (Gbit/s)")
    term_months = models.PositiveSmallIntegerField("durée (mois)")
    port_gbps = models.PositiveIntegerField("port (Gbit/s)", default=0)
    asked_at = models.DateTimeField("demandé le")
    refusal = models.CharField("refus", max_length=500, blank=True)
    left_gbps = models.PositiveIntegerField("débit encore possible (Gbit/s)", null=True)
    quote = models.OneToOneField(
        Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="qualification"
    )

    class Meta:
        verbose_name = "demande"
        indexes = [models.Index(fields=["customer", "-id"], name="qualification_customer")]
        constraints = [
            models.CheckConstraint(condition=Q(refusal="") | Q(quote=None), name="refused_without_a_quote")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Q-{self.pk:05}"
