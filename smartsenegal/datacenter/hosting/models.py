"""What is hosted: capacity, projects, machines and buckets, what is wanted of them beside what is.

What is wanted is written by people; what is real, only by the worker, from what hypervisor and store say.
"""

from django.db import models
from django.db.models import F, Q

from smartsenegal.datacenter.hosting.rules import machines, metering, roles
from smartsenegal.datacenter.hosting.rules.quotas import Amounts
from smartsenegal.kernel.database import append_only

DATACENTER = "datacenter_facility.DataCenter"


class Quantities(models.Model):
    """Five amounts: what a platform has, what a project may use, what it asks for."""

    vcpus = models.PositiveIntegerField("vCPU", default=0)
    memory_mib = models.PositiveIntegerField("mémoire (Mio)", default=0)
    disk_gib = models.PositiveIntegerField("disque (Gio)", default=0)
    buckets = models.PositiveIntegerField("espaces", default=0)
    object_gib = models.PositiveIntegerField("objets (Gio)", default=0)

    class Meta:
        abstract = True

    @property
    def amounts(self) -> Amounts:
        """Them together."""
        return Amounts(self.vcpus, self.memory_mib, self.disk_gib, self.buckets, self.object_gib)


class Pool(Quantities):
    """A platform of machines and objects in a datacentre: where it stands, what of it may be granted."""

    center = models.ForeignKey(DATACENTER, on_delete=models.PROTECT, related_name="pools")
    code = models.SlugField("code", max_length=30, unique=True)
    name = models.CharField("nom", max_length=120)
    rack = models.ForeignKey(
        "datacenter_facility.Rack", on_delete=models.PROTECT, null=True, blank=True, related_name="pools"
    )
    source = models.CharField("capacité décidée par", max_length=300)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "plateforme"

    def __str__(self) -> str:
        return self.name


