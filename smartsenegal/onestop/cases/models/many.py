"""What is done to many cases in the background: asked for once, one line a case."""

from typing import Any

from django.db import models

from smartsenegal.kernel.identity.api import Account
from smartsenegal.lib.ids import uuid7
from smartsenegal.onestop.cases.models.case import Case

LEFT, DONE, REFUSED = "todo", "done", "refused"


def _state(done: str, refused: str) -> "models.CharField[Any, Any]":
    """Where a line is, in the words of what is done."""
    choices = [(LEFT, "À faire"), (DONE, done), (REFUSED, refused)]
    return models.CharField("état", max_length=8, choices=choices, default=LEFT)


class _Many(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        abstract = True


class _Line(models.Model):
    """One case: to do, done, or refused with the sentence that says why."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    sentence = models.CharField("motif", max_length=500, blank=True)

    class Meta:
        abstract = True


class Batch(_Many):
    """Cases that one signatory decides together, a few in a transaction, in the background."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="signataire"
    )

    class Meta:
        verbose_name = "signature en lot"
        verbose_name_plural = "signatures en lot"
        indexes = [models.Index(fields=["account", "-id"], name="case_batch_account")]

    def __str__(self) -> str:
        return f"Lot {self.pk}"


class BatchLine(_Line):
    """One case of a batch, as it was seen when its signature was asked for."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    version = models.IntegerField("version vue")
    state = _state("Signé", "Refusé")

    class Meta:
        verbose_name = "dossier d’un lot"
        verbose_name_plural = "dossiers d’un lot"
        constraints = [models.UniqueConstraint(fields=["batch", "case"], name="case_batch_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Rebase(_Many):
    """Open cases that somebody in charge moves to a newer revision, one by one, in the background.

    `legal_text` is the text that applies the revision to pending requests; without it nobody's position
    may worsen.
    """

    procedure = models.CharField("démarche", max_length=80)
    revision = models.ForeignKey("procedures.Revision", on_delete=models.PROTECT, related_name="+")
    legal_text = models.CharField("texte", max_length=300, blank=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="demandé par"
    )

    class Meta:
        verbose_name = "passage à une révision"
        verbose_name_plural = "passages à une révision"
        indexes = [models.Index(fields=["procedure", "-id"], name="case_rebase_procedure")]

    def __str__(self) -> str:
        return f"{self.procedure} {self.pk}"


class RebasePreview(_Many):
    """What moving the open cases of these revisions would change, worked out in the background; kept a day.

    `found` counts what was seen until now (`actions.previews`); `total` is what a move takes of them, `open`
    all that are open.
    """

    procedure = models.CharField("démarche", max_length=80)
    revision = models.ForeignKey("procedures.Revision", on_delete=models.PROTECT, related_name="+")
    sources = models.JSONField("révisions à quitter", default=list)
    legal_text = models.CharField("texte", max_length=300, blank=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="demandé par"
    )
    total = models.IntegerField("dossiers à examiner")
    open = models.IntegerField("dossiers ouverts")
    found = models.JSONField("ce qui changerait", default=dict)

    class Meta:
        verbose_name = "aperçu d’un passage"
        verbose_name_plural = "aperçus de passages"
        indexes = [models.Index(fields=["created_at"], name="case_preview_age")]

    def __str__(self) -> str:
        return f"{self.procedure} {self.pk}"


class RebaseLine(_Line):
    """One case to move, or left where it is."""

    rebase = models.ForeignKey(Rebase, on_delete=models.CASCADE, related_name="lines")
    state = _state("Déplacé", "Laissé")

    class Meta:
        verbose_name = "dossier d’un passage"
        verbose_name_plural = "dossiers d’un passage"
        constraints = [models.UniqueConstraint(fields=["rebase", "case"], name="case_rebase_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
