"""The catalogue: themes, life events, procedures and their revisions."""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, GeneratedField, Q

from smartsenegal.onestop.procedures import files
from smartsenegal.onestop.procedures.definition import Definition
from smartsenegal.onestop.procedures.rules.reviews import MARKS, REVIEW_STATES

STATES = [("draft", "Brouillon"), ("published", "Publiée"), ("retired", "Retirée")]
CERTAINTIES = [
    ("A", "Texte officiel ou deux sources qui concordent"),
    ("B", "Une bonne source"),
    ("C", "Source faible ou déduction"),
    ("N", "Non trouvé"),
]
AUDIENCES = [("particuliers", "Particuliers"), ("professionnels", "Professionnels")]


class Theme(models.Model):
    """A shelf of the catalogue."""

    slug = models.SlugField("code", max_length=60, primary_key=True)
    title = models.CharField("titre", max_length=120)
    short = models.CharField("titre court", max_length=40)
    summary = models.CharField("résumé", max_length=200, blank=True)
    icon = models.CharField("pictogramme", max_length=40, default="file-text")
    rank = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "thème"
        ordering = ["rank", "slug"]

    def __str__(self) -> str:
        return self.title


class LifeEvent(models.Model):
    """Something that happens in a life, and the steps it asks for.

    `steps` is a list of {"code", "needs"}: a code of the catalogue, or, for a step that is not in it (yet),
    its own "title" and "detail".
    """

    slug = models.SlugField("code", max_length=60, primary_key=True)
    title = models.CharField("titre", max_length=120)
    summary = models.CharField("résumé", max_length=200, blank=True)
    icon = models.CharField("pictogramme", max_length=40, default="file-text")
    rank = models.PositiveSmallIntegerField("rang", default=0)
    steps = models.JSONField("étapes", default=list)

    class Meta:
        verbose_name = "événement de vie"
        verbose_name_plural = "événements de vie"
        ordering = ["rank", "slug"]

    def __str__(self) -> str:
        return self.title


