"""The transport network as it is and will be. What is not known is NULL, and no page shows it as zero.

`valid_from` and `valid_until` (excluded) say on which days a row holds; without them it always has and will.
Rows marked `is_example` are invented for the demonstration, and every page says so.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from smartsenegal.cable.network.rules import (
    KINDS_OF_EQUIPMENT,
    KINDS_OF_SYSTEM,
    KINDS_OF_ZONE,
    PRIORITIES,
    ROLES,
    STATES,
)


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with effective dates."""

    def on(self, day: date) -> "DatedQuerySet":
        """Those that hold on a day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gt=day)
        )


class Dated(models.Model):
    """A row of the inventory: its code, name, dates and where it was read."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=200)
    state = models.CharField("état", max_length=10, choices=STATES, default="active")
    valid_from = models.DateField("à partir du", null=True, blank=True)
    valid_until = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField("source", max_length=300, blank=True)
    is_example = models.BooleanField("exemple inventé", default=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_dates",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Node(Dated):
    """Where links meet. In Senegal it is a place of `kernel.sites`; abroad it has only a position.

    `gives_internet` marks the places from which the world is reached.
    """

    role = models.CharField("rôle", max_length=10, choices=ROLES)
    site = models.OneToOneField(
        "sites.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    country = models.CharField("pays", max_length=60, default="Sénégal")
    latitude = models.DecimalField("latitude", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("longitude", max_digits=8, decimal_places=5, null=True, blank=True)
    gives_internet = models.BooleanField("donne accès à l’Internet mondial", default=False)

    class Meta(Dated.Meta):
        verbose_name = "nœud"


class Served(models.Model):
    """A territory whose people depend on a node: one node a territory, so that nobody is counted twice."""

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="served")
    territory = models.OneToOneField("territory.Territory", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "territoire desservi"


class System(Dated):
    """A cable system: SHARE, EllaLink, or a network on land."""

    kind = models.CharField("nature", max_length=12, choices=KINDS_OF_SYSTEM)
    owner = models.CharField("exploitant", max_length=200, blank=True)
    supplier = models.CharField("constructeur", max_length=200, blank=True)
    length_km = models.PositiveIntegerField("longueur (km)", null=True, blank=True)
    fibre_pairs = models.PositiveSmallIntegerField("paires de fibres", null=True, blank=True)
    lit_gbps = models.PositiveIntegerField("capacité allumée (Gbit/s)", null=True, blank=True)
    design_gbps = models.PositiveIntegerField("capacité de conception (Gbit/s)", null=True, blank=True)
    life_years = models.PositiveSmallIntegerField("durée de vie (ans)", null=True, blank=True)
    note = models.TextField("note", blank=True)

    class Meta(Dated.Meta):
        verbose_name = "câble"


class Link(Dated):
    """A stretch between two nodes that fails as one. `line` are the points between its ends: [longitude,
    latitude] pairs; empty, the line is straight for want of better."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, null=True, blank=True, related_name="links")
    a = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="links_from")
    b = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="links_to")
    length_km = models.DecimalField("longueur (km)", max_digits=8, decimal_places=2, null=True, blank=True)
    fibre_type = models.CharField("type de fibre", max_length=60, blank=True)
    fibre_pairs = models.PositiveSmallIntegerField("paires de fibres", null=True, blank=True)
    lit_gbps = models.PositiveIntegerField("capacité allumée (Gbit/s)", null=True, blank=True)
    design_gbps = models.PositiveIntegerField("capacité de conception (Gbit/s)", null=True, blank=True)
    line = models.JSONField("tracé", default=list, blank=True)

    class Meta(Dated.Meta):
        verbose_name = "liaison"
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~Q(a=F("b")), name="cable_link_joins_two_nodes"),
        ]


class Span(models.Model):
    """A part of a link between two amplifiers."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="spans")
    order = models.PositiveSmallIntegerField("rang")
    length_km = models.DecimalField("longueur (km)", max_digits=7, decimal_places=2)
    fibre_type = models.CharField("type de fibre", max_length=60, blank=True)
    loss_db_per_km = models.DecimalField(
        "atténuation (dB/km)", max_digits=5, decimal_places=3, null=True, blank=True
    )

    class Meta:
        verbose_name = "tronçon"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["link", "order"], name="span_order_once")]

    def __str__(self) -> str:
        return f"{self.link_id}/{self.order}"


class Zone(Dated):
    """What takes several links or nodes down at once: a canyon, a landing, a trench (shared-risk group).

    Days of repair are a range; without one the study's own is used.
    """

    kind = models.CharField("nature", max_length=10, choices=KINDS_OF_ZONE)
    links = models.ManyToManyField(Link, related_name="zones", blank=True, verbose_name="liaisons")
    nodes = models.ManyToManyField(Node, related_name="zones", blank=True, verbose_name="nœuds")
    repair_days_least = models.PositiveSmallIntegerField(
        "réparation, au moins (jours)", null=True, blank=True
    )
    repair_days_most = models.PositiveSmallIntegerField("réparation, au plus (jours)", null=True, blank=True)

    class Meta(Dated.Meta):
        verbose_name = "zone de risque"
        verbose_name_plural = "zones de risque"


class Equipment(Dated):
    """What stands at a node and what circuits pass through."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="equipment")
    kind = models.CharField("nature", max_length=12, choices=KINDS_OF_EQUIPMENT)
    make = models.CharField("marque", max_length=60, blank=True)
    model = models.CharField("modèle", max_length=80, blank=True)
    serial = models.CharField("numéro de série", max_length=80, blank=True)

    class Meta(Dated.Meta):
        verbose_name = "équipement"


class Wavelength(models.Model):
    """A channel lit on a link; `code` is what a path names it by (`193.1`). `pair` is unknown more often
    than not."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="wavelengths")
    code = models.CharField("code", max_length=30)
    pair = models.PositiveSmallIntegerField("paire de fibres", null=True, blank=True)
    frequency_thz = models.DecimalField(
        "fréquence (THz)", max_digits=7, decimal_places=4, null=True, blank=True
    )
    gbps = models.PositiveIntegerField("débit (Gbit/s)", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=STATES, default="active")

    class Meta:
        verbose_name = "longueur d’onde"
        verbose_name_plural = "longueurs d’onde"
        constraints = [
            models.UniqueConstraint(fields=["link", "code"], name="wavelength_code_once"),
            models.UniqueConstraint(
                fields=["link", "pair", "frequency_thz"],
                condition=Q(pair__isnull=False, frequency_thz__isnull=False),
                name="wavelength_frequency_once",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Circuit(Dated):
    """A capacity between two nodes, for somebody; its paths are in `Step`, none when the path is not
    known."""

    a = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    b = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    customer = models.CharField("pour qui", max_length=200, blank=True)
    gbps = models.DecimalField("débit (Gbit/s)", max_digits=9, decimal_places=3, null=True, blank=True)
    priority = models.PositiveSmallIntegerField("priorité", choices=PRIORITIES, default=3)

    class Meta(Dated.Meta):
        verbose_name = "circuit"
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~Q(a=F("b")), name="circuit_joins_two_nodes"),
        ]


class Step(models.Model):
    """One component of a path of a circuit: a node passed, a link (with a wavelength), or an equipment.

    Path 1 works, path 2 protects. The indexes of its keys answer "which circuits pass here".
    """

    circuit = models.ForeignKey(Circuit, on_delete=models.CASCADE, related_name="steps")
    path = models.PositiveSmallIntegerField("chemin", choices=[(1, "Nominal"), (2, "Secours")], default=1)
    order = models.PositiveSmallIntegerField("rang")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    wavelength = models.ForeignKey(
        Wavelength, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "étape"
        ordering = ["path", "order"]
        constraints = [
            models.UniqueConstraint(fields=["circuit", "path", "order"], name="step_order_once"),
            models.CheckConstraint(
                condition=Q(node__isnull=False, link=None, equipment=None)
                | Q(node=None, link__isnull=False, equipment=None)
                | Q(node=None, link=None, equipment__isnull=False),
                name="step_is_one_component",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.circuit_id}/{self.path}/{self.order}"
