"""Failures as they are declared, the places they put out of service, and the works that are planned."""

from django.db import models
from django.db.models import F, Q


class Failure(models.Model):
    """Something is cut, from `began_at` until `ended_at` (None: still)."""

    reason = models.CharField("ce qui s’est passé", max_length=300)
    links = models.ManyToManyField(
        "cable_network.Link", related_name="+", blank=True, verbose_name="liaisons"
    )
    nodes = models.ManyToManyField("cable_network.Node", related_name="+", blank=True, verbose_name="nœuds")
    began_at = models.DateTimeField("début")
    ended_at = models.DateTimeField("fin", null=True, blank=True)

    class Meta:
        verbose_name = "panne"
        indexes = [models.Index(fields=["-began_at"], name="failure_began")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="failure_ends_after"
            )
        ]

    def __str__(self) -> str:
        return self.reason


class Dark(models.Model):
    """A place that a failure put out of service: it opens again when nothing cuts it off any more."""

    site = models.OneToOneField("sites.Site", on_delete=models.CASCADE, related_name="+")
    failure = models.ForeignKey(Failure, on_delete=models.CASCADE, related_name="dark")

    class Meta:
        verbose_name = "lieu coupé"
        verbose_name_plural = "lieux coupés"

    def __str__(self) -> str:
        return str(self.site_id)


class Work(models.Model):
    """Works during which links and nodes are away."""

    reason = models.CharField("travaux", max_length=300)
    links = models.ManyToManyField(
        "cable_network.Link", related_name="+", blank=True, verbose_name="liaisons"
    )
    nodes = models.ManyToManyField("cable_network.Node", related_name="+", blank=True, verbose_name="nœuds")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    cancelled_at = models.DateTimeField("annulés le", null=True, blank=True)

    class Meta:
        verbose_name = "travaux"
        verbose_name_plural = "travaux"
        indexes = [models.Index(fields=["ends_at"], name="work_ends")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="work_ends_after")
        ]

    def __str__(self) -> str:
        return self.reason
