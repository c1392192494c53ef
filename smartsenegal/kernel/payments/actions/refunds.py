"""Money given back: by itself when it was paid twice, else by an accountant, and a second one above a sum.

The provider is never called inside a transaction. A refund has one key for ever, which the provider honours:
however often it is asked, it is given back once, and booked once.
"""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit.api import SYSTEM, record
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.payments import queries, rules
from smartsenegal.kernel.payments.actions.ledger import book, operator, to_refund
from smartsenegal.kernel.payments.actions.payables import lock, tell
from smartsenegal.kernel.payments.base import Reading, Refused, Unknown, Unreachable
from smartsenegal.kernel.payments.models import Attempt, LedgerAccount, Payable, Refund
from smartsenegal.kernel.payments.registry import TILL, UnknownProvider, label_of, provider_named
from smartsenegal.kernel.payments.rules import refunds

PAID_TWICE = "Payé deux fois, ou payé après annulation : rendu sans demande."


class RefundRefused(Exception):
    """This cannot be given back so; the message is a French sentence."""


def give_back(attempt: Attempt) -> Refund:
    """Have the whole of a payment too many given back, once; in the transaction that books it."""
    refund, new = Refund.objects.get_or_create(
        attempt=attempt,
        automatic=True,
        defaults={
            "amount": attempt.received or 0,
            "source": to_refund(),
            "reason": PAID_TWICE,
            "requested_by": SYSTEM.id,
            "requested_label": SYSTEM.label,
        },
    )
    if new:
        record(SYSTEM, "payments.refund_asked", f"payable:{attempt.payable_id}", _detail(refund), PAID_TWICE)
        _go(refund)
    return refund


def record_reading(payable: Payable, by: Principal) -> None:
    """Journal that an accountant looked up what somebody paid."""
    record(by.actor, "payments.read", f"payable:{payable.pk}")


def _require(by: Principal) -> str:
    if by.account_id is None or not by.may("payments.refund"):
        raise PermissionRefused("Il faut pouvoir rembourser pour faire ceci.")
    return by.account_id


def _require_place(by: Principal, payable: Payable) -> None:
    if not queries.covers(by, "payments.refund", payable.place):
        raise PermissionRefused("Cette somme relève d’un autre comptable.")


@transaction.atomic
def ask_refund(attempt_id: UUID, source: str, amount: int, reason: str, by: Principal) -> Refund:
    """Give back part or the whole of a payment, on the account `source`; returns the refund.

    Above `REFUND_SECOND_PERSON_ABOVE` it waits until another person agrees. Raises RefundRefused,
    PermissionRefused.
    """
    who = _require(by)
    attempt = _locked(attempt_id)
    _require_place(by, attempt.payable)
    _check(attempt, source, amount, reason)
    waits = refunds.needs_a_second(amount, settings.REFUND_SECOND_PERSON_ABOVE)
    refund = Refund.objects.create(
        attempt=attempt,
        amount=amount,
        source=LedgerAccount.objects.get(code=source),
        reason=reason[:300],
        state=refunds.ASKED if waits else refunds.READY,
        requested_by=who,
        requested_label=by.label[:200],
    )
    _journal(by, "payments.refund_asked", refund, reason)
    if not waits:
        _go(refund)
    return refund


def _locked(attempt_id: UUID) -> Attempt:
    """An attempt under its payable's lock, so that two refunds never give the same francs back."""
    payable_id = Attempt.objects.values_list("payable_id", flat=True).get(pk=attempt_id)
    payable = lock(Payable(pk=payable_id))
    attempt = Attempt.objects.get(pk=attempt_id)
    attempt.payable = payable
    return attempt


def _check(attempt: Attempt, source: str, amount: int, reason: str) -> None:
    if attempt.provider == TILL:
        raise RefundRefused("Ce paiement est en espèces : il se rembourse à la caisse qui l’a reçu.")
    left = next((s.left for s in queries.sources_of(attempt) if s.code == source), 0)
    if amount <= 0 or amount > left:
        raise RefundRefused(refunds.too_much(left))
    if not reason.strip():
        raise RefundRefused("Dites pourquoi cette somme est rendue.")
    if amount != attempt.received and not provider_named(attempt.provider).refunds_parts:
        raise RefundRefused(f"{label_of(attempt.provider)} ne rend qu’un paiement entier, pas une partie.")


