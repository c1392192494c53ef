"""Where other systems want to be told, and what they were told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.webhooks.rules import STATES, WAITING
from smartsenegal.lib.ids import uuid7


class Endpoint(models.Model):
    """An address that an organisation subscribed; `kinds` empty means every event of its cases."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="organisme"
    )
    url = models.CharField("adresse", max_length=500)
    kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name="événements")
    sealed = models.BinaryField("secret scellé", editable=False)
    sealed_before = models.BinaryField("secret d’avant, scellé", default=b"", editable=False)
    before_until = models.DateTimeField("secret d’avant valable jusqu’au", null=True, blank=True)
    kid = models.CharField("clé maîtresse", max_length=8, editable=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    created_by = models.CharField("créé par", max_length=200)
    failing_since = models.DateTimeField("en échec depuis le", null=True, blank=True)
    disabled_at = models.DateTimeField("arrêté le", null=True, blank=True)
    disabled_reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "webhook"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.url


class Outgoing(models.Model):
    """One event for one endpoint: the very body that is sent at each attempt, under the same identifier."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="sent")
    event_id = models.UUIDField("événement")
    kind = models.CharField("nature", max_length=60)
    subject = models.CharField("objet", max_length=120)
    body = models.TextField("contenu")
    state = models.CharField("état", max_length=10, choices=STATES, default=WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    status = models.PositiveSmallIntegerField("réponse", null=True, blank=True)
    error = models.CharField("échec", max_length=300, blank=True)
    next_attempt = models.DateTimeField("prochain essai", null=True, blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    delivered_at = models.DateTimeField("reçu le", null=True, blank=True)

    class Meta:
        verbose_name = "envoi"
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_event_once")]
        indexes = [models.Index(fields=["endpoint", "-id"], name="webhook_sent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
