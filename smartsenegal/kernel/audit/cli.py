"""`smartsenegal audit verify`: prints what is wrong with the journal, one line a fault."""

import sys
from collections.abc import Sequence

USAGE = "smartsenegal audit verify"


def main(argv: Sequence[str]) -> int:
    """0 when the journal is whole, 1 when it is not, 2 for a wrong command."""
    if list(argv) != ["verify"]:
        print(f"Usage\u00a0: {USAGE}", file=sys.stderr)
        return 2
    import django

    django.setup()
    return verify([])


def verify(argv: Sequence[str]) -> int:
    """Verify the whole journal, its signed heads and their copy outside the database."""
    from smartsenegal.kernel.audit.actions import verify_now

    report = verify_now()
    for sentence in report.sentences:
        print(sentence)
    return 1 if report.faults else 0
