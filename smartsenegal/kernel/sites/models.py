"""Places where the State works, their equipment, what links them and what they depend on."""

from django.db import models
from django.db.models import F, Q

from smartsenegal.kernel.database import versioned
from smartsenegal.kernel.sites import rules
from smartsenegal.kernel.sites.rules import CRITICALITIES, EQUIPMENT_STATES, KINDS, LACKS, OPEN, STATES


class Site(models.Model):
    """A place with an address, or a service that will have one: `source` says what is still to confirm.

    `territory` is where it stands, `serves` the territories (each with all it encloses) it is competent for.
    """

    code = models.SlugField("code", max_length=120, unique=True)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=20, choices=KINDS)
    territory = models.ForeignKey("territory.Territory", on_delete=models.PROTECT, related_name="+")
    serves = models.ManyToManyField("territory.Territory", related_name="+", verbose_name="compétence")
    organisation = models.ForeignKey(
        "identity.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="sites"
    )
    address = models.CharField("adresse", max_length=300, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    latitude = models.DecimalField("latitude", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("longitude", max_digits=8, decimal_places=5, null=True, blank=True)
    hours = models.JSONField("horaires", default=dict, blank=True)
    state = models.CharField("état", max_length=10, choices=STATES, default=OPEN)
    state_reason = models.CharField("motif", max_length=300, blank=True)
    state_since = models.DateField("depuis le", null=True, blank=True)
    expected_reopening = models.DateField("réouverture prévue le", null=True, blank=True)
    replacement = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    source = models.CharField("source", max_length=300, blank=True)
    version = models.PositiveBigIntegerField("version", default=0, editable=False)

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        indexes = [models.Index(fields=["kind", "name"], name="site_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(replacement__isnull=True) | ~Q(replacement=F("id")),
                name="site_replaced_by_another",
            )
        ]
        triggers = versioned()

    def __str__(self) -> str:
        return self.name

    @property
    def reason(self) -> str:
        """Why it is not open."""
        return self.state_reason


class Equipment(models.Model):
    """A thing installed at a site."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="equipment")
    kind = models.CharField("nature", max_length=60)
    label = models.CharField("désignation", max_length=200)
    serial = models.CharField("numéro de série", max_length=100, blank=True)
    state = models.CharField("état", max_length=10, choices=EQUIPMENT_STATES, default="working")
    installed_on = models.DateField("installé le", null=True, blank=True)

    class Meta:
        verbose_name = "équipement"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "serial"], condition=~Q(serial=""), name="equipment_serial_once"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Link(models.Model):
    """A connection between two sites (fibre, radio, cable), the same seen from either."""

    a = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="links_from")
    b = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="links_to")
    kind = models.CharField("nature", max_length=60)
    label = models.CharField("désignation", max_length=200)

    class Meta:
        verbose_name = "liaison"
        constraints = [models.CheckConstraint(condition=~Q(a=F("b")), name="link_joins_two_sites")]

    def __str__(self) -> str:
        return self.label


class Dependency(models.Model):
    """What a site needs of another to work: energy, network, hosting."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="dependencies")
    depends_on = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="dependents")
    kind = models.CharField("nature", max_length=60)
    criticality = models.PositiveSmallIntegerField("gravité", choices=CRITICALITIES, default=2)
    note = models.CharField("note", max_length=300, blank=True)

    class Meta:
        verbose_name = "dépendance"
        constraints = [
            models.UniqueConstraint(fields=["site", "depends_on", "kind"], name="dependency_once"),
            models.CheckConstraint(condition=~Q(site=F("depends_on")), name="dependency_on_another"),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} → {self.depends_on_id}"


class Outage(models.Model):
    """A place that works without something it needs (network, energy, hosting): it stays open, but is told.

    `source` names who keeps it (a module that settles all its own together), the days expected are a range:
    None where nobody knows.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="outages")
    source = models.SlugField("origine", max_length=40)
    lacks = models.CharField("ce qui manque", max_length=10, choices=LACKS)
    reason = models.CharField("motif", max_length=300)
    began_at = models.DateTimeField("depuis")
    ended_at = models.DateTimeField("jusqu’à", null=True, blank=True)
    expected_from = models.DateField("rétablissement, au plus tôt", null=True, blank=True)
    expected_until = models.DateField("rétablissement, au plus tard", null=True, blank=True)

    class Meta:
        verbose_name = "coupure"
        constraints = [
            models.UniqueConstraint(
                fields=["site", "source"], condition=Q(ended_at=None), name="outage_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="outage_ends_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id}: {self.reason}"

    @property
    def words(self) -> str:
        """What somebody at the place is told, in one sentence."""
        return rules.outage_words(self.lacks, self.expected_from, self.expected_until)