class Document(Func):
    """What a search reads: names (A) and what it is about (B), both folded: without accents."""

    output_field = SearchVectorField()

    def as_sql(
        self,
        compiler: Any,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        columns = [compiler.compile(e)[0] for e in self.get_source_expressions()]
        parts = [
            f"setweight(to_tsvector('french'::regconfig, {column}), '{weight}')"
            for column, weight in zip(columns, "ABCD", strict=False)
        ]
        return " || ".join(parts), ()


class Procedure(models.Model):
    """One procedure. Its columns after `current` repeat the current revision for lists and searches: they are
    written by `actions` alone, each time the current revision changes."""

    code = models.SlugField("code", max_length=80, unique=True)
    owner = models.CharField("responsable", max_length=80)
    current = models.ForeignKey(
        "Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="révision"
    )
    published = models.BooleanField("publiée", default=False)
    title = models.CharField("titre", max_length=200)
    summary = models.CharField("résumé", max_length=500, blank=True)
    audiences = ArrayField(models.CharField(max_length=40), default=list, verbose_name="publics")
    themes = ArrayField(models.SlugField(max_length=60), default=list, verbose_name="thèmes")
    life_events = ArrayField(models.SlugField(max_length=60), default=list, verbose_name="événements de vie")
    online = models.BooleanField("en ligne", default=True)
    price_least = models.PositiveIntegerField("prix le plus bas", default=0)
    price_most = models.PositiveIntegerField("prix le plus haut", default=0)
    delay = models.CharField("délai", max_length=200, blank=True)
    certainty = models.CharField("certitude", max_length=1, choices=CERTAINTIES, default="N")
    reviewed_on = models.DateField("revue le", null=True, blank=True)
    names = models.TextField("noms", default="", editable=False)
    about = models.TextField("présentation", default="", editable=False)
    sounds = ArrayField(models.CharField(max_length=40), default=list, editable=False)
    document = GeneratedField(
        expression=Document(F("names"), F("about")),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = "démarche"
        indexes = [
            GinIndex(fields=["document"], name="procedure_document"),
            GinIndex(fields=["names"], opclasses=["gin_trgm_ops"], name="procedure_names"),
            GinIndex(fields=["sounds"], name="procedure_sounds"),
            GinIndex(fields=["themes"], name="procedure_themes"),
            GinIndex(fields=["life_events"], name="procedure_events"),
        ]

    def __str__(self) -> str:
        return self.title


class Revision(models.Model):
    """One version of a procedure. Once published its content never changes: cases stand on it."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("numéro")
    content = models.JSONField("contenu")
    digest = models.CharField("empreinte", max_length=64)
    state = models.CharField("état", max_length=10, choices=STATES, default="draft")
    effective_from = models.DateField("en vigueur le", null=True, blank=True)
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    published_by = models.CharField("publiée par", max_length=200, blank=True)
    note = models.CharField("note", max_length=500, blank=True)
    # "reference" when it came with the software; a later one of ours is never written over by theirs.
    origin = models.CharField("origine", max_length=20, blank=True)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    edited_at = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "révision"
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="revision_number"),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(state="draft"), name="revision_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False, effective_from__isnull=False),
                name="revision_published_has_dates",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["published", "retired"]),
                func="""
                    IF NEW.state = 'draft'
                        OR ROW(NEW.procedure_id, NEW.number, NEW.content, NEW.digest, NEW.effective_from,
                               NEW.published_at, NEW.published_by)
                        IS DISTINCT FROM
                           ROW(OLD.procedure_id, OLD.number, OLD.content, OLD.digest, OLD.effective_from,
                               OLD.published_at, OLD.published_by)
                    THEN RAISE EXCEPTION 'a published revision never changes';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["published", "retired"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} r{self.number}"

    @property
    def definition(self) -> Definition:
        """The content as the rules read it; kept in the process once the revision is frozen."""
        if self.state == "draft":
            return files.from_json(self.content)
        return _frozen(self)


class LocalTariff(models.Model):
    """What a commune, or a wider territory, asks for a fee whose revisions publish a range, from a day on.

    No amount means that from that day the tariff of the wider territory holds there again.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="local_tariffs")
    fee = models.CharField("somme", max_length=60)
    territory = models.ForeignKey(
        "territory.Territory", on_delete=models.PROTECT, related_name="+", verbose_name="territoire"
    )
    starts_on = models.DateField("à partir du")
    amount = models.PositiveIntegerField("montant", null=True, blank=True)
    source = models.CharField("texte qui le fixe", max_length=300)
    entered_by = models.CharField("inscrit par", max_length=200)
    entered_at = models.DateTimeField("inscrit le", auto_now=True)

    class Meta:
        verbose_name = "tarif local"
        verbose_name_plural = "tarifs locaux"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "fee", "territory", "starts_on"], name="local_tariff_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.fee} {self.territory_id} {self.starts_on}"


class Review(models.Model):
    """What someone said of a procedure they used: a mark, and words if they wished.

    `key` is a keyed fingerprint of the request it is about: one review a request, and nobody is named. The
    words stay sealed until the person in charge has read them; then they are public, or they are erased.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="reviews")
    key = models.CharField("clé", max_length=64, unique=True, editable=False)
    mark = models.PositiveSmallIntegerField("note", choices=MARKS)
    sealed = models.BinaryField("commentaire, scellé", default=b"", editable=False)
    comment = models.TextField("commentaire", blank=True)
    state = models.CharField("état", max_length=10, choices=REVIEW_STATES, default="received")
    given_on = models.DateField("donné le")
    decided_by = models.CharField("relu par", max_length=200, blank=True)
    hidden_because = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "avis d’usager"
        verbose_name_plural = "avis d’usagers"
        indexes = [models.Index(fields=["procedure", "state", "-given_on"], name="review_of_procedure")]
        constraints = [
            models.CheckConstraint(condition=Q(mark__gte=1, mark__lte=5), name="review_mark_1_to_5"),
            models.CheckConstraint(
                condition=Q(state="published") | Q(comment=""), name="review_words_read_before_shown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.mark}"


_MOST_FROZEN = 1000
_kept: dict[int, Definition] = {}


def _frozen(revision: Revision) -> Definition:
    # Safe because it never changes; `content` is fetched, when deferred, for the first reader only.
    found = _kept.get(revision.pk)
    if found is None:
        if len(_kept) >= _MOST_FROZEN:
            _kept.clear()
        found = _kept[revision.pk] = files.from_json(revision.content)
    return found


def kept_definition(revision_id: int) -> Definition | None:
    """The definition of a frozen revision if this process has read it already."""
    return _kept.get(revision_id)
