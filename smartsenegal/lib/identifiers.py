"""Numbers that identify persons and companies in Senegal, normalised before they are kept or compared.

No official text gives the format of the NIN: it is kept as text, a doubt is a warning and not a refusal, and
neither sex nor date of birth is ever read from it. The NINEA's check digit is published (python-stdnum).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError
from stdnum.sn import ninea

from smartsenegal.lib.text import NBSP

Kind = Literal["nin", "card", "ninea", "ien"]

KINDS: tuple[Kind, ...] = ("nin", "card", "ninea", "ien")
LABELS: dict[Kind, str] = {
    "nin": "Numéro d’identification nationale (NIN)",
    "card": "Numéro de la carte d’identité",
    "ninea": "NINEA",
    "ien": "Identifiant éducation nationale (IEN)",
}


class IdentifierRefused(ValueError):
    """The text cannot be such an identifier; `str(error)` is the French sentence to show."""


@dataclass(frozen=True)
class Normalised:
    """The identifier as it is kept and compared; `warnings` are French sentences about what looks odd."""

    value: str
    warnings: tuple[str, ...] = ()


def normalise(kind: Kind, value: str) -> Normalised:
    """The identifier without blanks or punctuation, in capitals.

    Raises IdentifierRefused when it cannot be one, ValueError for an unknown kind.
    """
    if kind not in _NORMALISERS:
        raise ValueError(f"Unknown kind of identifier {kind!r}")
    compact = re.sub(r"[\s\-./,_'’]", "", unicodedata.normalize("NFKC", value)).upper()
    if not compact:
        raise IdentifierRefused(f"Indiquez ce numéro{NBSP}: {LABELS[kind]}.")
    if not re.fullmatch(r"[0-9A-Z]+", compact):
        raise IdentifierRefused(
            f"Écrivez ce numéro avec des chiffres et des lettres sans accent{NBSP}.".rstrip()
        )
    return _NORMALISERS[kind](compact)


def _nin(compact: str) -> Normalised:
    if not compact.isdigit():
        raise IdentifierRefused("Le NIN ne contient que des chiffres.")
    if not 12 <= len(compact) <= 17:
        raise IdentifierRefused(
            f"Le NIN compte de 12 à 17 chiffres, celui-ci en a {len(compact)}{NBSP}: vérifiez-le."
        )
    if len(compact) != 13:
        doubt = f"Ce NIN a {len(compact)} chiffres, la plupart en ont 13{NBSP}: vérifiez-le sur la carte."
        return Normalised(compact, (doubt,))
    return Normalised(compact)


def _card(compact: str) -> Normalised:
    if not 6 <= len(compact) <= 20 or not any(c.isdigit() for c in compact):
        raise IdentifierRefused(
            f"Le numéro de la carte compte de 6 à 20 chiffres ou lettres{NBSP}: recopiez-le du recto."
        )
    return Normalised(compact)


def _ien(compact: str) -> Normalised:
    if not 6 <= len(compact) <= 20 or not any(c.isdigit() for c in compact):
        raise IdentifierRefused(
            f"L’IEN compte de 6 à 20 chiffres ou lettres{NBSP}: recopiez-le du bulletin ou du certificat."
        )
    return Normalised(compact)


def _ninea(compact: str) -> Normalised:
    try:
        return Normalised(ninea.validate(compact))
    except InvalidChecksum:
        raise IdentifierRefused(
            f"Ce NINEA n’est pas valide{NBSP}: un chiffre au moins est faux, comparez-le à votre avis "
            "d’immatriculation."
        ) from None
    except InvalidComponent:
        raise IdentifierRefused(
            f"Les trois derniers caractères (COFI) sont faux{NBSP}: un chiffre de 0 à 2, une lettre et un "
            f"chiffre, par exemple 2G2."
        ) from None
    except ValidationError:
        raise IdentifierRefused(
            f"Le NINEA compte 7 ou 9 chiffres, suivis ou non du COFI, par exemple 3067221{NBSP}2G2."
        ) from None


_NORMALISERS: dict[Kind, Callable[[str], Normalised]] = {
    "nin": _nin,
    "card": _card,
    "ninea": _ninea,
    "ien": _ien,
}


def format_identifier(kind: Kind, value: str) -> str:
    """The identifier as it is read aloud: a NINEA apart from its COFI, others in groups, no-break spaces."""
    if kind == "ninea":
        return str(ninea.format(value)).replace(" ", NBSP)
    if kind == "nin" and len(value) == 13:
        return f"{value[0]}{NBSP}{value[1:4]}{NBSP}{value[4:8]}{NBSP}{value[8:]}"
    return value


def mask(value: str) -> str:
    """The identifier with all but its last three characters hidden; short ones are hidden whole."""
    shown = 3 if len(value) >= 6 else 0
    return "•" * (len(value) - shown) + value[len(value) - shown :]
