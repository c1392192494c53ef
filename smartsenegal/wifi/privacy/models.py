"""The sealed legal log, the requests to open it, and how long each kind of data is kept.

They live in the database of flows, where the log is written by the very transaction that takes addresses out
of the events; numbers name accounts and hotspots, foreign keys do not cross.
"""

import pgtrigger
from django.db import models

from smartsenegal.kernel.database import append_only
from smartsenegal.wifi.privacy.rules import PURPOSES, REQUEST_STATES


class LegalKey(models.Model):
    """A public key the log is sealed to; the latest one is in use. The private one is in shares only."""

    public = models.BinaryField("clé publique", max_length=32)
    made_at = models.DateTimeField("faite le", auto_now_add=True)
    made_by = models.CharField("faite par", max_length=200)

    class Meta:
        verbose_name = "clé du journal légal"

    def __str__(self) -> str:
        return f"{self.pk}"


class LegalShare(models.Model):
    """One half of a private key, sealed under the words of an officer, which are kept nowhere."""

    key = models.ForeignKey(LegalKey, on_delete=models.PROTECT, related_name="shares")
    number = models.PositiveSmallIntegerField("numéro")
    officer = models.CharField("officier", max_length=120)
    salt = models.BinaryField("sel")
    sealed = models.BinaryField("part, scellée")

    class Meta:
        verbose_name = "part de clé"
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="legal_share_once")]

    def __str__(self) -> str:
        return f"{self.key_id}/{self.number}"


class LegalDay(models.Model):
    """The key of a day of the log, sealed by the installation; destroyed when the day is no longer kept."""

    day = models.DateField("jour", primary_key=True)
    sealed = models.BinaryField("clé, scellée", null=True)
    destroyed_at = models.DateTimeField("détruite le", null=True)

    class Meta:
        verbose_name = "jour du journal légal"

    def __str__(self) -> str:
        return str(self.day)


class LegalBatch(models.Model):
    """Lines of one turn of the fold, sealed: see `sealing`. Times are epoch microseconds."""

    number = models.BigIntegerField("numéro", primary_key=True)
    day = models.DateField("jour", db_index=True)
    key = models.BigIntegerField("clé")
    count = models.PositiveIntegerField("lignes")
    first_us = models.BigIntegerField("première")
    last_us = models.BigIntegerField("dernière")
    sealed = models.BinaryField("lignes, scellées", null=True)
    content = models.BinaryField("empreinte", max_length=32)
    hash = models.BinaryField("chaînage", max_length=32)

    class Meta:
        verbose_name = "lot du journal légal"
        triggers = [
            *append_only(pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_shredded",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.sealed IS NOT NULL OR (NEW.number, NEW.day, NEW.key, NEW.count, NEW.first_us,
                       NEW.last_us, NEW.content, NEW.hash) IS DISTINCT FROM (OLD.number, OLD.day, OLD.key,
                       OLD.count, OLD.first_us, OLD.last_us, OLD.content, OLD.hash) THEN
                        RAISE EXCEPTION 'a batch of the legal log is written once';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class LegalRequest(models.Model):
    """A request for lines of the log: its ground, what it looks for, who decided, what came out."""

    reference = models.CharField("numéro de réquisition", max_length=120)
    authority = models.CharField("autorité qui requiert", max_length=200)
    ground = models.CharField("fondement", max_length=500)
    starts_at = models.DateTimeField("depuis")
    ends_at = models.DateTimeField("jusqu’à")
    hotspot = models.IntegerField("point Wi-Fi", null=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    address = models.GenericIPAddressField("adresse IP", null=True)
    mac = models.CharField("adresse de l’appareil", max_length=12, blank=True)
    state = models.CharField("état", max_length=8, choices=REQUEST_STATES, default="asked")
    asked_by = models.CharField("demandé par", max_length=200)
    asked_account = models.CharField("compte", max_length=40)
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    decided_by = models.CharField("décidé par", max_length=200, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True)
    reason = models.CharField("motif", max_length=500, blank=True)
    opened_at = models.DateTimeField("ouvert le", null=True)
    lines = models.PositiveIntegerField("lignes remises", null=True)

    class Meta:
        verbose_name = "réquisition"

    def __str__(self) -> str:
        return self.reference


class Retention(models.Model):
    """How many days a kind of data is kept, from a day on, and by which text. Rows are only added."""

    purpose = models.CharField("donnée", max_length=20, choices=PURPOSES)
    days = models.PositiveIntegerField("jours")
    basis = models.CharField("texte ou décision", max_length=300)
    confirmed = models.BooleanField("confirmé", default=False)
    effective_from = models.DateField("à partir du")
    set_by = models.CharField("réglé par", max_length=200)
    set_at = models.DateTimeField("réglé le", auto_now_add=True)

    class Meta:
        verbose_name = "durée de conservation"
        indexes = [models.Index(fields=["purpose", "effective_from"], name="retention_of_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.days}"


class SiteDay(models.Model):
    """The figures of a site and day, counted once the day is over; `opening` says which are published."""

    pk = models.CompositePrimaryKey("hotspot", "day")
    hotspot = models.IntegerField("point Wi-Fi")
    day = models.DateField("jour")
    people = models.PositiveIntegerField("appareils")
    sessions = models.PositiveIntegerField("connexions")
    octets = models.BigIntegerField("octets")
    hours_open = models.PositiveSmallIntegerField("heures d’ouverture")
    accepted = models.PositiveIntegerField("entrées acceptées")
    refused = models.PositiveIntegerField("entrées refusées")

    class Meta:
        verbose_name = "jour d’un point Wi-Fi"
        indexes = [models.Index(fields=["day"], name="site_day_of_day")]

    def __str__(self) -> str:
        return f"{self.hotspot} {self.day}"


class OwnCode(models.Model):
    """A code sent to a phone for its owner to see what is kept: both under keyed hashes."""

    phone = models.CharField("téléphone, haché", max_length=64)
    code = models.BinaryField("code, haché", max_length=32)
    sent_at = models.DateTimeField("envoyé à")
    until = models.DateTimeField("valable jusqu’à")
    tries = models.PositiveSmallIntegerField("essais", default=0)
    used_at = models.DateTimeField("utilisé à", null=True)

    class Meta:
        verbose_name = "code"
        indexes = [models.Index(fields=["phone", "sent_at"], name="own_code_of_phone")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Erasure(models.Model):
    """A holder who asked to be forgotten; finished once the day whose use still counts is over."""

    holder = models.BigIntegerField("porteur", unique=True)
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)

    class Meta:
        verbose_name = "effacement"

    def __str__(self) -> str:
        return f"{self.pk}"
