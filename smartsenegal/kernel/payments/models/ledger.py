"""The ledger, that adds up to zero: accounts, balanced transactions, their entries."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from smartsenegal.kernel.database import append_only
from smartsenegal.kernel.payments import rules
from smartsenegal.lib.ids import uuid7

# Checked when the transaction commits: entries are written one after the other.
_BALANCED = """
    IF (
        SELECT count(*) <> {entries} OR coalesce(sum(amount), 0) <> 0
        FROM payments_posting WHERE transaction_id = {id}
    ) THEN
        RAISE EXCEPTION 'ledger transaction % does not add up', {id} USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
_BALANCED_TRANSACTION = _BALANCED.format(entries="NEW.entries", id="NEW.id")
_BALANCED_POSTING = _BALANCED.format(
    entries="(SELECT entries FROM payments_transaction WHERE id = NEW.transaction_id)",
    id="NEW.transaction_id",
)


class LedgerAccount(models.Model):
    """An account of the ledger. Debits are positive: an operator owes us, we owe a public accountant."""

    code = models.CharField("code", max_length=64, unique=True)
    label = models.CharField("intitulé", max_length=200)
    kind = models.CharField("nature", max_length=12, choices=rules.ACCOUNT_KINDS)

    class Meta:
        verbose_name = "compte"
        ordering = ["kind", "code"]

    def __str__(self) -> str:
        return self.label


class Transaction(models.Model):
    """A balanced set of entries, written once for ever. `key` says what it books: never twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField("clé", max_length=120, unique=True)
    description = models.CharField("libellé", max_length=200)
    entries = models.PositiveSmallIntegerField("nombre d’écritures")
    at = models.DateTimeField("date", default=timezone.now, db_index=True)
    organisation_id = models.BigIntegerField("organisme", null=True, blank=True)
    territory = models.CharField("territoire", max_length=200, blank=True)

    class Meta:
        verbose_name = "opération"
        constraints = [models.CheckConstraint(condition=Q(entries__gte=2), name="transaction_has_two_sides")]
        indexes = [models.Index(fields=["organisation_id"], name="transaction_place")]
        triggers = [
            pgtrigger.Trigger(
                name="balanced",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=_BALANCED_TRANSACTION,
            ),
            *append_only(),
        ]

    def __str__(self) -> str:
        return self.description


class Posting(models.Model):
    """One entry: francs, signed (debit positive)."""

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="postings")
    amount = models.BigIntegerField("montant")

    class Meta:
        verbose_name = "écriture"
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="posting_is_not_zero")]
        indexes = [models.Index(fields=["account"], include=["amount"], name="posting_balance")]
        triggers = [
            pgtrigger.Trigger(
                name="balanced",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func=_BALANCED_POSTING,
            ),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount:+}"
