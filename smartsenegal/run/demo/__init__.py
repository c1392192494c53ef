"""`smartsenegal demo`: a whole country on one machine, with accounts for each role."""

import os
from collections.abc import Sequence
from dataclasses import replace

from smartsenegal.run.config import Config
from smartsenegal.run.demo.people import ACCOUNTS, PASSWORD
from smartsenegal.run.up import launch


def main(argv: Sequence[str]) -> int:
    """Run the demonstration until Ctrl-C; its data stays in SMARTSENEGAL_DATA for the next start."""
    os.environ["SMARTSENEGAL_DEMO"] = "1"
    config = replace(Config.from_environment(os.environ), demo=True)
    return launch(config, announce, prepare="migrate --demo")


def announce(config: Config, seconds: float) -> None:
    width = max(len(a.label) for a in ACCOUNTS)
    lines = [
        "",
        f"Smart Sénégal est prêt en {seconds:.0f} s : {config.public_url}",
        "",
        "Comptes de démonstration (mot de passe commun : " + PASSWORD + ")",
        *(f"  {a.label:<{width}}  {a.login:<28} {a.where}" for a in ACCOUNTS),
        "",
        f"SMS et courriels, sur le téléphone de démonstration : {config.public_url}/messages/telephone/",
        f"Paiements, chez les opérateurs de démonstration : {config.sandbox_url('wave')} (Wave),"
        f" {config.sandbox_url('mobile')} (mobile money)",
        "Les actes portent la mention « Spécimen de démonstration ». Ctrl-C pour arrêter.",
    ]
    print("\n".join(lines), flush=True)
