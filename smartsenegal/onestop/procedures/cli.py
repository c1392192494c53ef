"""`smartsenegal procedures`: carry procedures in and out as YAML files.

smartsenegal procedures export FOLDER            writes each procedure in force to FOLDER/<code>.yaml
smartsenegal procedures import FILE…             makes each file the draft of its procedure
smartsenegal procedures import --publish FILE…   and publishes it
smartsenegal procedures export --portal FOLDER   writes the catalogue in the shape of the national portal
smartsenegal procedures import --portal FOLDER   brings in its files, .json or .csv: all, or none
smartsenegal procedures import --portal --preview FOLDER   says what that would change; writes nothing
smartsenegal procedures check FILE…              says what is wrong with each file; writes nothing
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
        return max([_import_portal(path, asked.preview) for path in asked.files], default=0)
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
    bring.add_argument("--preview", action="store_true", help="avec --portal, dire sans rien écrire")
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


def _import_portal(path: Path, preview: bool) -> int:
    from smartsenegal.onestop.procedures import portal
    from smartsenegal.onestop.procedures.actions_portal import PortalRefused, import_bundle

    rows: dict[str, list[Any]] = {}
    for found in _portal_files(path):
        try:
            rows |= portal.read(found.read_text("utf-8-sig"), found.suffix.lstrip(".").lower(), found.stem)
        except OSError as error:
            return _fail(found, [f"le fichier ne peut pas être lu ({error.strerror})"])
        except UnicodeDecodeError:
            return _fail(found, ["le fichier n’est pas un texte en UTF-8"])
        except portal.PortalFileRefused as refused:
            return _fail(found, [str(refused)])
    try:
        lines = import_bundle(rows, _by(), preview=preview)
    except PortalRefused as refused:
        _fail(path, [_place(f.collection, f.rank, f.code, f.field) + f.sentence for f in refused.faults])
        return _fail(path, ["rien n’a été importé. Corrigez, puis recommencez."])
    for line in lines:
        _say(_place(line.collection, line.rank, line.code) + _STATES[line.state])
        for remark in line.remarks:
            _say(f"  {remark}")
    return _say("Aperçu\u00a0: rien n’est écrit.") if preview else 0


def _portal_files(path: Path) -> list[Path]:
    """The files to read: this one, or those of a folder, one a collection, in JSON rather than in CSV."""
    from smartsenegal.onestop.procedures.portal import COLLECTIONS

    if not path.is_dir():
        return [path]
    both = [[path / f"{name}.json", path / f"{name}.csv"] for name in COLLECTIONS]
    found = [next((p for p in pair if p.is_file()), None) for pair in both]
    return [p for p in found if p] or [path / "demarches.json"]


_STATES = {"created": "créé", "changed": "modifié", "unchanged": "rien de nouveau"}
_ROWS = {"demarches": "démarche", "themes": "thème", "evenements_de_vie": "événement de vie",
         "services_administratifs": "service", "textes": "texte", "structures": "lieu"}  # fmt: skip


def _place(collection: str, rank: int, code: str, field: str = "") -> str:
    named = f"{_ROWS[collection]} {rank}{f' ({code})' if code else ''}{f', {field}' if field else ''}"
    return f"{named}\u00a0: "


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
