"""`smartsenegal kit`: prepare a kit, install it, bring its events back, revoke it."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path


def main(argv: Sequence[str]) -> int:
    """0 when done, 1 when refused or when the balance does not come out, 2 for a wrong command."""
    parser = _parser()
    given = parser.parse_args(argv)
    import django

    django.setup()
    from smartsenegal.kernel.identity.api import PermissionRefused
    from smartsenegal.wifi.kit.errors import KitRefused

    try:
        done: int = given.act(given)
    except (KitRefused, PermissionRefused) as refused:
        print(refused.sentence, file=sys.stderr)
        return 1
    return done


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="smartsenegal kit", description=__doc__)
    acts = parser.add_subparsers(required=True, metavar="export | import | pack | reconcile | list | revoke")
    made = acts.add_parser("export", help="au centre : prépare un kit pour un point Wi-Fi")
    made.add_argument("sites", nargs="+", metavar="POINT", help="codes des points")
    made.add_argument("--name", default="", help="nom de l’événement (les codes des points)")
    made.add_argument("--days", type=int, default=7, help="jours de validité, dès maintenant (7)")
    made.add_argument("--back", type=int, default=3, help="jours pour le rendre ensuite (3)")
    made.add_argument("--out", type=Path, required=True, metavar="FICHIER")
    made.set_defaults(act=_export)
    taken = acts.add_parser(
        "import", help="sur le kit : installe le fichier (clé : SMARTSENEGAL_KIT_KEY ou saisie)"
    )
    taken.add_argument("file", type=Path, metavar="FICHIER")
    taken.set_defaults(act=_import)
    packed = acts.add_parser("pack", help="sur le kit, après l’événement : écrit le fichier des événements")
    packed.add_argument("--out", type=Path, required=True, metavar="FICHIER")
    packed.set_defaults(act=_pack)
    back = acts.add_parser("reconcile", help="au centre : reprend ce fichier, et dit le solde")
    back.add_argument("file", type=Path, metavar="FICHIER")
    back.set_defaults(act=_reconcile)
    listed = acts.add_parser("list", help="au centre : les kits préparés")
    listed.set_defaults(act=_list)
    lost = acts.add_parser("revoke", help="au centre : kit perdu ou volé")
    lost.add_argument("kit")
    lost.set_defaults(act=_revoke)
    return parser


def _export(given: argparse.Namespace) -> int:
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.lib.crypto import write_private
    from smartsenegal.wifi.kit import actions_prepare, queries
    from smartsenegal.wifi.kit.errors import KitRefused

    hotspots = queries.hotspots_of(given.sites)
    if unknown := set(given.sites) - {hotspot.site.code for hotspot in hotspots}:
        raise KitRefused(f"Aucun point Wi-Fi n’a le code « {min(unknown)} ».")
    by, now = system("kit"), datetime.now(UTC)
    until = now + timedelta(days=given.days)
    kit = actions_prepare.prepare(
        by, name=given.name or ", ".join(given.sites)[:120], hotspots=hotspots, starts_at=now, ends_at=until,
        due_at=until + timedelta(days=given.back), batches=queries.batches(hotspots),
    )  # fmt: skip
    write_private(given.out.resolve(), actions_prepare.take_file(by, kit))
    print(f"Kit {kit.id}, valable jusqu’au {until:%d/%m/%Y %H:%M} : {given.out}")
    said = actions_prepare.show_key(by, kit)
    print(f"Sa clé, à copier à part du fichier et montrée cette seule fois : {said}")
    return 0


def _import(given: argparse.Namespace) -> int:
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit import actions_install, rules

    typed = os.environ.get("SMARTSENEGAL_KIT_KEY") or getpass.getpass("Clé du kit : ")
    kit = actions_install.install(system("kit"), given.file.read_bytes(), rules.key_of(typed))
    print(
        f"Ce kit sert « {kit} » du {kit.starts_at:%d/%m/%Y %H:%M} au {kit.expires_at:%d/%m/%Y %H:%M}. "
        "Ses passerelles ont chacune leur secret, fait ici : demandez-en un sur leur page pour le voir."
    )
    return 0


def _pack(given: argparse.Namespace) -> int:
    from smartsenegal.wifi.kit import actions_return, queries

    kit = actions_return.this_kit()
    with given.out.open("wb") as file:
        file.writelines(actions_return.packed(kit))
        file.flush()
        os.fsync(file.fileno())
    print(f"Envoyés : {_said(queries.balance(kit))}.")
    return 0


def _reconcile(given: argparse.Namespace) -> int:
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit import actions_return, queries, rules

    made = actions_return.take(system("kit"), given.file.read_bytes())
    report = queries.report(made.kit)
    sent = report.sent or rules.Balance()
    print(f"Nouveaux paquets : {made.new}.")
    print(f"Envoyés : {_said(sent)}.")
    print(f"Repris : {_said(report.taken)}.")
    for reason, counts in report.refused.items():
        print(f"Refusés, {rules.REASONS[reason]} : {_said(counts)}.")
    print(f"Connexions : {report.sessions}. Tickets utilisés : {report.used} sur {report.vouchers}.")
    right = sent == report.settled
    print("Le solde est juste." if right else "Le solde n’est pas juste : il manque des événements.")
    if made.fault:
        print(made.fault, file=sys.stderr)
    return 0 if right and not made.fault else 1


def _list(given: argparse.Namespace) -> int:
    from smartsenegal.wifi.kit import queries, rules
    from smartsenegal.wifi.kit.models import Kit

    now = datetime.now(UTC)
    for kit in Kit.objects.order_by("-made_at"):
        said, _ = rules.STANDINGS[rules.standing(kit.state, kit.expires_at, kit.due_at, now)]
        print(f"{kit.id}  {kit}  {said}  {kit.expires_at:%d/%m/%Y}  {_said(queries.balance(kit))}")
    return 0


def _revoke(given: argparse.Namespace) -> int:
    from uuid import UUID

    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit import actions_close
    from smartsenegal.wifi.kit.errors import KitRefused
    from smartsenegal.wifi.kit.models import Kit

    try:
        kit = Kit.objects.get(pk=UUID(given.kit))
    except (Kit.DoesNotExist, ValueError):
        raise KitRefused("Aucun kit n’a ce numéro : « smartsenegal kit list » les donne.") from None
    actions_close.revoke(system("kit"), kit)
    print("Révoqué : la clé, les passerelles et les tickets du kit n’ouvrent plus rien au centre.")
    return 0


def _said(counted: object) -> str:
    from smartsenegal.lib.text import group_digits, plural
    from smartsenegal.wifi.kit.rules import Balance

    assert isinstance(counted, Balance)
    both = f"{group_digits(counted.octets_in)} octets reçus et {group_digits(counted.octets_out)} envoyés"
    return f"{plural(counted.events, 'événement', 'événements')}, {both}"
