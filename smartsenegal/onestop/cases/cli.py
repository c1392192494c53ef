"""`smartsenegal figures recount`: counts all cases anew from their actions, beside the running platform."""

import sys
from collections.abc import Sequence

USAGE = "smartsenegal figures recount"


def main(argv: Sequence[str]) -> int:
    """0 when every case was read, 2 for a wrong command."""
    if list(argv) != ["recount"]:
        print(f"Usage\u00a0: {USAGE}", file=sys.stderr)
        return 2
    import django

    django.setup()
    return recount()


def recount() -> int:
    """Forget the figures of cases and count them again; prints how many cases were read."""
    from smartsenegal.lib.text import plural
    from smartsenegal.onestop.cases import figures

    read = figures.recount()
    figures.count_standing()
    print(plural(read, "dossier compté", "dossiers comptés"))
    return 0


def silence(argv: Sequence[str]) -> int:
    """`smartsenegal silence`: writes down what the texts make of silence so far, as the job of each night.

    0 when done, 2 for a wrong command.
    """
    if argv:
        print("Usage\u00a0: smartsenegal silence", file=sys.stderr)
        return 2
    import django

    django.setup()
    from smartsenegal.onestop.cases import actions

    actions.hear_silence()
    return 0
