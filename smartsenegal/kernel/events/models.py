"""The outbox: what happened, written in the transaction in which it happened."""

from django.db import models

from smartsenegal.lib.ids import uuid7


class Event(models.Model):
    """One fact. `payload` holds identifiers and plain data, never a person's answers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("nature", max_length=80)
    subject = models.CharField("objet", max_length=120)
    payload = models.JSONField("contenu", default=dict)
    at = models.DateTimeField("date", auto_now_add=True)

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"
        indexes = [
            models.Index(fields=["subject", "id"], name="event_subject"),
            models.Index(fields=["at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Delivery(models.Model):
    """Proof that one listener has dealt with one event: a listener never runs twice to its end."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    listener = models.CharField("destinataire", max_length=120)
    at = models.DateTimeField("date", auto_now_add=True)

    class Meta:
        verbose_name = "remise"
        constraints = [
            models.UniqueConstraint(fields=["event", "listener"], name="one_delivery_per_listener")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.listener}"
