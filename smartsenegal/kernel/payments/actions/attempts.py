"""Attempts to pay: opened at the provider, read back from it, booked once.

The provider is never called inside a transaction. What a callback or a returning payer says is only a
reason to read the payment back; what is read is applied under the payable's lock.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from smartsenegal.kernel.audit.api import SYSTEM, Actor, record
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.actions.ledger import book, operator
from smartsenegal.kernel.payments.actions.numbers import open_number, seal_number
from smartsenegal.kernel.payments.actions.payables import lock, tell
from smartsenegal.kernel.payments.base import Checkout, Provider, Reading, Refused, Unknown, Unreachable
from smartsenegal.kernel.payments.models import Attempt, Payable
from smartsenegal.kernel.payments.registry import TILL, label_of, may_pay_for, provider_named
from smartsenegal.kernel.payments.rules import Line
from smartsenegal.lib.phones import mask_phone, parse_phone


class NotPayable(Exception):
    """Nothing is to be paid here any more; the message is a French sentence."""


NOT_FOUND = "L’opérateur n’a pas reçu la demande de paiement. Recommencez."


# While the request that creates it may still be on its way, an attempt is not created anew.
CREATION_GRACE = timedelta(seconds=20)


def may_pay(payable: Payable, by: Principal) -> bool:
    """Whether this principal may see and pay it: the payer or who acts for them, or an agent at a counter."""
    return by.is_system or by.may("payments.till") or by.may("cases.assist") or owes(payable, by)


def owes(payable: Payable, by: Principal) -> bool:
    """Whether this principal pays it as the payer, or in their name: not as an agent who helps."""
    told = may_pay_for(by, payable.subject) if by.account_id else False
    return by.account_id == payable.payer if told is None else told


def start(payable: Payable, provider: str, by: Principal, return_url: str = "", number: str = "") -> Attempt:
    """Begin to pay with a provider; returns the attempt, whose `checkout_url` is where the payer goes.

    An attempt still alive with this provider is taken up again rather than doubled: one whose creation
    is unknown is looked up at the provider under its reference first. `return_url` is a path of this site
    where the payer goes once it is paid; `number` the telephone that is asked, where the provider wants
    one. Raises NotPayable, PermissionRefused, UnknownProvider, and PhoneRefused for what is no number.
    """
    if not may_pay(payable, by):
        raise PermissionRefused("Cette somme est à payer par une autre personne.")
    far = provider_named(provider)
    asked = parse_phone(number) if far.needs_number and not _waited_for(payable, far) else ""
    attempt, new = _live_or_new(payable, far, by, return_url, asked)
    if new:
        return _create_at(far, attempt)
    return check(attempt.pk, create_again=True)


def _waited_for(payable: Payable, far: Provider) -> Attempt | None:
    waited = payable.attempts.filter(provider=far.name, state__in=rules.LIVE, given_up_at=None)
    return waited.order_by("-id").first()


@transaction.atomic
def _live_or_new(
    payable: Payable, far: Provider, by: Principal, return_url: str, number: str
) -> tuple[Attempt, bool]:
    locked = lock(payable)
    if not locked.is_open:
        raise NotPayable("Cette somme n’est plus à payer.")
    payer = (by.account_id or "") if owes(locked, by) else ""
    if live := _waited_for(locked, far):
        return _taken_up(live, payer), False
    if number:
        _require_patience(locked, far)
    attempt = Attempt(payable=locked, provider=far.name, amount=locked.amount, return_url=return_url[:300])
    attempt.key, attempt.paid_by = attempt.id.hex, payer
    if number:
        attempt.sealed_number = seal_number(attempt, number)
        attempt.number_hint = mask_phone(number)
    _schedule(attempt)
    attempt.save()
    record(
        by.actor, "payments.started", f"payable:{locked.pk}", {"provider": far.name, "attempt": attempt.key}
    )
    return attempt, True


def _taken_up(live: Attempt, payer: str) -> Attempt:
    """Who goes on with a payment that another began is who pays it."""
    if live.paid_by != payer:
        live.paid_by = payer
        live.save(update_fields=["paid_by"])
    return live


def _require_patience(payable: Payable, far: Provider) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    asked = Attempt.objects.filter(
        payable__payer=payable.payer, provider=far.name, created_at__gte=hour_ago
    ).count()
    if not rules.may_ring(asked):
        raise NotPayable("Trop de demandes ont été envoyées : attendez une heure, ou payez autrement.")


def _create_at(far: Provider, attempt: Attempt) -> Attempt:
    """Open it at the provider. A crash here leaves it "created": the next check looks it up."""
    back = settings.PUBLIC_URL + reverse("payments:returned", args=[attempt.payable_id])
    checkout = Checkout(attempt.key, attempt.amount, attempt.payable.title, back, back, open_number(attempt))
    try:
        reading = far.create(checkout)
    except Unknown:
        return _note(attempt.pk, rules.UNKNOWN)
    except (Unreachable, Refused) as error:
        return _note(attempt.pk, rules.FAILED, str(error))
    return apply_reading(attempt.pk, reading)


@transaction.atomic
def _note(attempt_id: UUID, state: str, error: str = "") -> Attempt:
    """Note that a creation is unknown or did not take place."""
    attempt = _lock_attempt(attempt_id)
    if attempt.state not in (rules.CREATED, rules.UNKNOWN):
        return attempt
    attempt.state, attempt.error = state, error[:300]
    _schedule(attempt)
    attempt.save(update_fields=["state", "error", "next_check", "sealed_number"])
    if state == rules.FAILED:
        _tell_failed(attempt)
    return attempt


def check(attempt_id: UUID | str, *, create_again: bool = False) -> Attempt:
    """Read an attempt back from its provider and apply what it says; returns it as it stands then.

    A provider that does not answer leaves it as it is, to be read later. `create_again`: the payer is
    waiting, so an attempt the provider never received is sent once more, under the same reference.
    """
    try:
        return read_back(attempt_id, create_again=create_again)
    except (Unreachable, Unknown, Refused):
        return _checked(attempt_id)


def read_back(attempt_id: UUID | str, *, ref: str = "", create_again: bool = False) -> Attempt:
    """Like `check`, but raises Unreachable, Unknown or Refused when the provider cannot be asked.

    `ref` is the provider's reference somebody spoke of: when it is not the one we know, everything the
    provider has under our reference is read.
    """
    attempt = Attempt.objects.select_related("payable").get(pk=attempt_id)
    if attempt.provider == TILL or (attempt.state == rules.SUCCEEDED and ref in ("", attempt.provider_ref)):
        return attempt
    far = provider_named(attempt.provider)
    readings = _read(far, attempt, everything=ref not in ("", attempt.provider_ref))
    if not readings:
        return _nothing_there(far, attempt, create_again=create_again)
    return _close_if_pointless(far, _apply_all(far, attempt, readings))


def _read(far: Provider, attempt: Attempt, *, everything: bool) -> Sequence[Reading]:
    if everything or not attempt.provider_ref:
        return far.find(_asked_key(attempt))
    reading = far.query(attempt.provider_ref, _asked_key(attempt))
    return [reading] if reading else []


def _asked_key(attempt: Attempt) -> str:
    """Our reference at the provider: that of its first payment, for a double found under it."""
    return attempt.key.partition(":")[0]


def _nothing_there(far: Provider, attempt: Attempt, *, create_again: bool) -> Attempt:
    age = timezone.now() - attempt.created_at
    if create_again and not attempt.provider_ref and age >= CREATION_GRACE:
        return _create_at(far, attempt)
    if rules.never_arrived(age):
        return _note(attempt.pk, rules.FAILED, NOT_FOUND)
    return _checked(attempt.pk)


def _apply_all(far: Provider, attempt: Attempt, readings: Sequence[Reading]) -> Attempt:
    """Apply the payments found under one reference: one is the attempt's, doubles are closed or owed back."""
    others = Attempt.objects.filter(provider=attempt.provider, provider_ref__in=[r.ref for r in readings])
    taken = set(others.exclude(pk=attempt.pk).values_list("provider_ref", flat=True))
    free = sorted(
        (r for r in readings if r.ref not in taken),
        key=lambda r: rules.preference(r.status, r.ref == attempt.provider_ref),
    )
    done = apply_reading(attempt.pk, free[0]) if free else _checked(attempt.pk)
    for double in free[1:]:
        if double.status == rules.READ_PAID:
            apply_reading(_sibling(attempt, double).pk, double)
        elif double.status == rules.READ_OPEN:
            _close_quietly(far, double.ref)
    return done


