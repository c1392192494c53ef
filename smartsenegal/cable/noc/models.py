"""Alarms, which are tickets; those who are told when the network touches them, and what they were told."""

from django.db import models
from django.db.models import Q

from smartsenegal.cable.noc import rules

CAUSES = [(cause, words) for cause, (words, *_) in rules.CAUSES.items()]


class Alarm(models.Model):
    """A condition that is followed, then an alarm once `raised_at` is set, then a ticket once somebody took
    it. `link` is the page of what it is about; `hits` are the circuits and customers that it touches;
    `silenced` is the works that explain it."""

    cause = models.CharField("nature", max_length=20, choices=CAUSES)
    subject = models.CharField("objet", max_length=120)
    title = models.CharField("titre", max_length=250)
    sentence = models.CharField("constat", max_length=500, blank=True)
    link = models.CharField("page", max_length=200, blank=True)
    hits = models.JSONField("touchés", default=list)
    silenced = models.CharField("travaux en cours", max_length=300, blank=True)
    holds_since = models.DateTimeField("constaté depuis")
    raised_at = models.DateTimeField("levée le", null=True, blank=True)
    over_since = models.DateTimeField("finie depuis", null=True, blank=True)
    ended_at = models.DateTimeField("finie le", null=True, blank=True)
    told_at = models.DateTimeField("dite le", null=True, blank=True)
    taken_by = models.CharField("compte", max_length=64, blank=True)
    taken_name = models.CharField("prise par", max_length=200, blank=True)
    taken_at = models.DateTimeField("prise le", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closed_by = models.CharField("close par", max_length=200, blank=True)
    ending = models.CharField("cause trouvée", max_length=20, choices=rules.ENDINGS, blank=True)

    class Meta:
        verbose_name = "alarme"
        indexes = [models.Index(fields=["-raised_at"], name="alarm_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "subject"], condition=Q(ended_at=None), name="one_alarm_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(ended_at__isnull=False), name="alarm_closed_once_over"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        """How grave it is."""
        return rules.CAUSES[self.cause][1]


class Note(models.Model):
    """Something done or written about an alarm, by whom, when."""

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="notes")
    by = models.CharField("par", max_length=200)
    at = models.DateTimeField("le", auto_now_add=True)
    text = models.CharField("texte", max_length=1000)

    class Meta:
        verbose_name = "note"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Contact(models.Model):
    """Whom to tell for a customer. `customer` is the name that circuits and contracts bear."""

    customer = models.CharField("client", max_length=200, db_index=True)
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)

    class Meta:
        verbose_name = "contact d’un client"
        verbose_name_plural = "contacts des clients"
        ordering = ["customer", "name"]
        constraints = [
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="contact_can_be_told"),
            models.UniqueConstraint(fields=["customer", "email", "phone"], name="noc_contact_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """A contact who was told of works or of an alarm, by whom, when; once for each."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="notices")
    work = models.ForeignKey("cable_resilience.Work", on_delete=models.CASCADE, null=True, related_name="+")
    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, null=True, related_name="notices")
    by = models.CharField("par", max_length=200)
    at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        constraints = [
            models.UniqueConstraint(fields=["contact", "work"], name="told_once_of_works"),
            models.UniqueConstraint(fields=["contact", "alarm"], name="told_once_of_an_alarm"),
            models.CheckConstraint(
                condition=Q(work=None, alarm__isnull=False) | Q(work__isnull=False, alarm=None),
                name="notice_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.at}"
