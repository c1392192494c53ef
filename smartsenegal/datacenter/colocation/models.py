"""What is let in a datacentre, to whom, at what price, and who came in.

A range of units is a `Reservation` of `facility`, which counts it; a lease says whose it is, on what terms.
"""

from django.db import models
from django.db.models import F, Q

from smartsenegal.datacenter.colocation.rules import MEDIA, TARIFFS


class Terms(models.Model):
    """What a datacentre has decided: how long it keeps the names of visitors, and by which text."""

    center = models.OneToOneField(
        "datacenter_facility.DataCenter", on_delete=models.PROTECT, related_name="colocation_terms"
    )
    visit_days = models.PositiveSmallIntegerField("conservation des noms des visiteurs (jours)")
    basis = models.CharField("décidé par", max_length=300)

    class Meta:
        verbose_name = "règle de colocation"
        verbose_name_plural = "règles de colocation"
        constraints = [models.CheckConstraint(condition=Q(visit_days__gte=1), name="visit_days_some")]

    def __str__(self) -> str:
        return f"{self.visit_days} jours"


class Tariff(models.Model):
    """A price in F CFA from a day on. Rows are only added: what was signed keeps the price of its day."""

    center = models.ForeignKey(
        "datacenter_facility.DataCenter", on_delete=models.PROTECT, related_name="tariffs"
    )
    kind = models.CharField("prestation", max_length=10, choices=TARIFFS)
    amount = models.PositiveBigIntegerField("montant (F CFA)")
    starts_on = models.DateField("à partir du")
    source = models.CharField("décidé par", max_length=300)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "tarif"
        constraints = [models.UniqueConstraint(fields=["center", "kind", "starts_on"], name="tariff_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.amount}"


class Lease(models.Model):
    """A place of a customer: held, then signed at a monthly price, then ended; or dropped, or expired."""

    reservation = models.OneToOneField(
        "datacenter_facility.Reservation", on_delete=models.PROTECT, related_name="lease"
    )
    customer = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    whole = models.BooleanField("baie entière", default=False)
    purpose = models.CharField("usage", max_length=200, blank=True)
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    signed_at = models.DateTimeField("signé le", null=True, blank=True)
    monthly = models.PositiveBigIntegerField("loyer mensuel (F CFA)", null=True, blank=True)
    closed_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "bail"
        verbose_name_plural = "baux"
        indexes = [models.Index(fields=["customer", "-asked_at"], name="lease_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None, monthly=None) | Q(signed_at__isnull=False, monthly__isnull=False),
                name="lease_signed_at_a_price",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="lease_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"COL-{self.pk:05}"


class Visit(models.Model):
    """A visitor of a customer. The name and the phone are sealed, and go on the day after `kept_until`."""

    center = models.ForeignKey(
        "datacenter_facility.DataCenter", on_delete=models.PROTECT, related_name="visits"
    )
    customer = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField("clé", unique=True, editable=False)
    sealed = models.BinaryField("visiteur, scellé", null=True)
    purpose = models.CharField("motif", max_length=200)
    starts_at = models.DateTimeField("arrivée prévue")
    ends_at = models.DateTimeField("départ prévu")
    kept_until = models.DateField("noms gardés jusqu’au")
    asked_at = models.DateTimeField("demandée le", auto_now_add=True)
    approved_at = models.DateTimeField("accordée le", null=True)
    escort = models.CharField("accompagné par", max_length=120, blank=True)
    closed_at = models.DateTimeField("refusée ou annulée le", null=True)
    reason = models.CharField("motif du refus", max_length=200, blank=True)
    badge = models.CharField("badge", max_length=40, blank=True)
    in_at = models.DateTimeField("entrée", null=True)
    out_at = models.DateTimeField("sortie", null=True)

    class Meta:
        verbose_name = "visite"
        indexes = [models.Index(fields=["center", "-starts_at"], name="visit_center")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_times"),
            models.CheckConstraint(
                condition=Q(in_at=None) | Q(approved_at__isnull=False), name="visit_in_when_approved"
            ),
            models.UniqueConstraint(
                fields=["center", "badge"],
                condition=Q(in_at__isnull=False, out_at=None),
                name="visit_badge_once",
            ),
        ]

    def __str__(self) -> str:
        return f"VIS-{self.pk:05}"


class Hands(models.Model):
    """Something that a customer asks the datacentre's staff to do at their place."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="hands")
    text = models.CharField("à faire", max_length=500)
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    taken_at = models.DateTimeField("pris en charge le", null=True)
    done_at = models.DateTimeField("fait le", null=True)
    declined_at = models.DateTimeField("décliné le", null=True)
    answer = models.CharField("réponse", max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField("durée (min)", null=True)
    amount = models.PositiveBigIntegerField("montant (F CFA)", null=True)

    class Meta:
        verbose_name = "geste sur place"
        verbose_name_plural = "gestes sur place"
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(minutes__isnull=False), name="hands_minutes")
        ]

    def __str__(self) -> str:
        return f"GES-{self.pk:05}"


class Cross(models.Model):
    """A cable from a port of a lease to a port of another, or to a carrier's arrival.

    The other customer accepts first; only then does the datacentre lay it, at the price of that day.
    """

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="crosses")
    port = models.PositiveSmallIntegerField("port")
    other = models.ForeignKey(
        Lease, on_delete=models.PROTECT, null=True, blank=True, related_name="crosses_in"
    )
    other_port = models.PositiveSmallIntegerField("port en face", null=True, blank=True)
    carrier = models.ForeignKey(
        "datacenter_facility.Component", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    medium = models.CharField("support", max_length=6, choices=MEDIA)
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    accepted_at = models.DateTimeField("accepté le", null=True)
    installed_at = models.DateTimeField("posé le", null=True)
    monthly = models.PositiveBigIntegerField("redevance mensuelle (F CFA)", null=True)
    closed_at = models.DateTimeField("refusé ou retiré le", null=True)

    class Meta:
        verbose_name = "raccordement"
        constraints = [
            models.CheckConstraint(
                condition=Q(carrier__isnull=False, other=None, other_port=None)
                | Q(carrier=None, other__isnull=False, other_port__isnull=False),
                name="cross_to_one_end",
            ),
            models.CheckConstraint(
                condition=Q(installed_at=None) | Q(accepted_at__isnull=False, monthly__isnull=False),
                name="cross_accepted_first",
            ),
        ]

    def __str__(self) -> str:
        return f"RAC-{self.pk:05}"


class Reading(models.Model):
    """W measured at a rack at a time: what it draws, beside what was let."""

    rack = models.ForeignKey("datacenter_facility.Rack", on_delete=models.PROTECT, related_name="readings")
    read_at = models.DateTimeField("relevé le")
    watts = models.PositiveIntegerField("puissance mesurée (W)")
    source = models.CharField("relevé par", max_length=120)

    class Meta:
        verbose_name = "relevé"
        constraints = [models.UniqueConstraint(fields=["rack", "read_at"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.rack_id} {self.watts} W"
