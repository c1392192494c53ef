"""`smartsenegal peering`: what a timer brings from the routers, or from a validator, by its input.

ssh routeur birdc -r show protocols all | smartsenegal peering etat ROUTEUR
smartsenegal peering roa SOURCE < vrps.json
"""

import sys
from collections.abc import Sequence

from smartsenegal.lib.text import plural


def main(argv: Sequence[str]) -> int:
    """Take what comes in; 0 when it is taken, 1 when it is refused, 2 for words that make no command."""
    if len(argv) != 2 or argv[0] not in ("etat", "roa"):
        print(
            "smartsenegal peering etat ROUTEUR | peering roa SOURCE, le contenu sur l’entrée", file=sys.stderr
        )
        return 2
    import django

    django.setup()
    from smartsenegal.cable.peering import actions, queries
    from smartsenegal.cable.peering.errors import PeeringRefused
    from smartsenegal.kernel.identity.api import system

    by, text = system("peering"), sys.stdin.read()
    try:
        if argv[0] == "roa":
            print(plural(actions.import_roas(by, text, source=argv[1]).count, "ROA", "ROA"))
            return 0
        router = queries.router(argv[1])
        if router is None:
            raise PeeringRefused(f"Aucun routeur n’a le code « {argv[1]} ».")
        print(plural(actions.bring_state(by, router, text), "session lue", "sessions lues"))
    except PeeringRefused as refused:
        print(refused.sentence, file=sys.stderr)
        return 1
    return 0
