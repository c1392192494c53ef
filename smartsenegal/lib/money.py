"""Amounts in F CFA (XOF, ISO 4217 number 952): whole francs, since the franc has no minor unit."""

import re

from smartsenegal.lib.text import NBSP, group_digits

LARGEST = 999_999_999_999_999
"""The largest amount accepted from a person, in francs: far below PostgreSQL's bigint."""

_BLANK = r"[ \u00a0\u202f\u2009]"
_UNIT = re.compile(
    rf"{_BLANK}*(?:f{_BLANK}*\.?{_BLANK}*cfa|francs?(?:{_BLANK}+cfa)?|f|xof)\.?$", re.IGNORECASE
)
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(rf"[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+|[0-9]{{1,3}}(?:\.[0-9]{{3}})+")
_DECIMAL = re.compile(rf"[0-9](?:[0-9]|{_BLANK}|\.)*[.,][0-9]*")


class MoneyRefused(ValueError):
    """The text is no amount in francs; `str(error)` is the French sentence to show."""


def format_fcfa(amount: int) -> str:
    """`12 000 F CFA` for 12000 francs, with no-break spaces; a negative amount takes a true minus sign.

    Raises TypeError for anything but an integer: a rounded amount is a lost franc.
    """
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError(f"An amount in francs is an integer, not {amount!r}")
    return f"{group_digits(amount)}{NBSP}F{NBSP}CFA"


def parse_fcfa(text: str) -> int:
    """Francs typed by a person: `12 000`, `12.000`, `12000 F CFA`, `12 000 XOF`.

    Raises MoneyRefused for an empty text, decimals, a negative amount, letters or too large an amount.
    """
    number = _UNIT.sub("", text.strip()).strip()
    if not number:
        raise MoneyRefused(f"Indiquez un montant, par exemple {group_digits(12_000)}.")
    if number[0] in "-\u2212\u2013":
        raise MoneyRefused("Indiquez un montant positif, sans le signe moins.")
    if not (_PLAIN.fullmatch(number) or _GROUPED.fullmatch(number)):
        raise MoneyRefused(_sentence(number))
    digits = re.sub(r"[^0-9]", "", number).lstrip("0") or "0"
    if len(digits) > len(str(LARGEST)):
        raise MoneyRefused(f"Ce montant est trop grand{NBSP}: vérifiez le nombre de zéros.")
    return int(digits)


def _sentence(number: str) -> str:
    example = group_digits(12_000)
    if _DECIMAL.fullmatch(number):
        return f"Le franc CFA n’a pas de centimes{NBSP}: écrivez un nombre entier, par exemple {example}."
    return f"Écrivez le montant en chiffres, par exemple {example}."
