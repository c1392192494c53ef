"""Routes that are sold, their products and dated tariffs, quotes that hold capacity, and orders."""

from django.db import models
from django.db.models import F, Q

from smartsenegal.cable.capacity.rules import KINDS, ORDER_STATES, QUOTE_STATES


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


class Tariff(models.Model):
    """A price as it is published: from a term and a volume on, from a day until another (excluded)."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="tariffs")
    term_months = models.PositiveSmallIntegerField("à partir de (mois)")
    from_gbps = models.PositiveIntegerField("à partir de (Gbit/s)")
    monthly_fcfa = models.PositiveBigIntegerField("par mois et par Gbit/s (F CFA)")
    setup_fcfa = models.PositiveBigIntegerField("mise en service (F CFA)")
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


class Quote(models.Model):
    """An offer: while it is sent and until `expires_at` its capacity is held for the buyer."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="quotes")
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="+")
    buyer = models.CharField("client", max_length=200)
    gbps = models.PositiveIntegerField("débit (Gbit/s)")
    term_months = models.PositiveSmallIntegerField("durée (mois)")
    monthly_fcfa = models.PositiveBigIntegerField("par mois (F CFA)")
    setup_fcfa = models.PositiveBigIntegerField("mise en service (F CFA)")
    state = models.CharField("état", max_length=10, choices=QUOTE_STATES, default="approved")
    made_at = models.DateTimeField("fait le")
    expires_at = models.DateTimeField("expire le")

    class Meta:
        verbose_name = "devis"
        verbose_name_plural = "devis"
        indexes = [models.Index(fields=["state", "expires_at"], name="quote_held")]
        constraints = [
            models.CheckConstraint(condition=Q(gbps__gt=0), name="quote_carries"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="quote_lasts"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it is written: `D-00012`."""
        return f"D-{self.pk:05}"


class Order(models.Model):
    """A quote that was accepted: its capacity is sold until it is cancelled or terminated."""

    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="order")
    state = models.CharField("état", max_length=12, choices=ORDER_STATES, default="acknowledged")
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