def _sibling(attempt: Attempt, double: Reading) -> Attempt:
    return Attempt.objects.get_or_create(
        key=f"{attempt.key}:{double.ref}"[:80],
        defaults={
            "payable": attempt.payable,
            "provider": attempt.provider,
            "amount": attempt.amount,
            "paid_by": attempt.paid_by,
        },
    )[0]


def _close_if_pointless(far: Provider, attempt: Attempt) -> Attempt:
    """Close at the provider what is paid otherwise, cancelled, or too old to be paid still."""
    old = rules.too_old(timezone.now() - attempt.created_at)
    if not attempt.is_live or not attempt.provider_ref or (attempt.payable.is_open and not old):
        return attempt
    _close_quietly(far, attempt.provider_ref)
    reading = far.query(attempt.provider_ref, _asked_key(attempt))
    if reading and old and not far.can_close and reading.status == rules.READ_OPEN:
        # Nobody looks at it any more; if it is paid after all, the statement of the day says so.
        reading = replace(reading, status=rules.READ_EXPIRED)
    return apply_reading(attempt.pk, reading) if reading else attempt


def _close_quietly(far: Provider, ref: str) -> None:
    """Close an open double; one that cannot be closed will be found paid, and owed back."""
    with suppress(Unreachable, Unknown, Refused):
        far.expire(ref)


