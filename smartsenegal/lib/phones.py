"""Telephone numbers, by the numbering plans of libphonenumber: kept as E.164, shown as people say them."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from smartsenegal.lib.text import NBSP

SENEGAL = 221
_EXAMPLE = f"77{NBSP}123{NBSP}45{NBSP}67"
_LONGEST = 40


class PhoneRefused(ValueError):
    """The text is no telephone number; `str(error)` is the French sentence to show."""


def parse_phone(text: str, region: str = "SN") -> str:
    """The number in E.164 (`+221771234567`); without an international prefix it is one of `region`.

    Raises PhoneRefused for a number that the plan of its country does not assign.
    """
    # U+202A and the like come along when a number is copied from a contact list.
    typed = "".join(c for c in text if c.isprintable() or c.isspace()).strip()
    if not typed:
        raise PhoneRefused(f"Indiquez un numéro de téléphone, par exemple {_EXAMPLE}.")
    try:
        number = phonenumbers.parse(typed[: _LONGEST + 1], region)
    except NumberParseException:
        raise PhoneRefused(f"Écrivez le numéro en chiffres, par exemple {_EXAMPLE}.") from None
    if len(typed) > _LONGEST or number.extension or not phonenumbers.is_valid_number(number):
        raise PhoneRefused(_sentence(number.country_code))
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _sentence(country_code: int | None) -> str:
    if country_code == SENEGAL:
        return f"Ce numéro n’existe pas au Sénégal{NBSP}: il faut neuf chiffres, par exemple {_EXAMPLE}."
    return f"Ce numéro n’existe pas{NBSP}: vérifiez l’indicatif du pays et les chiffres."


def format_phone(e164: str) -> str:
    """`77 123 45 67` for a number of Senegal, `+33 6 12 34 56 78` for another, with no-break spaces.

    A text that is no number comes back as it is: a page must not fail for an old value.
    """
    try:
        number = phonenumbers.parse(e164, "SN")
    except NumberParseException:
        return e164
    style = PhoneNumberFormat.NATIONAL if number.country_code == SENEGAL else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, style)).replace(" ", NBSP)


def is_mobile(e164: str) -> bool:
    """Whether the number can receive an SMS: a mobile one, or one of a country that does not tell."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164, "SN"))
    except NumberParseException:
        return False
    return kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mask_phone(e164: str) -> str:
    """`77 ••• •• 67`: enough for its owner to know it, not for others to call it."""
    shown = format_phone(e164)
    digits = [i for i, c in enumerate(shown) if c.isdigit()]
    hidden = set(digits[2:-2])
    return "".join("•" if i in hidden else c for i, c in enumerate(shown))
