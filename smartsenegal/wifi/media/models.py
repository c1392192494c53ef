"""Packages of content, where they are to be held, and what the caches of the sites tell."""

import uuid
from datetime import time

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from smartsenegal.wifi.media.rules import KINDS, ROLES, STATES
from smartsenegal.wifi.network.api import LANGUAGES


class Package(models.Model):
    """A film, a lesson, a document. `manifest` is what was last published, signed; caches know nothing else.

    `public` is that manifest in plain data, for pages. Both stay when the package is changed afterwards: the
    change is seen once it is published too.
    """

    code = models.SlugField("code", max_length=80, unique=True)
    title = models.CharField("titre", max_length=160)
    summary = models.CharField("résumé", max_length=600, blank=True)
    language = models.CharField("langue", max_length=2, choices=LANGUAGES, default="fr")
    kind = models.CharField("genre", max_length=12, choices=KINDS)
    licence = models.CharField("licence", max_length=200)
    duration_seconds = models.PositiveIntegerField("durée (s)", default=0)
    state = models.CharField("état", max_length=10, choices=STATES, default="draft")
    revision = models.PositiveIntegerField("révision", default=0)
    manifest = models.BinaryField("manifeste signé", null=True)
    public = models.JSONField("manifeste", default=dict, blank=True)
    published_at = models.DateTimeField("publié le", null=True, blank=True)
    changed_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "contenu"
        indexes = [GinIndex(fields=["public"], name="package_public", opclasses=["jsonb_path_ops"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(manifest__isnull=False),
                name="package_published_is_signed",
            )
        ]

    def __str__(self) -> str:
        return self.title


class PackageFile(models.Model):
    """A file of a package as it will be published: its bytes are kept under their SHA-256."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="files")
    role = models.CharField("rôle", max_length=8, choices=ROLES)
    language = models.CharField("langue", max_length=2, choices=LANGUAGES, blank=True)
    name = models.CharField("nom", max_length=120)
    content_type = models.CharField("type", max_length=40)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("taille (octets)")
    seconds = models.PositiveIntegerField("durée (s)", default=0)
    slow_start = models.BooleanField("démarrage lent", default=False)

    class Meta:
        verbose_name = "fichier"
        constraints = [
            models.UniqueConstraint(fields=["package", "role", "language"], name="package_file_once")
        ]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file on its way in, taken by pieces: `received` bytes of `size` are safe on the disk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="uploads")
    role = models.CharField("rôle", max_length=8, choices=ROLES)
    language = models.CharField("langue", max_length=2, choices=LANGUAGES, blank=True)
    name = models.CharField("nom", max_length=120)
    size = models.PositiveBigIntegerField("taille (octets)")
    received = models.PositiveBigIntegerField("reçus (octets)", default=0)
    begun_at = models.DateTimeField("commencé le", auto_now_add=True)

    class Meta:
        verbose_name = "envoi"

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """A package is to be held by a hotspot, by all those of a territory, or by all (neither is given)."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="assignments")
    hotspot = models.ForeignKey(
        "wifi_network.Hotspot", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    territory = models.ForeignKey(
        "territory.Territory", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pinned = models.BooleanField("épinglé", default=False)
    position = models.PositiveSmallIntegerField("ordre", default=100)

    class Meta:
        verbose_name = "destination"
        constraints = [
            models.UniqueConstraint(
                fields=["package", "hotspot", "territory"], name="assignment_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(hotspot__isnull=True) | Q(territory__isnull=True), name="assignment_one_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package_id}"


class Cache(models.Model):
    """The machine that keeps content at a hotspot. `token` is the SHA-256 of its secret, never the secret.

    `address` is where devices of the hotspot find it; empty, the centre serves them. Times are Dakar's.
    What follows `heard_at` is what the machine last told.
    """

    hotspot = models.OneToOneField("wifi_network.Hotspot", on_delete=models.CASCADE, related_name="+")
    address = models.CharField("adresse sur place", max_length=200, blank=True)
    quota = models.PositiveBigIntegerField("place (octets)", default=50 * 10**9)
    window_start = models.TimeField("télécharge de", default=time(1, 0))
    window_end = models.TimeField("à", default=time(5, 0))
    rate_kbps = models.PositiveIntegerField("débit au plus (kbit/s)", default=4000)
    token = models.BinaryField("empreinte du secret", max_length=32, null=True)
    heard_at = models.DateTimeField("dernières nouvelles", null=True, blank=True)
    synced_at = models.DateTimeField("à jour depuis", null=True, blank=True)
    held_bytes = models.PositiveBigIntegerField("occupé (octets)", default=0)
    free_bytes = models.PositiveBigIntegerField("libre (octets)", null=True, blank=True)
    held = models.JSONField("contenus tenus", default=dict, blank=True)
    faults = models.JSONField("erreurs", default=list, blank=True)

    class Meta:
        verbose_name = "cache"
        constraints = [models.UniqueConstraint(fields=["token"], name="cache_token_once")]

    def __str__(self) -> str:
        return f"{self.hotspot_id}"


class Teller(models.Model):
    """The disk of a cache that tells, by the name it gave itself, and its last report that was taken in.

    Each report has a higher number than that before it: one that comes again is answered and adds nothing. A
    machine set up anew has another name and counts from one again.
    """

    cache = models.ForeignKey(Cache, on_delete=models.CASCADE, related_name="tellers")
    name = models.UUIDField("nom")
    report = models.PositiveBigIntegerField("dernier rapport", default=0)

    class Meta:
        verbose_name = "disque de cache"
        constraints = [models.UniqueConstraint(fields=["cache", "name"], name="teller_once")]

    def __str__(self) -> str:
        return str(self.name)


class Watched(models.Model):
    """How many times a package was opened at a hotspot on a day: a number, of nobody."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="watched")
    hotspot = models.ForeignKey("wifi_network.Hotspot", on_delete=models.CASCADE, related_name="+")
    day = models.DateField("jour")
    count = models.PositiveIntegerField("ouvertures", default=0)

    class Meta:
        verbose_name = "ouvertures"
        constraints = [models.UniqueConstraint(fields=["package", "hotspot", "day"], name="watched_once")]
        indexes = [models.Index(fields=["hotspot", "day"], name="watched_of_hotspot")]

    def __str__(self) -> str:
        return f"{self.package_id} {self.day}"
