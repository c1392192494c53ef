"""The journal: append-only in the database, hash-chained by a trigger.

There are `CHAINS` chains and a transaction writes to the one of its database session, so that journals
do not make unrelated transactions wait for each other (and, one chain a transaction, cannot deadlock).
The hash covers every column of the row through PostgreSQL's canonical text of a jsonb array.
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from smartsenegal.kernel.database import append_only
from smartsenegal.lib.ids import uuid7
from smartsenegal.lib.text import plural

CHAINS = 16

# The columns under the hash, in the order they are hashed. `verify` reads this same expression.
CANONICAL = (
    "jsonb_build_array({row}.chain, {row}.sequence, to_char({row}.at AT TIME ZONE 'UTC', "
    "'YYYY-MM-DD\"T\"HH24:MI:SS.US'), {row}.actor_kind, {row}.actor_id, {row}.actor_label, "
    "{row}.organisation, {row}.ip, {row}.verb, {row}.subject, {row}.detail, {row}.reason)::text"
)

_CHAIN_TRIGGER = f"""
    NEW.chain := pg_backend_pid() %% {CHAINS};
    NEW.at := clock_timestamp();
    INSERT INTO audit_chain AS c (chain, sequence, hash) VALUES (NEW.chain, 1, '')
        ON CONFLICT (chain) DO UPDATE SET sequence = c.sequence + 1
        RETURNING c.sequence, c.hash INTO NEW.sequence, NEW.previous_hash;
    NEW.hash := sha256(NEW.previous_hash || convert_to({CANONICAL.format(row="NEW")}, 'UTF8'));
    UPDATE audit_chain SET hash = NEW.hash WHERE chain = NEW.chain;
    RETURN NEW;
""".replace("%%", "%")  # noqa: S608 - our own words only


class Chain(models.Model):
    """Last link of each chain; its row lock puts the writers of one chain in a line."""

    chain = models.SmallIntegerField(primary_key=True)
    sequence = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_chain"

    def __str__(self) -> str:
        return f"{self.chain}:{self.sequence}"


class Entry(models.Model):
    """Who did or read what, when, on what, and why."""

    chain = models.SmallIntegerField("chaîne", default=0, editable=False)
    sequence = models.BigIntegerField("rang", default=0, editable=False)
    at = models.DateTimeField("date", auto_now_add=True)
    actor_kind = models.CharField("nature de l’auteur", max_length=20)
    actor_id = models.CharField("auteur", max_length=64)
    actor_label = models.CharField("nom de l’auteur", max_length=200)
    organisation = models.CharField("organisme", max_length=120, blank=True)
    ip = models.CharField("adresse", max_length=45, blank=True)
    verb = models.CharField("acte", max_length=80)
    subject = models.CharField("objet", max_length=120)
    detail = models.JSONField("détail", default=dict)
    reason = models.CharField("motif", max_length=500, blank=True)
    previous_hash = models.BinaryField(default=b"", editable=False)
    hash = models.BinaryField(default=b"", editable=False)

    class Meta:
        verbose_name = "écriture"
        verbose_name_plural = "journal"
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_one_link")]
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_subject"),
            models.Index(fields=["actor_id", "-id"], name="audit_actor"),
            models.Index(fields=["actor_label", "-id"], name="audit_name"),
            models.Index(fields=["verb", "-id"], name="audit_verb"),
            BrinIndex(fields=["at"], name="audit_at"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="chain", operation=pgtrigger.Insert, when=pgtrigger.Before, func=_CHAIN_TRIGGER
            ),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Head(models.Model):
    """A signed statement of where a chain stood: what is older can no more be removed unseen."""

    chain = models.SmallIntegerField("chaîne")
    sequence = models.BigIntegerField("rang")
    hash = models.BinaryField()
    signed_at = models.DateTimeField("date")
    kid = models.CharField("clé", max_length=64)
    signature = models.BinaryField()

    class Meta:
        verbose_name = "sceau du journal"
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_one_head")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.chain}:{self.sequence}"


class Check(models.Model):
    """One verification of the whole journal, run in the background, with what it found."""

    requested_by = models.CharField("demandée par", max_length=200)
    requested_at = models.DateTimeField("demandée le", auto_now_add=True)
    finished_at = models.DateTimeField("finie le", null=True, blank=True)
    entries = models.BigIntegerField("écritures", default=0)
    heads = models.BigIntegerField("sceaux", default=0)
    faults = models.JSONField("anomalies", default=list)

    class Meta:
        verbose_name = "vérification du journal"
        verbose_name_plural = "vérifications du journal"

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def is_whole(self) -> bool:
        return self.finished_at is not None and not self.faults

    @property
    def summary(self) -> str:
        """The result in one French line."""
        counts = f"{plural(self.entries, 'écriture', 'écritures')}, {plural(self.heads, 'sceau', 'sceaux')}"
        if self.is_whole:
            return f"Journal intègre\u00a0: {counts}"
        return f"{plural(len(self.faults), 'anomalie', 'anomalies')} dans {counts}"


class Inspection(models.Model):
    """An inspector's look, with its reason: at an agent's acts, or at who read a person's data."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(
        "nature", max_length=8, choices=[("agent", "Un agent"), ("person", "Une personne")]
    )
    label = models.CharField("sur qui", max_length=200)
    actor_id = models.CharField("agent", max_length=64, blank=True)
    subjects = ArrayField(models.CharField(max_length=120), default=list, verbose_name="objets")
    since = models.DateField("du")
    until = models.DateField("au")
    reason = models.CharField("motif", max_length=500)
    opened_by = models.CharField("ouverte par", max_length=64)
    opened_by_label = models.CharField("nom", max_length=200)
    opened_at = models.DateTimeField("ouverte le", auto_now_add=True)

    class Meta:
        verbose_name = "inspection"
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class ReadingDay(models.Model):
    """What one agent read in a day, counted once from the journal for the report of unusual readings."""

    day = models.DateField("jour")
    actor_id = models.CharField("agent", max_length=64)
    actor_label = models.CharField("nom", max_length=200)
    organisation = models.CharField("organisme", max_length=120)
    files = models.IntegerField("dossiers")
    outside = models.IntegerField("hors du service")
    by_hour = ArrayField(models.IntegerField(), size=24, verbose_name="par heure")

    class Meta:
        verbose_name = "lectures d’un jour"
        verbose_name_plural = "lectures par jour"
        constraints = [models.UniqueConstraint(fields=["day", "actor_id"], name="reading_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.actor_label}"


class ReadingThreshold(models.Model):
    """From when on which readings are shown as unusual; never changed, followed by another."""

    effective_from = models.DateField("à partir du")
    files = models.PositiveIntegerField("dossiers par jour")
    outside = models.PositiveIntegerField("dossiers hors du service par jour")
    odd = models.PositiveIntegerField("lectures à des heures inhabituelles par jour")
    odd_from = models.PositiveSmallIntegerField("nuit, à partir de (heure)")
    odd_until = models.PositiveSmallIntegerField("jusqu’à (heure)")
    reason = models.CharField("motif", max_length=500)
    set_by = models.CharField("fixé par", max_length=200)
    set_at = models.DateTimeField("fixé le", auto_now_add=True)

    class Meta:
        verbose_name = "seuil de lecture"
        verbose_name_plural = "seuils de lecture"
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.effective_from}"