@transaction.atomic
def apply_reading(attempt_id: UUID, reading: Reading) -> Attempt:
    """Bring an attempt to what was read, and book the money the first time it is read as paid."""
    attempt = _lock_attempt(attempt_id)
    before = attempt.state
    attempt.state = rules.next_state(before, reading.status)
    attempt.provider_ref = reading.ref
    attempt.transaction_ref = reading.transaction_ref or attempt.transaction_ref
    attempt.checkout_url = reading.checkout_url or attempt.checkout_url
    attempt.reading, attempt.error = dict(reading.minimal), reading.error[:300]
    attempt.last_checked, attempt.checks = timezone.now(), min(attempt.checks + 1, 30_000)
    _schedule(attempt)
    if attempt.state == rules.SUCCEEDED and before != rules.SUCCEEDED:
        _book(attempt, reading)
    attempt.save()
    if before != rules.SUCCEEDED:
        _give_back(attempt)
    if attempt.state in (rules.FAILED, rules.EXPIRED) and before in rules.LIVE:
        _tell_failed(attempt)
    return attempt


def _book(attempt: Attempt, reading: Reading) -> None:
    attempt.received, attempt.succeeded_at = reading.amount, timezone.now()
    source = operator(attempt.provider, label_of(attempt.provider)).code
    book_payment(attempt, source, SYSTEM, reading.currency)


def _give_back(attempt: Attempt) -> None:
    """What was paid too many goes back by itself, once it is known whose it is."""
    from smartsenegal.kernel.payments.actions.refunds import give_back

    if attempt.outcome == rules.BOOKED_DUPLICATE:
        give_back(attempt)


