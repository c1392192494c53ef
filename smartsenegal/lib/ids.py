"""Identifiers: ordered UUIDs for rows, references that people quote, codes that they type."""

import re
import secrets
import threading
import time
import uuid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U. https://www.crockford.com/base32.html"""

_VALUE = {character: value for value, character in enumerate(ALPHABET)} | {"I": 1, "L": 1, "O": 0, "U": 27}
_FIELD_POLYNOMIAL = 0b100101  # x⁵ + x² + 1, primitive over GF(2)
_SUB_MILLISECOND = 4096

_lock = threading.Lock()
_last_tick = 0


class CodeRefused(ValueError):
    """The text is no code of ours; `str(error)` is the French sentence to show."""


def uuid7() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, section 5.7), greater than all those made before by this process.

    The 12 bits after the version hold the fraction of the millisecond (method 3 of section 6.2); 62 bits
    are random. It tells when it was made: never use it where that must stay secret.
    """
    milliseconds, fraction = divmod(_next_tick(), _SUB_MILLISECOND)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62))


def _next_tick() -> int:
    global _last_tick
    with _lock:
        _last_tick = max(_last_tick + 1, time.time_ns() * _SUB_MILLISECOND // 1_000_000)
        return _last_tick


def reference(prefix: str, year: int, number: int) -> str:
    """The reference people quote: `CJ-2026-004188`; numbers above 999999 simply grow longer.

    Raises ValueError for a prefix that is not 1 to 8 capital ASCII letters or digits, or a negative number.
    """
    if not re.fullmatch(r"[A-Z0-9]{1,8}", prefix) or number < 0 or not 1000 <= year <= 9999:
        raise ValueError(f"No reference can be made of {prefix!r}, {year}, {number}")
    return f"{prefix}-{year}-{number:06d}"


def parse_reference(text: str) -> tuple[str, int, int]:
    """The prefix, year and number of a reference typed by a person: ` cj 2026 4188` is understood.

    Raises CodeRefused when it has not that form.
    """
    found = re.fullmatch(r"([A-Z0-9]{1,8})[\W_]+([0-9]{4})[\W_]+([0-9]{1,12})", text.strip().upper())
    if not found:
        raise CodeRefused("Ce numéro n’a pas la forme attendue, par exemple CJ-2026-004188.")
    return found[1], int(found[2]), int(found[3])


def short_code(n: int = 10) -> str:
    """`n` random characters of Crockford's base 32, 5 bits each, from the system's secure generator."""
    return "".join(secrets.choice(ALPHABET) for _ in range(n))


def normalise_code(text: str) -> str:
    """The code a person meant: capitals, no blank or hyphen, I and L read as 1, O as 0.

    Raises CodeRefused for an empty text or a character that no code contains.
    """
    code = re.sub(r"[\s\-_.\u2010-\u2015\u00a0\u202f]+", "", text).upper()
    code = code.translate(str.maketrans("ILO", "110"))
    if not code:
        raise CodeRefused("Indiquez le code.")
    wrong = next((character for character in code if character not in ALPHABET), None)
    if wrong is not None:
        raise CodeRefused(f"Le caractère «\u00a0{wrong}\u00a0» n’apparaît dans aucun code\u00a0: relisez-le.")
    return code


def format_code(code: str) -> str:
    """The code in groups that can be read aloud: `K7QMX2P4TD` gives `K7QMX-2P4TD`."""
    size = 5 if len(code) % 5 == 0 else 4
    return "-".join(code[i : i + size] for i in range(0, len(code), size))


def check_character(text: str) -> str:
    """One character that detects any mistyped character and any two swapped, up to 31 characters long.

    It is the weighted sum of the characters over GF(32), each position with its own non-zero weight (a
    Reed-Solomon check symbol). Blanks and hyphens do not count; I and L count as 1, O as 0, U as V.
    Raises ValueError for other characters or a longer text.
    """
    values = [_VALUE[character] for character in re.sub(r"[\s\-]", "", text).upper() if character in _VALUE]
    if len(values) != len(re.sub(r"[\s\-]", "", text)) or len(values) > 31:
        raise ValueError(f"No check character can be computed for {text!r}")
    total = 0
    # Horner's rule from the left: the weight of a character is 2^(its distance from the end), never twice
    # the same since 2 generates the 31 non-zero elements.
    for value in values:
        total = _double(total ^ value)
    return ALPHABET[total]


def _double(element: int) -> int:
    element <<= 1
    return element ^ _FIELD_POLYNOMIAL if element & 0b100000 else element


def with_check(code: str) -> str:
    """The code followed by its check character."""
    return code + check_character(code)


def has_valid_check(code: str) -> bool:
    """Whether the last character is the check character of the others."""
    try:
        return len(code) > 1 and check_character(code[:-1]) == normalise_code(code[-1])
    except ValueError:
        return False
