"""`smartsenegal payments reconcile JOUR [OPÉRATEUR]` reads statements now, and prints what they say;
`smartsenegal payments exploitant CODE` opens the account of a carrier that invoices for the State."""

import sys
from collections.abc import Sequence
from datetime import date

USAGE = (
    "smartsenegal payments reconcile AAAA-MM-JJ [opérateur]",
    "smartsenegal payments exploitant CODE-DE-L-ORGANISATION",
)


def main(argv: Sequence[str]) -> int:
    """0 when all is matched, 1 when something is to be treated or a statement is not to be had, 2 for a
    wrong command."""
    if len(argv) == 2 and argv[0] == "exploitant":
        import django

        django.setup()
        return carrier(argv[1])
    if len(argv) not in (2, 3) or argv[0] != "reconcile":
        return _wrong("Usage\u00a0: " + "\n        ".join(USAGE))
    try:
        day = date.fromisoformat(argv[1])
    except ValueError:
        return _wrong(f"«\u00a0{argv[1]}\u00a0» n’est pas un jour\u00a0: écrivez-le comme 2026-11-24.")
    import django

    django.setup()
    return reconcile(day, argv[2:])


def _wrong(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def carrier(code: str) -> int:
    """Open the account of the organisation with this code."""
    from smartsenegal.kernel.identity.api import organisation, system
    from smartsenegal.kernel.payments.actions import enter_carrier

    found = organisation(code)
    if found is None:
        return _wrong(f"Aucune organisation n’a le code «\u00a0{code}\u00a0».")
    account = enter_carrier(system("ligne de commande"), found)
    print(f"{account.label}\u00a0: ce qui lui est facturé est encaissé sur le compte {account.code}.")
    return 0


def reconcile(day: date, named: Sequence[str]) -> int:
    """Reconcile a day with the operators named, or with all."""
    from smartsenegal.kernel.payments.registry import operators

    offered = [operator.name for operator in operators()]
    if unknown := [name for name in named if name not in offered]:
        return _wrong(f"«\u00a0{unknown[0]}\u00a0» n’est pas un opérateur d’ici\u00a0: {', '.join(offered)}.")
    return max([_one(name, day) for name in named or offered], default=0)


def _one(name: str, day: date) -> int:
    from smartsenegal.kernel.payments import actions
    from smartsenegal.kernel.payments.base import Refused, Unknown, Unreachable
    from smartsenegal.kernel.payments.rules import matching
    from smartsenegal.lib.money import format_fcfa

    try:
        run = actions.reconcile(name, day)
    except (Unreachable, Unknown, Refused) as error:
        print(f"{name}\u00a0: le relevé du {day} n’a pas pu être lu ({error})")
        return 1
    left = run.gaps.filter(state=matching.TO_TREAT).count()
    print(
        f"{name}, {day}\u00a0: {run.lines} ligne(s), {run.matched} retrouvée(s), {left} écart(s) à traiter,"
        f" {format_fcfa(run.received)} encaissés, {format_fcfa(run.given_back)} rendus"
    )
    return 1 if left else 0