@transaction.atomic
def decide_refund(refund_id: UUID, agree: bool, reason: str, by: Principal) -> Refund:
    """The second person agrees to a refund, or sets it aside with a reason; returns it.

    Raises RefundRefused when it was decided already, or by who asked for it; PermissionRefused.
    """
    who = _require(by)
    refund = (
        Refund.objects.select_for_update(of=("self",)).select_related("attempt__payable").get(pk=refund_id)
    )
    _require_place(by, refund.attempt.payable)
    if refund.state != refunds.ASKED:
        raise RefundRefused("Ce remboursement est déjà décidé.")
    if who == refund.requested_by:
        raise RefundRefused("Une autre personne que celle qui l’a demandé doit décider.")
    if not agree and not reason.strip():
        raise RefundRefused("Dites pourquoi ce remboursement est écarté.")
    refund.state = refunds.READY if agree else refunds.DECLINED
    refund.decided_by, refund.decided_label, refund.decided_at = who, by.label[:200], timezone.now()
    refund.decision = reason[:300]
    refund.save(update_fields=["state", "decided_by", "decided_label", "decided_at", "decision"])
    _journal(by, "payments.refund_agreed" if agree else "payments.refund_declined", refund, reason)
    if agree:
        _go(refund)
    return refund


def _go(refund: Refund) -> None:
    """Have it carried out by the worker, as soon as this transaction is committed."""
    from smartsenegal.kernel.payments.jobs import refund as job

    Refund.objects.filter(pk=refund.pk).update(next_try=timezone.now() + rules.check_delay(0))
    job.defer(refund_id=str(refund.pk))


def carry_out(refund_id: UUID | str) -> Refund:
    """Ask the operator to give it back, and book it the first time it says so; returns the refund.

    An operator that does not answer, or is not offered now, leaves it to be asked again, under the same key.
    """
    refund = Refund.objects.select_related("attempt").get(pk=refund_id)
    if refund.state != refunds.READY:
        return refund
    attempt = refund.attempt
    whole = refund.amount == attempt.received
    try:
        far = provider_named(attempt.provider)
        reading = far.refund(attempt.provider_ref, refund.pk.hex, refund.amount, whole)
    except (Unreachable, Unknown, UnknownProvider):
        return _later(refund.pk)
    except Refused as refusal:
        return _fail(refund.pk, str(refusal))
    if reading.status == rules.READ_PAID:
        return _finish(refund.pk, reading)
    if reading.status == rules.READ_OPEN:
        return _later(refund.pk)
    return _fail(refund.pk, reading.error)


@transaction.atomic
def _later(refund_id: UUID) -> Refund:
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.state == refunds.READY:
        refund.tries = min(refund.tries + 1, 30_000)
        refund.next_try = timezone.now() + rules.check_delay(refund.tries)
        refund.save(update_fields=["tries", "next_try"])
    return refund


@transaction.atomic
def _fail(refund_id: UUID, error: str) -> Refund:
    refund = Refund.objects.select_for_update().select_related("attempt__payable").get(pk=refund_id)
    if refund.state == refunds.READY:
        refund.state, refund.error, refund.next_try = refunds.FAILED, error[:300], None
        refund.save(update_fields=["state", "error", "next_try"])
        record(SYSTEM, "payments.refund_failed", f"payable:{refund.attempt.payable_id}", _detail(refund))
    return refund


@transaction.atomic
def _finish(refund_id: UUID, reading: Reading) -> Refund:
    attempt = _locked(Refund.objects.values_list("attempt_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.select_for_update().select_related("source").get(pk=refund_id)
    if refund.state != refunds.READY:
        return refund
    account = operator(attempt.provider, label_of(attempt.provider)).code
    title = f"Remboursement : {attempt.payable.title}"
    entries = refunds.entries(refund.source.code, account, refund.amount)
    book(f"refund:{refund.pk.hex}", title, entries, attempt.payable.place)
    refund.state, refund.done_at, refund.next_try = refunds.DONE, timezone.now(), None
    refund.transaction_ref = reading.transaction_ref
    refund.save(update_fields=["state", "done_at", "next_try", "transaction_ref"])
    _close(attempt)
    tell(attempt.payable, "payment.refunded", attempt=str(attempt.pk), refund=str(refund.pk))
    record(SYSTEM, "payments.refunded", f"payable:{attempt.payable_id}", _detail(refund))
    return refund


def _close(attempt: Attempt) -> None:
    """A payable whose payment was given back whole is no longer paid."""
    payable = attempt.payable
    if attempt.outcome == rules.BOOKED_SETTLED and queries.refunded(attempt) == attempt.received:
        payable.state = rules.REFUNDED
        payable.save(update_fields=["state"])


def _journal(by: Principal, verb: str, refund: Refund, reason: str) -> None:
    record(by.actor, verb, f"payable:{refund.attempt.payable_id}", _detail(refund), reason)


def _detail(refund: Refund) -> dict[str, object]:
    return {"refund": refund.pk.hex, "amount": refund.amount}
