"""`smartsenegal verify FILE`, which needs neither database nor network, and `smartsenegal keys rotate`."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from smartsenegal.kernel.documents import checking
from smartsenegal.lib import dates, seal
from smartsenegal.lib.text import NBSP, plural
from smartsenegal.lib.trust import Trust, TrustRefused

GENUINE, NOT_GENUINE, REVOKED, CANNOT_TELL = 0, 1, 2, 3
EXIT = {"genuine": GENUINE, "forged": NOT_GENUINE, "revoked": REVOKED, "unclear": CANNOT_TELL}
HEADLINES = {
    "genuine": "ACTE AUTHENTIQUE",
    "forged": "ACTE NON AUTHENTIQUE",
    "revoked": "ACTE RÉVOQUÉ",
    "unclear": "VÉRIFICATION IMPOSSIBLE",
}


class CannotTell(Exception):
    """What is needed to check is missing; the message says how to get it."""


def verify(argv: Sequence[str]) -> int:
    """Check a PDF, the picture of a seal, or the text of a seal ("-": standard input).

    Prints French lines; 0 genuine, 1 not genuine, 2 revoked, 3 cannot tell.
    """
    options = _options(argv)
    if options is None:
        return CANNOT_TELL
    try:
        trust = _trust(options.trust)
        revocations = _revocations(options.revocations, trust)
        data = _read(options.file)
    except CannotTell as error:
        print(HEADLINES["unclear"])
        print(error)
        return CANNOT_TELL
    now = datetime.now(UTC)
    verdict = checking.with_revocations(checking.check(data, trust), revocations, now)
    for line in _lines(verdict):
        print(line)
    return EXIT[verdict.state]


def _options(argv: Sequence[str]) -> argparse.Namespace | None:
    parser = argparse.ArgumentParser(
        prog="smartsenegal verify", description="Vérifie un acte délivré, sans base de données ni réseau."
    )
    parser.add_argument("file", metavar="FICHIER", help="PDF, image du sceau, texte du sceau, ou -")
    parser.add_argument("--trust", metavar="JSON", help="fichier de confiance (/verifier/confiance.json)")
    parser.add_argument(
        "--revocations", metavar="BIN", help="liste des révocations (/verifier/revocations.bin)"
    )
    try:
        return parser.parse_args(list(argv))
    except SystemExit as stop:
        if not stop.code:  # --help
            raise
        return None


def _trust(path: str | None) -> Trust:
    if path is None:
        return _own_trust()
    try:
        return Trust.from_json(Path(path).read_bytes())
    except OSError as error:
        raise _unreadable(path, error) from error
    except TrustRefused as refused:
        raise CannotTell(str(refused)) from refused


def _own_trust() -> Trust:
    """The trust of the installation on this machine, when there is one."""
    from smartsenegal.lib.authority import Authority
    from smartsenegal.lib.crypto import Keyring, KeyringRefused

    secrets = Path(os.environ.get("SMARTSENEGAL_DATA", "var")) / "secrets"
    try:
        return Authority.load(secrets / "authority", Keyring.load(secrets / "keyring")).trust
    except (OSError, KeyringRefused) as error:
        raise CannotTell(
            "Il faut le fichier de confiance du pays qui a délivré l’acte. Téléchargez-le à l’adresse "
            f"/verifier/confiance.json de son site et donnez-le{NBSP}: --trust confiance.json."
        ) from error


def _revocations(path: str | None, trust: Trust) -> seal.RevocationList | None:
    if path is None:
        return None
    try:
        return seal.open_revocation_list(Path(path).read_bytes(), trust)
    except OSError as error:
        raise _unreadable(path, error) from error
    except seal.SealRefused as refused:
        raise CannotTell(f"La liste des révocations n’est pas sûre. {refused}") from refused


def _read(path: str) -> bytes:
    limit = checking.LARGEST_FILE + 1
    if path == "-":
        return sys.stdin.buffer.read(limit)
    try:
        with Path(path).open("rb") as file:
            return file.read(limit)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str, error: OSError) -> CannotTell:
    return CannotTell(f"Le fichier {path} ne peut pas être lu{NBSP}: {_why(error)}.")


def _why(error: OSError) -> str:
    """The system's reason in French: its own words follow the language of the machine."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "il n’existe pas à cet endroit, vérifiez son nom"
    if isinstance(error, IsADirectoryError):
        return "c’est un dossier, donnez le fichier qui est dedans"
    if isinstance(error, PermissionError):
        return "votre compte n’a pas le droit de le lire"
    return f"le disque ou le réseau ne répond pas (erreur {error.errno})"


def _lines(verdict: checking.Verdict) -> list[str]:
    lines = [HEADLINES[verdict.state], *verdict.sentences]
    if verdict.number:
        lines.append(f"Numéro{NBSP}: {verdict.number}")
    lines += [f"{label}{NBSP}: {value}" for label, value in verdict.shown_fields()]
    if verdict.issued_at:
        lines.append(f"Délivré le{NBSP}: {dates.format_datetime(verdict.issued_at)}")
    if verdict.link:
        lines.append(f"Adresse trouvée{NBSP}: {verdict.link}")
    return lines


# --- master keys ------------------------------------------------------------------------


def keys(argv: Sequence[str]) -> int:
    """`keys rotate`: a new master key, and everything sealed again under it. `keys reseal` resumes it."""
    if list(argv) not in (["rotate"], ["reseal"]):
        print(f"Usage{NBSP}: smartsenegal keys rotate | reseal", file=sys.stderr)
        return 2
    import django

    django.setup()
    from smartsenegal.kernel.documents import actions
    from smartsenegal.kernel.identity.api import system

    if argv[0] == "rotate":
        print(f"Nouvelle clé maîtresse{NBSP}: {actions.rotate_master_key(system('clés'), _tell)}")
    else:
        print(f"Terminé{NBSP}: {plural(actions.reseal_all(_tell), 'clé reprise', 'clés reprises')}.")
    return 0


def _tell(what: str, done: int) -> None:
    print(f"  {what}{NBSP}: {plural(done, 'repris', 'repris')}")