def book_payment(attempt: Attempt, source: str, actor: Actor, currency: str = rules.XOF) -> None:
    """Book the money received by an attempt on the account `source`, and settle its payable or not.

    Under the payable's lock. Emits `payment.settled`, `payment.duplicate` or `payment.held`.
    """
    payable = attempt.payable
    assert attempt.received is not None
    attempt.outcome = rules.outcome(payable.state, payable.amount, attempt.received, currency)
    key, title = f"attempt:{attempt.key}", payable.title
    if attempt.outcome == rules.BOOKED_SETTLED:
        book(key, title, rules.settlement(source, lines_of(payable)), payable.place)
        payable.state, payable.settled_at = rules.SETTLED, attempt.succeeded_at
        payable.save(update_fields=["state", "settled_at"])
        tell(payable, "payment.settled")
    elif attempt.received:
        target = rules.TO_REFUND if attempt.outcome == rules.BOOKED_DUPLICATE else rules.ON_HOLD
        book(key, title, rules.set_aside(source, target, attempt.received), payable.place)
    if attempt.outcome != rules.BOOKED_SETTLED:
        tell(payable, f"payment.{attempt.outcome}", attempt=str(attempt.pk))
    detail = {"provider": attempt.provider, "attempt": attempt.key, "received": attempt.received}
    record(actor, f"payments.{attempt.outcome}", f"payable:{payable.pk}", detail)


def lines_of(payable: Payable) -> list[Line]:
    """The lines of a payable as the rules take them."""
    return [
        Line(line.label, line.amount, line.beneficiary.code, line.nature)
        for line in payable.lines.select_related("beneficiary")
    ]


@transaction.atomic
def _checked(attempt_id: UUID | str) -> Attempt:
    attempt = _lock_attempt(attempt_id)
    attempt.last_checked, attempt.checks = timezone.now(), min(attempt.checks + 1, 30_000)
    _schedule(attempt)
    attempt.save(update_fields=["last_checked", "checks", "next_check"])
    return attempt


def abandon(attempt: Attempt, by: Principal) -> Attempt:
    """Close an attempt at its provider so that another way can be chosen; returns it as it stands then.

    It may have been paid meanwhile: then it has succeeded. A request sent to a phone cannot be taken back:
    it is given up, and given back if it is paid all the same. Raises NotPayable when the provider does
    not answer, PermissionRefused.
    """
    if not may_pay(attempt.payable, by):
        raise PermissionRefused("Cette somme est à payer par une autre personne.")
    far = provider_named(attempt.provider)
    if not far.can_close:
        return _give_up(check(attempt.pk))
    try:
        current = read_back(attempt.pk)
        if current.is_live and current.provider_ref:
            far.expire(current.provider_ref)
            current = read_back(attempt.pk)
    except (Unreachable, Unknown, Refused) as error:
        raise NotPayable(f"{label_of(far.name)} ne répond pas : réessayez dans un instant.") from error
    if current.is_live and not current.provider_ref:
        return _forget(current)
    return _give_up(current) if current.state == rules.EXPIRED else current


def _give_up(attempt: Attempt) -> Attempt:
    """Keep that its payer left it: what is closed at their wish is no failure to tell them of."""
    if attempt.state != rules.SUCCEEDED and attempt.given_up_at is None:
        Attempt.objects.filter(pk=attempt.pk).update(given_up_at=timezone.now())
        attempt.refresh_from_db()
    return attempt


def _forget(attempt: Attempt) -> Attempt:
    """Fail an attempt of which the provider knows nothing: its payer was never sent anywhere to pay it."""
    if timezone.now() - attempt.created_at < CREATION_GRACE:
        raise NotPayable("La demande de paiement est peut-être encore en chemin : réessayez dans un instant.")
    return _note(attempt.pk, rules.FAILED, NOT_FOUND)


def _lock_attempt(attempt_id: UUID | str) -> Attempt:
    """An attempt and its payable, locked in that order by everyone: payable first."""
    attempt = Attempt.objects.select_related("payable").get(pk=attempt_id)
    payable = lock(attempt.payable)
    locked = Attempt.objects.select_for_update().get(pk=attempt_id)
    locked.payable = payable
    return locked


def _schedule(attempt: Attempt) -> None:
    wait = rules.check_delay(attempt.checks)
    attempt.next_check = timezone.now() + wait if attempt.state in rules.LIVE else None
    if attempt.state not in rules.LIVE:
        attempt.sealed_number = None


def _tell_failed(attempt: Attempt) -> None:
    if attempt.payable.is_open:
        tell(attempt.payable, "payment.failed", attempt=str(attempt.pk))
