"""Files kept encrypted, how long, and the acts issued."""

import pgtrigger
from django.db import models
from django.db.models import Q

from smartsenegal.kernel.documents import rules
from smartsenegal.lib.ids import uuid7


class StoredFile(models.Model):
    """One file: here what is known of it; its content lies encrypted in `storage`, under its own key.

    The key is kept wrapped by a master key. Destroying the wrapped key destroys the content wherever a
    copy of it may be.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.CharField("objet", max_length=120)
    purpose = models.CharField("usage", max_length=60)
    owner = models.CharField("compte qui l’a envoyé", max_length=64, blank=True)
    filename = models.CharField("nom", max_length=130)
    media_type = models.CharField("type", max_length=40)
    size = models.BigIntegerField("taille en octets")
    sha256 = models.CharField("empreinte", max_length=64)
    pixels = models.BigIntegerField("points", default=0)
    pages = models.IntegerField("pages", default=1)
    is_identity = models.BooleanField("pièce d’identité", default=False)
    storage_name = models.CharField("fichier", max_length=40, unique=True)
    wrapped_key = models.BinaryField("clé scellée")
    kid = models.CharField("clé maîtresse", max_length=16)
    created_at = models.DateTimeField("reçu le", auto_now_add=True)
    purge_after = models.DateTimeField("à détruire après le", null=True, blank=True)
    purged_at = models.DateTimeField("détruit le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier"
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="file_has_content"),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True) | Q(wrapped_key=b""), name="purged_file_has_no_key"
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "id"], name="file_subject"),
            models.Index(
                fields=["purge_after"],
                condition=Q(purged_at__isnull=True, purge_after__isnull=False),
                name="file_to_purge",
            ),
            models.Index(fields=["kid"], condition=Q(purged_at__isnull=True), name="file_kid"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def is_purged(self) -> bool:
        return self.purged_at is not None


class RetentionRule(models.Model):
    """How long files of one purpose are kept after the decision, from a date on. Edited, never deleted."""

    purpose = models.CharField("usage", max_length=60)
    starts_on = models.DateField("à partir du")
    days = models.IntegerField("jours après la décision", null=True, blank=True)
    basis = models.CharField("fondement", max_length=300)

    class Meta:
        verbose_name = "durée de conservation"
        verbose_name_plural = "durées de conservation"
        constraints = [
            models.UniqueConstraint(fields=["purpose", "starts_on"], name="retention_once"),
            models.CheckConstraint(condition=Q(days__isnull=True) | Q(days__gte=0), name="retention_days"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} : {self.days}"

    def as_rule(self) -> rules.Retention:
        return rules.Retention(self.purpose, self.starts_on, self.days)


class Counter(models.Model):
    """Last rank given in each series of numbers; its row lock keeps the series without gaps or doubles."""

    prefix = models.CharField("série", max_length=20)
    year = models.IntegerField("année")
    last = models.BigIntegerField("dernier rang", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="act_one_counter")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"


class Reservation(models.Model):
    """Number and code set aside for an act before it is made: a job cut half-way takes the same again."""

    subject = models.CharField("objet", max_length=120)
    key = models.CharField("clé", max_length=80)
    number = models.CharField("numéro", max_length=40, unique=True)
    code = models.CharField("code", max_length=16, unique=True)
    revocation_ref = models.CharField("référence de révocation", max_length=24, unique=True)
    created_at = models.DateTimeField("réservé le", auto_now_add=True)

    class Meta:
        verbose_name = "numéro réservé"
        constraints = [models.UniqueConstraint(fields=["subject", "key"], name="act_one_reservation")]

    def __str__(self) -> str:
        return self.number


# All that may change in an act: its revocation, and the key its content is sealed under.
_CHANGING = ["revoked_at", "revocation_reason", "superseded_by", "sealed", "kid"]


class IssuedAct(models.Model):
    """A signed and sealed act, never changed: it may be revoked, or replaced by another.

    What it says of its holder is in `sealed`, encrypted; the rest serves checkers.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reservation = models.OneToOneField(Reservation, on_delete=models.PROTECT, related_name="act")
    number = models.CharField("numéro", max_length=40, unique=True)
    code = models.CharField("code de vérification", max_length=16, unique=True)
    template = models.CharField("modèle", max_length=60)
    title = models.CharField("titre", max_length=200)
    subject = models.CharField("objet", max_length=120)
    initials = models.CharField("initiales du titulaire", max_length=60, blank=True)
    sealed = models.BinaryField("titulaire, mentions et sceau, chiffrés")
    kid = models.CharField("clé maîtresse", max_length=16, db_index=True)
    pdf = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="act")
    issued_at = models.DateTimeField("délivré le")
    issued_by = models.CharField("signataire", max_length=200)
    authority = models.CharField("autorité", max_length=200)
    organisation_id = models.BigIntegerField("organisme", null=True, blank=True)
    revocation_ref = models.CharField("référence de révocation", max_length=24, unique=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    revocation_reason = models.CharField(
        "motif", max_length=20, blank=True, choices=list(rules.REVOCATION_REASONS.items())
    )
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    class Meta:
        verbose_name = "acte"
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revocation_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revocation_reason=""),
                name="act_revoked_with_reason",
            )
        ]
        indexes = [
            models.Index(fields=["subject", "-issued_at"], name="act_subject"),
            models.Index(fields=["revoked_at"], condition=Q(revoked_at__isnull=False), name="act_revoked"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="never_changed", exclude=_CHANGING),
            pgtrigger.Protect(
                name="never_restored",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False, new__revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def revocation_label(self) -> str:
        """French category of the reason; empty for an act in force."""
        return rules.REVOCATION_REASONS.get(self.revocation_reason, "")


class Attempt(models.Model):
    """How many unknown codes one address has tried in one window of time: a door that can be guessed at."""

    address = models.CharField("adresse", max_length=45)
    window = models.DateTimeField("période")
    count = models.IntegerField("essais", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "window"], name="attempt_window")]

    def __str__(self) -> str:
        return f"{self.address}: {self.count}"
