"""`smartsenegal`: the operators' command. Each sub-command is imported only when it is called."""

import os
import sys
from collections.abc import Callable
from importlib import import_module

from smartsenegal.lib.collecting import collect_seldom

# name → (function, what it does). A module of the project owns each of them.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("smartsenegal.run.demo:main", "démarre une démonstration complète, avec ses comptes"),
    "up": ("smartsenegal.run.up:main", "démarre la plateforme (base, pages, travaux)"),
    "web": ("smartsenegal.run.web:main", "sert les pages"),
    "worker": ("smartsenegal.run.worker:main", "exécute les travaux de fond"),
    "migrate": ("smartsenegal.run.up:migrate", "met la base à jour"),
    "check": ("smartsenegal.run.check:main", "parcourt le travail principal sur une instance : --url URL"),
    "backup": ("smartsenegal.run.backup:backup", "sauvegarde la base et les fichiers : FICHIER"),
    "restore": ("smartsenegal.run.backup:restore", "restaure une sauvegarde : FICHIER"),
    "radius": ("smartsenegal.wifi.radius.server:main", "autorise les appareils du Wi-Fi (RADIUS)"),
    "wifi-watch": ("smartsenegal.wifi.monitoring.watching:main", "surveille les points Wi-Fi"),
    "wifi-cache": (
        "smartsenegal.wifi.media.cache.process:main",
        "sert les contenus sur la machine d’un site",
    ),
    "kit": ("smartsenegal.wifi.kit.cli:main", "kit d’événement : kit export | import | pack | reconcile"),
    "bmp": ("smartsenegal.cable.peering.bmp.process:main", "reçoit ce que disent les routeurs BGP (BMP)"),
    "peering": (
        "smartsenegal.cable.peering.cli:main",
        "peering etat ROUTEUR | peering roa SOURCE (lit l’entrée)",
    ),
    "audit": ("smartsenegal.kernel.audit.cli:main", "journal : audit verify"),
    "verify": ("smartsenegal.kernel.documents.cli:verify", "vérifie un acte, avec ou sans réseau : FICHIER"),
    "keys": ("smartsenegal.kernel.documents.cli:keys", "clés maîtresses : keys rotate"),
    "silence": ("smartsenegal.onestop.cases.cli:silence", "constate les accords et refus tacites du jour"),
    "figures": ("smartsenegal.onestop.cases.cli:main", "chiffres : figures recount, depuis les dossiers"),
    "payments": ("smartsenegal.kernel.payments.cli:main", "payments reconcile JOUR | exploitant CODE"),
    "procedures": ("smartsenegal.onestop.procedures.cli:main", "démarches : procedures import | export"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one sub-command; its exit status, or 2 when there is no such command."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    if arguments[0] not in COMMANDS:
        print(f"« {arguments[0]} » n’est pas une commande.\n\n{usage()}", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartsenegal.settings")
    collect_seldom()
    return load(arguments[0])(arguments[1:])


def load(name: str) -> Callable[[list[str]], int]:
    """The function behind a sub-command."""
    module, _, function = COMMANDS[name][0].partition(":")
    command: Callable[[list[str]], int] = getattr(import_module(module), function)
    return command


def usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {what}" for name, (_, what) in COMMANDS.items()]
    return "\n".join(["smartsenegal COMMANDE …", "", *lines])


if __name__ == "__main__":
    sys.exit(main())
