"""Plans that were kept, with what they rest on and what they said on that day."""

from django.db import models


class Plan(models.Model):
    """A plan for an event. `answers` is what was typed, `result` what `rules` of `rules_version` made of it:
    it stays as it was told, whatever the rules become."""

    name = models.CharField("nom", max_length=120)
    hotspots = models.ManyToManyField("wifi_network.Hotspot", related_name="+", verbose_name="points Wi-Fi")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    answers = models.JSONField("hypothèses")
    result = models.JSONField("résultat")
    rules_version = models.CharField("version des règles", max_length=20)
    author = models.CharField("auteur", max_length=200)
    made_at = models.DateTimeField("gardé le", auto_now_add=True)
    changed_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "plan"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="wifi_plan_ends_after"
            )
        ]

    def __str__(self) -> str:
        return self.name
