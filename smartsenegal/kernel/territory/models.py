"""The country's territory: one tree of regions, départements, communes and posts abroad."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

KINDS = [
    ("country", "Pays"),
    ("region", "Région"),
    ("departement", "Département"),
    ("commune", "Commune"),
    ("post", "Poste à l’étranger"),
]
# What a commune belongs to inside its département; no seat of a role or of a service stands at this level.
GROUPS = [
    ("arrondissement", "Arrondissement"),
    ("ville", "Ville"),
    ("commune", "Commune hors arrondissement"),
]


class Territory(models.Model):
    """One place of the administrative map. `path` is the codes from the country down, joined by "/".

    `code` is ours and never changes: the ISO 3166-2 code of a region, the ANSD code of a département where
    it is known, otherwise a name (`SN-TH-mbour`). The official statistical code stands apart in `ansd_code`,
    empty when it was not found.
    """

    code = models.CharField("code", max_length=60, primary_key=True)
    kind = models.CharField("nature", max_length=12, choices=KINDS)
    name = models.CharField("nom", max_length=120)
    label = models.CharField("nom distinctif", max_length=240, default="", editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField("chemin", max_length=200, unique=True)
    ansd_code = models.CharField("code de l’ANSD", max_length=12, blank=True)
    chief_town = models.CharField("chef-lieu", max_length=120, blank=True)
    group_kind = models.CharField("nature du groupement", max_length=14, choices=GROUPS, blank=True)
    group_name = models.CharField("groupement", max_length=120, blank=True)
    aliases = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, verbose_name="autres noms"
    )
    search = models.TextField("recherche", default="", editable=False)
    context = models.TextField("contexte de recherche", default="", editable=False)
    latitude = models.DecimalField("latitude", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("longitude", max_digits=8, decimal_places=5, null=True, blank=True)
    source = models.CharField("source", max_length=300, blank=True)

    class Meta:
        verbose_name = "territoire"
        indexes = [
            models.Index(fields=["kind", "name"], name="territory_kind"),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="territory_search"),
        ]

    def __str__(self) -> str:
        return self.label or self.name


class Figure(models.Model):
    """A number about a territory, with the year it holds for and where it was read."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="figures")
    name = models.SlugField("grandeur", max_length=40)
    value = models.DecimalField("valeur", max_digits=18, decimal_places=3)
    year = models.PositiveSmallIntegerField("année")
    source = models.CharField("source", max_length=300)

    class Meta:
        verbose_name = "chiffre"
        constraints = [
            models.UniqueConstraint(fields=["territory", "name", "year", "source"], name="figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.name} {self.year}"
