"""What was answered to a write that came with a key."""

from django.db import models


class KeptAnswer(models.Model):
    """One answer, sealed, for the caller and key that asked; written in the transaction of the act itself."""

    owner = models.CharField("appelant", max_length=100)
    key = models.CharField("clé", max_length=60)
    fingerprint = models.CharField("empreinte de la demande", max_length=64)
    status = models.PositiveSmallIntegerField("code", default=0)
    sealed = models.BinaryField("réponse scellée", default=b"", editable=False)
    kid = models.CharField("clé maîtresse", max_length=8, default="", editable=False)
    at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "réponse gardée"
        verbose_name_plural = "réponses gardées"
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"
