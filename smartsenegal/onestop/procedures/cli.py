"""`smartsenegal procedures`: carry procedures in and out as YAML files.

smartsenegal procedures export FOLDER            writes each procedure in force to FOLDER/<code>.yaml
smartsenegal procedures import FILE…             makes each file the draft of its procedure
smartsenegal procedures import --publish FILE…   and publishes it
smartsenegal procedures export --portal FOLDER   writes the catalogue in the shape of the national portal
smartsenegal procedures import --portal FOLDER   makes drafts of its demarches.json, or .csv: all, or none
smartsenegal procedures check FILE…              says what is wrong with each file; writes nothing
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartsenegal.kernel.identity.api import Principal


def main(argv: Sequence[str]) -> int:
    """0 when everything went through; otherwise 1, with the faults on standard error."""
    import django

    django.setup()
    asked = _parser().parse_args(list(argv))
    if asked.act == "export":
        return _export_portal(asked.folder) if asked.portal else _export(asked.folder)
    if getattr(asked, "portal", False):
        return max([_import_portal(path) for path in asked.files], default=0)
    return max([_one(path, asked.act, getattr(asked, "publish", False)) for path in asked.files], default=0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="smartsenegal procedures", description="Exporter ou importer les démarches en fichiers YAML."
    )
    acts = parser.add_subparsers(dest="act", required=True)
    export = acts.add_parser("export", help="écrire chaque démarche en vigueur dans un dossier")
    export.add_argument("folder", type=Path, metavar="DOSSIER")
    export.add_argument("--portal", action="store_true", help="à la forme du portail national, JSON et CSV")
    bring = acts.add_parser("import", help="faire de chaque fichier le brouillon de sa démarche")
    bring.add_argument("--publish", action="store_true", help="publier aussitôt")
    bring.add_argument("--portal", action="store_true", help="fichiers à la forme du portail national")
    check = acts.add_parser("check", help="dire ce qui ne va pas, sans rien écrire")
    for each in (bring, check):
        each.add_argument("files", type=Path, nargs="+", metavar="FICHIER")
    return parser


def _export(folder: Path) -> int:
    from smartsenegal.onestop.procedures import files, queries

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for entry in queries.entries():
            revision = queries.published_revision(entry.code)
            if revision:
                (folder / f"{entry.code}.yaml").write_text(files.to_yaml(revision.definition), "utf-8")
                _say(f"{folder / entry.code}.yaml\u00a0: révision {revision.number}")
    except OSError as error:
        return _fail(folder, [f"le dossier ne peut pas être écrit ({error.strerror})"])
    return 0


def _export_portal(folder: Path) -> int:
    from smartsenegal.onestop.procedures import portal, queries

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in queries.portal_bundle().items():
            (folder / f"{name}.json").write_text(portal.to_json(rows), "utf-8")
            # The mark lets spreadsheets read the accents.
            (folder / f"{name}.csv").write_text(portal.to_csv(rows), "utf-8-sig", newline="")
            _say(f"{folder / name}\u00a0: {len(rows)}")
    except OSError as error:
        return _fail(folder, [f"le dossier ne peut pas être écrit ({error.strerror})"])
    return 0


def _import_portal(path: Path) -> int:
    from smartsenegal.onestop.procedures import portal
    from smartsenegal.onestop.procedures.actions_portal import PortalRefused, import_rows

    found = path if path.is_file() else path / "demarches.json"
    if not found.exists():
        found = path / "demarches.csv"
    try:
        text = found.read_text("utf-8-sig")
        lines = import_rows(portal.read(text, found.suffix.lstrip(".").lower()), _by())
    except OSError as error:
        return _fail(found, [f"le fichier ne peut pas être lu ({error.strerror})"])
    except UnicodeDecodeError:
        return _fail(found, ["le fichier n’est pas un texte en UTF-8"])
    except portal.PortalFileRefused as refused:
        return _fail(found, [str(refused)])
    except PortalRefused as refused:
        _fail(found, [_place(f.rank, f.code, f.field) + f.sentence for f in refused.faults])
        return _fail(found, ["rien n’a été importé. Corrigez, puis recommencez."])
    for line in lines:
        _say(_place(line.rank, line.code) + _STATES[line.state])
        for remark in line.remarks:
            _say(f"  {remark}")
    return 0


_STATES = {"created": "brouillon créé", "changed": "brouillon modifié", "unchanged": "rien de nouveau"}


def _place(rank: int, code: str, field: str = "") -> str:
    return f"démarche {rank}{f' ({code})' if code else ''}{f', {field}' if field else ''}\u00a0: "


def _one(path: Path, act: str, publish: bool) -> int:
    from smartsenegal.onestop.procedures import actions, files
    from smartsenegal.onestop.procedures.errors import ProcedureRefused
    from smartsenegal.onestop.procedures.rules import validate

    try:
        definition = files.from_yaml(path.read_text("utf-8"))
        faults = validate(definition)
        if act == "check":
            return _fail(path, faults) if faults else _say(f"{path}\u00a0: rien à corriger")
        draft = actions.import_definition(definition, _by(), f"Importée de {path.name}")
        if publish:
            actions.publish(definition.code, _by())
    except OSError as error:
        return _fail(path, [f"le fichier ne peut pas être lu ({error.strerror})"])
    except UnicodeDecodeError:
        return _fail(path, ["le fichier n’est pas un texte en UTF-8"])
    except (files.FileRefused, ProcedureRefused) as refused:
        return _fail(path, refused.faults)
    _say(f"{path}\u00a0: révision {draft.number} {'publiée' if publish else 'en brouillon'}")
    return _fail(path, faults) if faults else 0


def _by() -> "Principal":
    from smartsenegal.kernel.identity.api import system

    return system("ligne de commande")


def _say(words: str) -> int:
    sys.stdout.write(f"{words}\n")
    return 0


def _fail(path: Path, faults: Sequence[str]) -> int:
    sys.stderr.writelines(f"{path}\u00a0: {fault}\n" for fault in faults)
    return 1
