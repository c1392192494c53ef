"""Cash at a counter: a drawer opened and closed with a count, payables found by their reference."""

from contextlib import suppress
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from smartsenegal.kernel.audit.api import record
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.payments import queries, rules
from smartsenegal.kernel.payments.actions.attempts import NotPayable, abandon, book_payment
from smartsenegal.kernel.payments.actions.ledger import book, drawer
from smartsenegal.kernel.payments.actions.payables import lock
from smartsenegal.kernel.payments.models import Attempt, Payable, TillSession
from smartsenegal.kernel.payments.registry import TILL, label_of
from smartsenegal.kernel.payments.rules import Entry, Place
from smartsenegal.lib.money import format_fcfa


class TillRefused(Exception):
    """The drawer cannot do this; the message is a French sentence."""


def _require(by: Principal) -> str:
    if by.account_id is None or not by.may("payments.till"):
        raise PermissionRefused("Il faut être caissier pour tenir une caisse.")
    return by.account_id


def open_till(by: Principal, opening_count: int) -> TillSession:
    """Open the cashier's drawer with what is in it, in francs; returns its session.

    Raises TillRefused when one is open already, PermissionRefused.
    """
    cashier = _require(by)
    grant = next(g for g in by.grants if g.allows("payments.till", None, None))
    try:
        with transaction.atomic():
            session = TillSession.objects.create(
                cashier=cashier,
                cashier_label=by.label[:200],
                organisation_id=grant.organisation_id,
                organisation_name=grant.organisation_name[:200],
                account=drawer(str(grant.organisation_id), f"Caisse – {grant.organisation_name}"[:200]),
                opening_count=opening_count,
            )
            record(by.actor, "payments.till_opened", f"till:{session.pk}", {"count": opening_count})
    except IntegrityError as error:
        raise TillRefused("Votre caisse est déjà ouverte.") from error
    return session


def take_cash(session_id: UUID, payable: Payable, tendered: int, by: Principal) -> Attempt:
    """Take cash for a payable; returns the attempt, whose `provider_ref` is the receipt's number.

    A payment under way with an operator is closed there first. Raises NotPayable when nothing is owed any
    more, TillRefused when the drawer is closed or the cash is not enough, PermissionRefused.
    """
    cashier = _require(by)
    _close_others(payable, by)
    return _take(session_id, cashier, payable, tendered, by)


def _close_others(payable: Payable, by: Principal) -> None:
    for attempt in payable.attempts.filter(state__in=rules.LIVE):
        # An operator that is down does not stop the counter: paid twice, it is owed back.
        with suppress(NotPayable):
            if abandon(attempt, by).outcome == rules.BOOKED_SETTLED:
                raise TillRefused(f"Cette somme vient d’être payée par {label_of(attempt.provider)}.")


@transaction.atomic
def _take(session_id: UUID, cashier: str, payable: Payable, tendered: int, by: Principal) -> Attempt:
    locked = lock(payable)
    session = TillSession.objects.select_for_update().select_related("account").get(pk=session_id)
    if session.cashier != cashier or session.closed_at is not None:
        raise TillRefused("Cette caisse est fermée : ouvrez la vôtre.")
    if not locked.is_open:
        raise NotPayable("Cette somme n’est plus à payer.")
    if rules.change_due(locked.amount, tendered) is None:
        raise TillRefused(f"Il manque {format_fcfa(locked.amount - tendered)}.")
    session.receipts += 1
    session.save(update_fields=["receipts"])
    attempt = Attempt(payable=locked, provider=TILL, amount=locked.amount, received=locked.amount)
    attempt.key, attempt.provider_ref = attempt.id.hex, f"{session.code}-{session.receipts:04d}"
    attempt.state, attempt.succeeded_at = rules.SUCCEEDED, timezone.now()
    attempt.tendered, attempt.till = tendered, session
    book_payment(attempt, session.account.code, by.actor)
    attempt.save()
    return attempt


@transaction.atomic
def close_till(session_id: UUID, counted: int, by: Principal) -> TillSession:
    """Close the drawer on a count, in francs; a difference is booked and journalled. Returns the session.

    Raises TillRefused when it is closed already or another's, PermissionRefused.
    """
    cashier = _require(by)
    session = TillSession.objects.select_for_update().select_related("account").get(pk=session_id)
    if session.cashier != cashier or session.closed_at is not None:
        raise TillRefused("Cette caisse est déjà fermée.")
    session.expected = rules.till_expected(session.opening_count, queries.cash_taken(session))
    session.closing_count, session.closed_at = counted, timezone.now()
    session.save(update_fields=["expected", "closing_count", "closed_at"])
    if session.difference:
        entries = [
            Entry(session.account.code, session.difference),
            Entry(rules.TILL_DIFFERENCE, -session.difference),
        ]
        place = Place(session.organisation_id)
        book(f"till:{session.code}", f"Écart de la caisse {session.code}", entries, place)
    detail = {"expected": session.expected, "counted": counted, "difference": session.difference}
    record(by.actor, "payments.till_closed", f"till:{session.pk}", detail)
    return session
