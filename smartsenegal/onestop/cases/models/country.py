"""What cases read of the country: the days that decrees fix, the last number given."""

from django.db import models


class HolidayDecree(models.Model):
    """What a decree says of one day: off, under this label, or a working day after all (no label).

    The feasts that the moon decides are only estimated until then.
    """

    day = models.DateField("jour", unique=True)
    label = models.CharField("fête", max_length=120, blank=True)
    reference = models.CharField("texte", max_length=200)
    decided_by = models.CharField("saisi par", max_length=200)
    decided_at = models.DateTimeField("saisi le", auto_now=True)

    class Meta:
        verbose_name = "jour fixé par décret"
        verbose_name_plural = "jours fixés par décret"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} : {self.label or 'jour ouvré'}"


class Counter(models.Model):
    """Last number given for each prefix and year; gaps are allowed, repetition is not."""

    prefix = models.CharField("préfixe", max_length=12)
    year = models.SmallIntegerField("année")
    last = models.BigIntegerField("dernier numéro")

    class Meta:
        verbose_name = "compteur"
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year} : {self.last}"
