"""The datacentre as it stands. What is not known is NULL, and no page shows it as zero.

Rows marked `is_example` are invented for the demonstration, and every page says so.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from smartsenegal.datacenter.facility.rules.feeds import COUNTED, SHARED, STANDBY
from smartsenegal.datacenter.facility.rules.words import (
    CLAIM_STATES,
    FEEDS,
    ISOLATIONS,
    KINDS,
    PATHS,
    PHASES,
    SYSTEMS,
)

MODES = [(SHARED, "En parallèle"), (STANDBY, "En secours"), (COUNTED, "Au moins")]


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with effective dates."""

    def on(self, day: date) -> "DatedQuerySet":
        """Those that hold on a day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gt=day)
        )


class Dated(models.Model):
    """A row with its effective dates (the end excluded), its source, and whether it is invented."""

    valid_from = models.DateField("à partir du", null=True, blank=True)
    valid_until = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField("source", max_length=300, blank=True)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        abstract = True


def _dates(name: str) -> models.CheckConstraint:
    in_order = Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from"))
    return models.CheckConstraint(condition=in_order, name=f"{name}_dates")


class DataCenter(models.Model):
    """A datacentre, on a place of `kernel.sites`. `design_claim` is what is said of it: no certificate."""

    site = models.OneToOneField("sites.Site", on_delete=models.PROTECT, related_name="+")
    power_watts = models.PositiveBigIntegerField("puissance annoncée (W)", null=True, blank=True)
    design_claim = models.CharField("niveau annoncé", max_length=200, blank=True)
    certificate = models.CharField("certificat", max_length=200, blank=True)
    source = models.CharField("source", max_length=300, blank=True)

    class Meta:
        verbose_name = "centre de données"
        verbose_name_plural = "centres de données"

    def __str__(self) -> str:
        return self.site.name


class Room(Dated):
    """A room of a datacentre."""

    center = models.ForeignKey(DataCenter, on_delete=models.PROTECT, related_name="rooms")
    code = models.SlugField("code", max_length=40)
    name = models.CharField("nom", max_length=120)
    area_m2 = models.PositiveIntegerField("surface (m²)", null=True, blank=True)
    kg_per_m2 = models.PositiveIntegerField("charge au sol (kg/m²)", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "salle"
        constraints = [
            models.UniqueConstraint(fields=["center", "code"], name="room_code_once"),
            _dates("room"),
        ]

    def __str__(self) -> str:
        return self.name


class Component(Dated):
    """A part that brings power, cold or network. Capacity is W, W of heat or Mbit/s, by its system.

    `carried` is what it must be able to carry when others are out, where that is less than all that hangs
    from it. Hours of work, between failures and to repair are assumptions, with their source.
    """

    center = models.ForeignKey(DataCenter, on_delete=models.PROTECT, related_name="components")
    code = models.CharField("code", max_length=40)
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("nature", max_length=12, choices=KINDS)
    system = models.CharField("système", max_length=8, choices=SYSTEMS, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True, related_name="components")
    path = models.CharField("voie", max_length=1, choices=PATHS, blank=True)
    three_phase = models.BooleanField("triphasé", default=False)
    capacity = models.PositiveBigIntegerField("capacité", null=True, blank=True)
    draw_watts = models.PositiveBigIntegerField("consommation électrique (W)", default=0)
    carried = models.PositiveBigIntegerField("charge de secours retenue", null=True, blank=True)
    isolation = models.CharField("isolement", max_length=10, choices=ISOLATIONS)
    compartment = models.CharField("compartiment", max_length=60, blank=True)
    work_hours = models.FloatField("durée d’un entretien (h)", null=True, blank=True)
    mtbf_hours = models.FloatField("heures entre pannes", null=True, blank=True)
    mttr_hours = models.FloatField("heures de réparation", null=True, blank=True)
    common_cause = models.CharField("cause commune", max_length=40, blank=True)
    beta = models.FloatField("part des pannes de cause commune", default=0)
    assumed_on = models.DateField("hypothèses du", null=True, blank=True)
    assumed_from = models.CharField("source des hypothèses", max_length=300, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        constraints = [
            models.UniqueConstraint(fields=["center", "code"], name="component_code_once"),
            models.CheckConstraint(condition=Q(beta__gte=0, beta__lte=1), name="component_beta"),
            models.CheckConstraint(
                condition=(Q(mtbf_hours=None) | Q(mtbf_hours__gt=0))
                & (Q(mttr_hours=None) | Q(mttr_hours__gt=0))
                & (Q(work_hours=None) | Q(work_hours__gt=0)),
                name="component_hours",
            ),
            _dates("component"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Input(models.Model):
    """A source in one need of a component; the rows of one `position` are one need, in their order."""

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="inputs")
    source = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="outputs")
    position = models.PositiveSmallIntegerField("besoin")
    rank = models.PositiveSmallIntegerField("rang")
    mode = models.CharField("ensemble", max_length=8, choices=MODES, default=SHARED)
    need = models.PositiveSmallIntegerField("au moins", default=0)

    class Meta:
        verbose_name = "alimentation"
        ordering = ["position", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["component", "position", "source"], name="input_once"),
            models.CheckConstraint(condition=~Q(component=F("source")), name="input_from_another"),
        ]

    def __str__(self) -> str:
        return f"{self.component_id} ← {self.source_id}"


class Rack(Dated):
    """A rack: its units are counted from the bottom, 1 first."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="racks")
    code = models.CharField("code", max_length=40)
    row = models.CharField("rangée", max_length=20, blank=True)
    place = models.PositiveSmallIntegerField("place dans la rangée", default=1)
    units = models.PositiveSmallIntegerField("hauteur (U)", default=42)
    max_kg = models.PositiveIntegerField("charge utile (kg)", null=True, blank=True)
    max_watts = models.PositiveIntegerField("puissance (W)", null=True, blank=True)
    ports = models.PositiveIntegerField("ports de réseau", null=True, blank=True)
    feed_a = models.ForeignKey(
        Component, on_delete=models.PROTECT, null=True, blank=True, related_name="racks_a"
    )
    phase_a = models.CharField("phase en A", max_length=2, choices=PHASES, blank=True)
    feed_b = models.ForeignKey(
        Component, on_delete=models.PROTECT, null=True, blank=True, related_name="racks_b"
    )
    phase_b = models.CharField("phase en B", max_length=2, choices=PHASES, blank=True)
    cooling = models.ManyToManyField(Component, related_name="racks_cooled", blank=True)
    network = models.ManyToManyField(Component, related_name="racks_joined", blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "baie"
        constraints = [
            models.UniqueConstraint(fields=["room", "code"], name="rack_code_once"),
            models.CheckConstraint(condition=Q(units__gte=1, units__lte=100), name="rack_units"),
            _dates("rack"),
        ]

    def __str__(self) -> str:
        return self.code


class Claimed(models.Model):
    """Units of a rack from `first`, and what comes with them."""

    first = models.PositiveSmallIntegerField("premier U")
    units = models.PositiveSmallIntegerField("hauteur (U)", default=1)
    watts = models.PositiveIntegerField("puissance (W)", default=0)
    kg = models.PositiveIntegerField("poids (kg)", default=0)
    ports = models.PositiveSmallIntegerField("ports de réseau", default=0)
    feeds = models.CharField("alimentations", max_length=2, choices=FEEDS, default="AB")

    class Meta:
        abstract = True


class Reservation(Claimed):
    """A range that is held (until `expires_at`) or under contract. `ended_at`: it no longer counts.

    `kept_by` is the module of this domain that alone signs it and frees it.
    """

    rack = models.ForeignKey(Rack, on_delete=models.PROTECT, related_name="reservations")
    holder = models.CharField("pour qui", max_length=120)
    state = models.CharField("état", max_length=10, choices=CLAIM_STATES)
    expires_at = models.DateTimeField("retenu jusqu’à", null=True, blank=True)
    ended_at = models.DateTimeField("terminé", null=True, blank=True)
    kept_by = models.CharField("tenue par", max_length=20, blank=True, editable=False)

    class Meta:
        verbose_name = "réservation"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="held") | Q(expires_at__isnull=False), name="hold_that_expires"
            )
        ]

    def __str__(self) -> str:
        return self.holder


class Device(Claimed):
    """A device in a rack; with `reservation`, it stands within a range that is already counted."""

    rack = models.ForeignKey(Rack, on_delete=models.PROTECT, related_name="devices")
    reservation = models.ForeignKey(
        Reservation, on_delete=models.PROTECT, null=True, blank=True, related_name="devices"
    )
    name = models.CharField("nom", max_length=80)
    serial = models.CharField("numéro de série", max_length=80, blank=True)
    model = models.CharField("modèle", max_length=80, blank=True)
    installed_on = models.DateField("installé le", null=True, blank=True)
    removed_on = models.DateField("retiré le", null=True, blank=True)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "équipement"
        constraints = [
            models.UniqueConstraint(
                fields=["rack", "name"], condition=Q(removed_on=None), name="device_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
