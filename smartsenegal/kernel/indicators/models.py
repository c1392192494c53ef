"""Figures by day, prepared once: dashboards read these, never the cases."""

from django.db import models


class DailyFigure(models.Model):
    """One figure of one day. `dims_key` is the canonical text of `dims` (`rules.dims_key`)."""

    name = models.CharField("série", max_length=80)
    day = models.DateField("jour")
    dims = models.JSONField("dimensions", default=dict)
    dims_key = models.CharField(max_length=500, editable=False)
    value = models.BigIntegerField("valeur", default=0)

    class Meta:
        verbose_name = "chiffre du jour"
        verbose_name_plural = "chiffres du jour"
        constraints = [models.UniqueConstraint(fields=["name", "day", "dims_key"], name="one_figure")]

    def __str__(self) -> str:
        return f"{self.name} {self.day} {self.dims_key}"


class MonthlyFigure(models.Model):
    """The same by month, summed along one of the series' cuts. `head` is the value of its first dimension."""

    name = models.CharField("série", max_length=80)
    cut = models.CharField("coupe", max_length=120)
    head = models.CharField("tête", max_length=120, blank=True)
    month = models.DateField("mois")
    dims = models.JSONField("dimensions", default=dict)
    dims_key = models.CharField(max_length=500, editable=False)
    value = models.BigIntegerField("valeur", default=0)

    class Meta:
        verbose_name = "chiffre du mois"
        verbose_name_plural = "chiffres du mois"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "cut", "head", "month", "dims_key"], name="one_monthly_figure"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.month} {self.dims_key}"


class Mark(models.Model):
    """How far the history of a subject has been counted: what stands before is never counted again."""

    subject = models.CharField("objet", max_length=120, primary_key=True)
    sequence = models.IntegerField("rang", default=0)

    class Meta:
        verbose_name = "marque de comptage"
        verbose_name_plural = "marques de comptage"

    def __str__(self) -> str:
        return f"{self.subject} {self.sequence}"
