"""Messages, what they cost, and the demonstration's phone."""

from datetime import datetime
from uuid import uuid5

from django.db import models
from django.db.models import Q
from django.utils import timezone

from smartsenegal.kernel.notifications.rules import CHANNELS, FAILED, GIVEN_UP, QUEUED, STATES
from smartsenegal.lib.ids import uuid7


class MessageQuerySet(models.QuerySet["Message"]):
    def stuck(self) -> "MessageQuerySet":
        """Given up, or failing: what an operator looks at first."""
        return self.filter(state__in=[GIVEN_UP, FAILED])

    def inbox(self, account_id: str) -> "MessageQuerySet":
        """What an account reads in its in-page inbox, newest first.

        Of the messages of one event only the page version shows, when there is one; secrets never do.
        """
        page = Message.objects.filter(
            channel="page", recipient=account_id, event_id=models.OuterRef("event_id")
        )
        return (
            self.filter(recipient=account_id, secret=False)
            .exclude(Q(models.Exists(page)) & ~Q(channel="page"))
            .order_by("-created_at", "-id")
        )


class Message(models.Model):
    """One message to one address. `key` says what it is about: the same key is never sent twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField("clé", max_length=200, unique=True)
    template = models.CharField("modèle", max_length=100)
    channel = models.CharField("canal", max_length=8, choices=CHANNELS)
    address = models.CharField("adresse", max_length=254)
    language = models.CharField("langue", max_length=8, default="fr")
    subject = models.CharField("objet", max_length=250, blank=True)
    body = models.TextField("texte", blank=True)
    secret = models.BooleanField("secret", default=False)
    segments = models.PositiveSmallIntegerField("segments", default=1)
    state = models.CharField("état", max_length=10, choices=STATES, default=QUEUED)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    broken = models.PositiveSmallIntegerField("essais interrompus", default=0)
    restarts = models.PositiveSmallIntegerField("remises en route", default=0)
    next_attempt = models.DateTimeField("prochain essai", null=True, blank=True)
    expires_at = models.DateTimeField("inutile après", null=True, blank=True)
    provider = models.CharField("opérateur", max_length=40, blank=True)
    provider_ref = models.CharField("référence de l’opérateur", max_length=200, blank=True)
    cost = models.PositiveIntegerField("coût (F CFA)", null=True, blank=True)
    event_id = models.UUIDField("événement", null=True, blank=True)
    about = models.CharField("à propos de", max_length=120, blank=True)
    recipient = models.CharField("compte", max_length=64, blank=True)
    read_at = models.DateTimeField("lu le", null=True, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    error = models.CharField("erreur", max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        indexes = [
            models.Index(
                fields=["recipient", "-created_at"], name="message_inbox", condition=~Q(recipient="")
            ),
            models.Index(
                fields=["-created_at"], name="message_stuck", condition=Q(state__in=[GIVEN_UP, FAILED])
            ),
            models.Index(fields=["about"], name="message_about", condition=~Q(about="")),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.address}"

    @property
    def reference(self) -> str:
        """Our reference at the carrier: another one each time somebody starts the message again."""
        return str(uuid5(self.pk, str(self.restarts)) if self.restarts else self.pk)

    def is_useless(self, now: datetime) -> bool:
        """Whether it is too late to send it (a sign-in code that no longer works)."""
        return self.expires_at is not None and now >= self.expires_at


class Tariff(models.Model):
    """What one SMS segment costs from a day on, as an operator's contract says. None is invented."""

    starts_on = models.DateField("à partir du")
    provider = models.CharField("passerelle", max_length=40)
    price = models.PositiveIntegerField("prix du segment (F CFA)")
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "tarif de SMS"
        verbose_name_plural = "tarifs de SMS"
        ordering = ["provider", "-starts_on"]
        constraints = [models.UniqueConstraint(fields=["provider", "starts_on"], name="one_sms_tariff_a_day")]

    def __str__(self) -> str:
        return f"{self.provider} : {self.price} F CFA"


class DemoDelivery(models.Model):
    """What the demonstration's phone or mailbox received instead of a real one."""

    message_id = models.UUIDField(unique=True)
    channel = models.CharField("canal", max_length=8, choices=CHANNELS)
    address = models.CharField("adresse", max_length=254, db_index=True)
    subject = models.CharField("objet", max_length=250, blank=True)
    body = models.TextField("texte")
    secret = models.BooleanField("secret", default=False)
    at = models.DateTimeField("reçu le", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "message de démonstration"
        verbose_name_plural = "messages de démonstration"

    def __str__(self) -> str:
        return f"{self.channel} → {self.address}"