class Image(models.Model):
    """What a machine starts from: a disk to copy, or a kernel with its first file system."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="images")
    code = models.SlugField("code", max_length=40)
    name = models.CharField("nom", max_length=120)
    disk = models.CharField("disque à copier", max_length=120, blank=True)
    kernel = models.CharField("noyau", max_length=120, blank=True)
    initrd = models.CharField("premier système de fichiers", max_length=120, blank=True)
    arguments = models.CharField("arguments du noyau", max_length=300, blank=True)
    least_memory_mib = models.PositiveIntegerField("mémoire au moins (Mio)", default=64)
    least_disk_gib = models.PositiveIntegerField("disque au moins (Gio)", default=1)
    source = models.CharField("origine", max_length=300)
    closed_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "code"], name="image_once"),
            models.CheckConstraint(condition=~Q(disk="", kernel=""), name="image_boots"),
        ]

    def __str__(self) -> str:
        return self.name


class Project(Quantities):
    """What an organisation runs together, and the quota it was granted."""

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="projects")
    customer = models.ForeignKey("identity.Organisation", on_delete=models.PROTECT, related_name="+")
    code = models.SlugField("code", max_length=20, unique=True)
    name = models.CharField("nom", max_length=120)
    purpose = models.CharField("usage", max_length=300, blank=True)
    opened_at = models.DateTimeField("ouvert le", auto_now_add=True)

    class Meta:
        verbose_name = "projet"
        indexes = [models.Index(fields=["customer", "code"], name="project_customer")]

    def __str__(self) -> str:
        return self.name


class Ask(Quantities):
    """A quota asked for, whole: what the project wants to have from now on. Then granted or refused."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="asks")
    reason = models.CharField("motif", max_length=500)
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    decided_at = models.DateTimeField("décidé le", null=True)
    granted = models.BooleanField("accordé", default=False)
    answer = models.CharField("réponse", max_length=300, blank=True)

    class Meta:
        verbose_name = "demande de quota"
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(decided_at=None), name="one_ask_waits"),
            models.CheckConstraint(
                condition=Q(granted=False) | Q(decided_at__isnull=False), name="ask_granted_once_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"QUO-{self.pk:05}"


class Member(models.Model):
    """A person's role in a project. Who files for the organisation is in charge of it without a row here."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="members")
    account = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    role = models.CharField("rôle", max_length=10, choices=roles.ROLES)
    added_at = models.DateTimeField("depuis le", auto_now_add=True)

    class Meta:
        verbose_name = "membre"
        constraints = [models.UniqueConstraint(fields=["project", "account"], name="hosting_member_once")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.account_id}"


class Machine(models.Model):
    """A virtual machine: what is wanted of it, and what the hypervisor last said."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="machines")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField("clé", unique=True, editable=False)
    name = models.SlugField("nom", max_length=40)
    ssh_key = models.CharField("clé publique SSH", max_length=800, blank=True)
    vcpus = models.PositiveIntegerField("vCPU")
    memory_mib = models.PositiveIntegerField("mémoire (Mio)")
    disk_gib = models.PositiveIntegerField("disque (Gio)")
    wanted = models.CharField("voulue", max_length=8, choices=machines.WANTED)
    wanted_at = models.DateTimeField("voulue depuis")
    hard = models.BooleanField("courant coupé", default=False)
    reboots = models.PositiveIntegerField("redémarrages voulus", default=0)
    real = models.CharField("réelle", max_length=8, choices=machines.REAL, blank=True)
    real_vcpus = models.PositiveIntegerField("vCPU réels", default=0)
    real_memory_mib = models.PositiveIntegerField("mémoire réelle (Mio)", default=0)
    made_at = models.DateTimeField("faite le", null=True)
    made_disk_gib = models.PositiveIntegerField("disque fait (Gio)", default=0)
    made_reboots = models.PositiveIntegerField("redémarrages faits", default=0)
    seen_at = models.DateTimeField("vue le", null=True)
    trouble = models.CharField("ennui", max_length=300, blank=True)

    class Meta:
        verbose_name = "machine"
        indexes = [models.Index(fields=["project", "wanted"], name="machine_project")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"], condition=~Q(wanted=machines.DELETED), name="machine_name_once"
            ),
            models.CheckConstraint(
                condition=Q(vcpus__gte=1, memory_mib__gte=64, disk_gib__gte=1), name="machine_some"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def amounts(self) -> Amounts:
        """What it takes of the quota, running or not; one that is wanted away, until it is really away."""
        if self.wanted == machines.DELETED and not self.made_disk_gib:
            return Amounts()
        return Amounts(self.vcpus, self.memory_mib, self.disk_gib)


class Step(models.Model):
    """From a time on, what was wanted of a machine: rows are only added, and bills are made of them."""

    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField("le")
    running = models.BooleanField("en marche")
    vcpus = models.PositiveIntegerField("vCPU")
    memory_mib = models.PositiveIntegerField("mémoire (Mio)")
    disk_gib = models.PositiveIntegerField("disque (Gio)")

    class Meta:
        verbose_name = "étape"
        indexes = [models.Index(fields=["machine", "at"], name="step_machine")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.machine_id} {self.at}"


class Bucket(models.Model):
    """A bucket of the store. What it is reserved counts in the quota; what it holds is measured."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="spaces")
    name = models.CharField("nom", max_length=63)
    gib = models.PositiveIntegerField("réservé (Gio)")
    lock_days = models.PositiveIntegerField("objets gardés (jours)", default=0)
    made_at = models.DateTimeField("créé le", auto_now_add=True)
    closed_at = models.DateTimeField("supprimé le", null=True)
    real = models.BooleanField("dans le magasin", default=False)
    size = models.PositiveBigIntegerField("mesuré (octets)", null=True)
    objects_count = models.PositiveBigIntegerField("objets", null=True)
    seen_at = models.DateTimeField("mesuré le", null=True)
    trouble = models.CharField("ennui", max_length=300, blank=True)

    class Meta:
        verbose_name = "espace de stockage"
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(closed_at=None), name="bucket_once"),
            models.CheckConstraint(condition=Q(gib__gte=1), name="bucket_some"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def amounts(self) -> Amounts:
        """What it takes of the quota, until it is really away."""
        if self.closed_at and not self.real:
            return Amounts()
        return Amounts(buckets=1, object_gib=self.gib)


class Sample(models.Model):
    """What a bucket held when it was measured: rows are only added."""

    bucket = models.ForeignKey(Bucket, on_delete=models.PROTECT, related_name="samples")
    at = models.DateTimeField("le")
    size = models.PositiveBigIntegerField("octets")

    class Meta:
        verbose_name = "mesure"
        indexes = [models.Index(fields=["bucket", "at"], name="sample_bucket")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.bucket_id} {self.at}"


class Key(models.Model):
    """A key of a project in the store. Its secret is sealed until it is shown, once, then forgotten."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="keys")
    key = models.UUIDField("clé", unique=True, editable=False)
    label = models.CharField("pour", max_length=80)
    write = models.BooleanField("écriture", default=False)
    made_at = models.DateTimeField("demandée le", auto_now_add=True)
    closed_at = models.DateTimeField("retirée le", null=True)
    access = models.CharField("identifiant", max_length=128, blank=True)
    sealed = models.BinaryField("secret, scellé", null=True)
    shown_at = models.DateTimeField("secret montré le", null=True)
    policy = models.TextField("droits donnés", blank=True)
    real = models.BooleanField("dans le magasin", default=False)
    trouble = models.CharField("ennui", max_length=300, blank=True)

    class Meta:
        verbose_name = "clé d’accès"
        constraints = [
            models.CheckConstraint(
                condition=Q(shown_at=None) | Q(sealed=None), name="key_secret_gone_once_shown"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def user(self) -> str:
        """Its name in the store."""
        return f"ss-{self.key}"


class Tariff(models.Model):
    """A price in F CFA for an hour, from a day on. Rows are only added: a past month keeps its prices."""

    center = models.ForeignKey(DATACENTER, on_delete=models.PROTECT, related_name="hosting_tariffs")
    kind = models.CharField("prestation", max_length=8, choices=metering.KINDS)
    amount = models.DecimalField("F CFA l’heure", max_digits=14, decimal_places=6)
    starts_on = models.DateField("à partir du")
    source = models.CharField("décidé par", max_length=300)
    is_example = models.BooleanField("exemple inventé", default=False)

    class Meta:
        verbose_name = "tarif d’hébergement"
        verbose_name_plural = "tarifs d’hébergement"
        constraints = [
            models.UniqueConstraint(fields=["center", "kind", "starts_on"], name="hosting_tariff_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="hosting_tariff_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.amount}"


class Bill(models.Model):
    """A month of a project, closed: `statement` is what it is computed from, and is never changed."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="bills")
    month = models.DateField("mois")
    closed_at = models.DateTimeField("arrêtée le")
    statement = models.TextField("relevé")
    sha256 = models.CharField("empreinte", max_length=64)
    total = models.PositiveBigIntegerField("montant (F CFA)")

    class Meta:
        verbose_name = "relevé mensuel"
        constraints = [models.UniqueConstraint(fields=["project", "month"], name="bill_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.project_id} {self.month}"


class Dataset(models.Model):
    """A set of data of a project, as the register of where it lies has it. NULL and "" are not known."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="datasets")
    name = models.CharField("jeu de données", max_length=120)
    bucket = models.ForeignKey(
        Bucket, on_delete=models.PROTECT, null=True, blank=True, related_name="datasets"
    )
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, null=True, blank=True, related_name="datasets"
    )
    personal = models.BooleanField("données personnelles")
    law = models.CharField("loi applicable", max_length=200, blank=True)
    filing = models.CharField("formalité à la CDP", max_length=200, blank=True)
    encryption = models.CharField("clé de chiffrement", max_length=200, blank=True)
    answerable = models.CharField("qui en répond", max_length=200, blank=True)
    noted_at = models.DateTimeField("inscrit le")
    closed_at = models.DateTimeField("sorti le", null=True)

    class Meta:
        verbose_name = "jeu de données"
        verbose_name_plural = "jeux de données"
        constraints = [
            models.CheckConstraint(
                condition=Q(bucket=None, machine__isnull=False) | Q(machine=None, bucket__isnull=False),
                name="dataset_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("noted_at")), name="dataset_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name
