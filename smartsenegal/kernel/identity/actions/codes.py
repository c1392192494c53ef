"""Codes sent to a phone or a mailbox for one purpose: kept as keyed fingerprints, tried a few times."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.errors import IdentityRefused
from smartsenegal.kernel.identity.models import Invitation, Mandate
from smartsenegal.kernel.identity.rules import CODE_LIFE, CODE_TRIES

Coded = Mandate | Invitation


def new_link() -> str:
    """What the address of a page known by its link holds: 128 bits."""
    return secrets.token_urlsafe(16)


def new_code(row: Coded, now: datetime | None = None) -> str:
    """Give the row another code, with its tries before it; returns it. The caller saves the row."""
    code = f"{secrets.randbelow(10**6):06d}"
    row.code, row.attempts = _print(row, code), 0
    row.code_expires_at = (now or timezone.now()) + CODE_LIFE
    return code


def check_code(row: Coded, typed: str) -> None:
    """Use the code up. Raises IdentityRefused for a wrong or old one, or after too many tries.

    A wrong try counts even when the caller's transaction is undone: call it before opening one.
    """
    digits = "".join(c for c in typed if c.isdigit())
    with transaction.atomic(durable=False):
        locked = type(row).objects.select_for_update().get(pk=row.pk)
        fault = _fault(locked, digits)
        locked.attempts += 1
        if fault is None:
            locked.code = ""
        locked.save(update_fields=["attempts", "code"])
    if fault:
        raise IdentityRefused(fault, "code")
    row.code, row.attempts = "", locked.attempts


def _fault(row: Coded, digits: str) -> str | None:
    if not row.code or row.code_expires_at is None or row.code_expires_at < timezone.now():
        return "Ce code n’est plus valable : demandez-en un autre."
    if row.attempts >= CODE_TRIES:
        return "Trop d’essais : demandez un autre code."
    if not constant_time_compare(row.code, _print(row, digits)):
        return "Ce code n’est pas le bon : recopiez les six chiffres du dernier message."
    return None


def _print(row: Coded, code: str) -> str:
    return vault.keyring().blind_index(code, f"{row._meta.model_name} code {row.pk}")
