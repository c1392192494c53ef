"""What this module holds about a person: account, numbers, roles. Registered when Django starts."""

import json
from collections.abc import Iterator
from typing import Any

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.actions import remove_identifier
from smartsenegal.kernel.identity.models import Account, Identifier
from smartsenegal.kernel.identity.queries import account_with_login, accounts_with_identifier, reveal
from smartsenegal.kernel.identity.rules import IDENTIFIERS, Principal
from smartsenegal.lib.identifiers import IdentifierRefused
from smartsenegal.lib.text import plural


def register() -> None:
    """Called once, when Django starts."""
    audit.register_holder(audit.Holder("identity", "Votre compte", subjects, export, erase))
    audit.register_finder(find)


def find(words: str) -> str | None:
    """Account that a phone, an e-mail, its own identifier or a sealed number names."""
    if found := account_with_login(words):
        return found
    if found := _account_id(words):
        return found
    for kind, _ in IDENTIFIERS:
        try:
            accounts = list(accounts_with_identifier(kind, words)[:2])
        except IdentifierRefused:
            continue
        if len(accounts) == 1:
            return str(accounts[0].pk)
    return None


def _account_id(words: str) -> str | None:
    is_one = len(words) == 36 and all(c in "0123456789abcdef-" for c in words)
    return words if is_one and Account.objects.filter(pk=words).exists() else None


def subjects(account_id: str) -> list[str]:
    return [f"account:{account_id}"]


def export(account_id: str) -> Iterator[audit.Item]:
    """The account as JSON, numbers in clear: it is theirs."""
    account = Account.objects.prefetch_related("roles__organisation", "identifiers").get(pk=account_id)
    content = {
        "nom": account.name,
        "telephone": account.phone or "",
        "courriel": account.email or "",
        "langue": account.language,
        "niveau_d_identite": account.get_assurance_display(),
        "piece_presentee": account.get_assured_with_display(),
        "ouvert_le": account.created_at.isoformat(),
        "numeros": [_number(i, account) for i in account.identifiers.all()],
        "roles": [_role(r) for r in account.roles.all()],
    }
    yield audit.Item("compte.json", [json.dumps(content, ensure_ascii=False, indent=2).encode()])


def _number(identifier: Identifier, account: Account) -> dict[str, str]:
    owner = Principal(account_id=str(account.pk), label=str(account))
    return {
        "nature": identifier.get_kind_display(),
        "numero": reveal(identifier, owner, "archive demandée par la personne"),
    }


def _role(role: Any) -> dict[str, str]:
    return {
        "role": role.get_role_display(),
        "organisme": role.organisation.name,
        "du": str(role.starts_on),
        "au": str(role.ends_on or ""),
    }


def erase(account_id: str, by: Principal) -> list[audit.Outcome]:
    """Numbers are erased; the account stays while requests, roles or payments hang on it."""
    numbers = list(Identifier.objects.filter(account_id=account_id))
    for identifier in numbers:
        remove_identifier(identifier, by)
    why = (
        "Le compte porte vos demandes, leurs paiements et le journal : il reste pour qu’ils gardent un "
        "auteur. "
        "Vous pouvez demander sa fermeture."
    )
    return [
        audit.Outcome(
            plural(len(numbers), "numéro d’identification", "numéros d’identification"), len(numbers)
        ),
        audit.Outcome("nom et moyen de vous joindre", kept=1, why=why),
    ]
