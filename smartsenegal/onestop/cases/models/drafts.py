"""Drafts about to be erased."""

from django.db import models

from smartsenegal.onestop.cases.models.case import Case


class DraftNotice(models.Model):
    """What the owner of an abandoned draft was told. It holds while the draft stays as it was then: a draft
    changed since is announced anew."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="notice")
    touched_at = models.DateTimeField("dernier changement du brouillon")
    erase_on = models.DateField("effacé le")
    told_at = models.DateTimeField("annoncé le")

    class Meta:
        verbose_name = "brouillon bientôt effacé"
        verbose_name_plural = "brouillons bientôt effacés"
        indexes = [models.Index(fields=["erase_on"], name="case_draft_erase")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.erase_on}"
