"""What is supposed of the light on a link, and what terminals ask for. A figure without a source is a
hypothesis, and pages say so."""

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from smartsenegal.cable.optics.rules.ledger import BEGIN, END, Ageing
from smartsenegal.cable.optics.rules.line import Comb, Fibre

STAGES = [(BEGIN, "Dès la mise en service"), (END, "En fin de vie")]


class Assumptions(models.Model):
    """Of one link: its line, the channels on it, and what years do to it. Each of the three has its source,
    "" for hypotheses."""

    link = models.OneToOneField(
        "cable_network.Link", on_delete=models.CASCADE, related_name="+", verbose_name="liaison"
    )
    spans = models.PositiveSmallIntegerField("tronçons")
    loss_db_per_km = models.FloatField("atténuation (dB/km)")
    area_um2 = models.FloatField("aire effective (µm²)")
    dispersion = models.FloatField("dispersion (ps/(nm·km))")
    index = models.FloatField("indice non linéaire (10⁻²⁰ m²/W)")
    extra_db = models.FloatField("pertes en plus de la fibre, par tronçon (dB)")
    noise_figure_db = models.FloatField("facteur de bruit (dB)")
    line_source = models.CharField("source", max_length=300, blank=True)
    channels = models.PositiveSmallIntegerField("canaux")
    spacing_ghz = models.FloatField("espacement (GHz)")
    gbaud = models.FloatField("vitesse de modulation (GBd)")
    launch_dbm = models.FloatField("puissance par canal (dBm)", null=True, blank=True)
    comb_source = models.CharField("source", max_length=300, blank=True)
    aged_fibre_db_per_km = models.FloatField("atténuation gagnée (dB/km)")
    aged_noise_figure_db = models.FloatField("facteur de bruit gagné (dB)")
    repairs = models.PositiveSmallIntegerField("réparations")
    splices = models.PositiveSmallIntegerField("épissures par réparation")
    splice_db = models.FloatField("perte d’une épissure (dB)")
    cable_km = models.FloatField("câble ajouté par réparation (km)")
    margin_db = models.FloatField("marge gardée (dB)")
    ageing_source = models.CharField("source", max_length=300, blank=True)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "hypothèses optiques"
        verbose_name_plural = "hypothèses optiques"

    def __str__(self) -> str:
        return str(self.link_id)

    @cached_property
    def fibre(self) -> Fibre:
        """As `rules` asks."""
        return Fibre(self.loss_db_per_km, self.area_um2, self.dispersion, self.index)

    @cached_property
    def comb(self) -> Comb:
        """As `rules` asks."""
        return Comb(self.channels, self.spacing_ghz, self.gbaud)

    @cached_property
    def ageing(self) -> Ageing:
        """As `rules` asks."""
        return Ageing(
            self.aged_fibre_db_per_km,
            self.aged_noise_figure_db,
            self.repairs,
            self.splices,
            self.splice_db,
            self.cable_km,
        )


class Deduction(models.Model):
    """So many dB that are taken off the ratio of a link, from its beginning or at its end; `source` is "" for
    a hypothesis."""

    link = models.ForeignKey(
        "cable_network.Link", on_delete=models.CASCADE, related_name="+", verbose_name="liaison"
    )
    name = models.CharField("nom", max_length=120)
    decibels = models.FloatField("retrait (dB)")
    stage = models.CharField("à partir de", max_length=5, choices=STAGES)
    source = models.CharField("source", max_length=300, blank=True)

    class Meta:
        verbose_name = "retrait"
        constraints = [
            models.UniqueConstraint(fields=["link", "name"], name="deduction_named_once"),
            models.CheckConstraint(condition=Q(decibels__gte=0, decibels__lte=20), name="deduction_size"),
        ]

    def __str__(self) -> str:
        return self.name


class Format(models.Model):
    """A modulation that can be bought, from a day until another (excluded): what it carries in a channel of
    so many GBd, and the ratio it asks for (dB in 0.1 nm)."""

    name = models.CharField("nom", max_length=120)
    gbaud = models.FloatField("vitesse de modulation (GBd)")
    gbps = models.PositiveIntegerField("débit utile (Gbit/s)")
    required_db = models.FloatField("GSNR exigé (dB dans 0,1 nm)")
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField("source", max_length=300, blank=True)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "format"
        constraints = [
            models.UniqueConstraint(fields=["name", "gbaud", "valid_from"], name="format_once"),
            models.CheckConstraint(condition=Q(gbps__gt=0), name="format_carries"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="format_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.gbaud:g} GBd)"
