"""Words as people type them and as French print shows them."""

import re
import unicodedata

NBSP = "\u00a0"
NNBSP = "\u202f"
APOSTROPHE = "\u2019"

# Letters that Unicode does not decompose; the Pulaar hooks are typed without them on a French keyboard.
_PLAIN = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ı": "i",
        "ɓ": "b",
        "ɗ": "d",
        "ŋ": "n",
        "ɲ": "n",
        "ƴ": "y",
    }
)
# LRE RLE PDF LRO RLO, LRI RLI FSI PDI: they make a text read differently from what it says.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Invisible and without meaning in a Latin text: soft hyphen, zero-width space, word joiner, byte order mark.
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u2060\ufeff"))
_MARKS_IN_A_ROW = 4


class TextRefused(ValueError):
    """The text cannot be kept; `str(error)` is the French sentence to show."""


def fold(s: str) -> str:
    """The text as searches compare it: no accents, no case, one space for every run of anything else.

    Apostrophes and hyphens count as spaces: `M'Backé` and `M’BACKE` give `m backe`, `Saint-Louis` gives
    `saint louis`. See `squeeze` when `Mbacké` must match them too. Idempotent.
    """
    decomposed = unicodedata.normalize("NFKD", s.casefold().translate(_PLAIN))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().translate(_PLAIN)
    return " ".join(re.split(r"[\W_]+", letters)).strip()


def without_accents(s: str) -> str:
    """The text with its letters bare, everything else as it is: `Sénégal` gives `Senegal`."""
    return "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c))


def squeeze(s: str) -> str:
    """`fold` without any space: `M'Backé`, `M Backe` and `Mbacké` all give `mbacke`."""
    return fold(s).replace(" ", "")


def slug(s: str) -> str:
    """The text for an address: `L’extrait d’état civil` gives `l-extrait-d-etat-civil`; ASCII only."""
    return re.sub(r"[^a-z0-9]+", "-", fold(s)).strip("-")


def clean(value: str, max_length: int, multiline: bool = False) -> str:
    """The text as it is kept: NFC, trimmed, line ends as `\\n`, tabs and exotic blanks as spaces.

    `max_length` counts characters after cleaning. Raises TextRefused for what PostgreSQL cannot keep (NUL,
    lone surrogates) and for what deceives a reader (control characters, bidirectional overrides, towers of
    accents), and for a text too long. An empty text is not refused: whether it is wanted is the form's say.
    """
    _refuse_deceit(value)
    lines = re.split(r"\r\n|[\r\n\u0085\u2028\u2029\v\f]", value.translate(_INVISIBLE))
    if len(lines) > 1 and not multiline:
        lines = [line for line in lines if line.strip()]
        if len(lines) > 1:
            raise TextRefused("Écrivez ce texte sur une seule ligne.")
    kept = "\n".join(_tidy(line, multiline) for line in lines)
    kept = unicodedata.normalize("NFC", kept).strip()
    if len(kept) > max_length:
        raise TextRefused(_too_long(len(kept), max_length))
    return kept


def _tidy(line: str, multiline: bool) -> str:
    spaced = re.sub(r"[\t\u1680\u2000-\u200a\u205f\u3000]", " ", line)
    return spaced.rstrip() if multiline else re.sub(r" {2,}", " ", spaced).strip()


def _refuse_deceit(value: str) -> None:
    marks = 0
    for character in unicodedata.normalize("NFC", value):
        category = unicodedata.category(character)
        if character in _BIDI:
            raise TextRefused(
                f"Ce texte contient un signe invisible qui change le sens de lecture{NBSP}: "
                "effacez-le et tapez le texte à la main."
            )
        if _is_unprintable(character, category):
            raise TextRefused(
                "Ce texte contient un caractère qui ne peut pas être enregistré : "
                "tapez-le à la main au lieu de le coller.".replace(" :", f"{NBSP}:")
            )
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MARKS_IN_A_ROW:
            raise TextRefused("Ce texte contient trop d’accents sur une même lettre.")


def _is_unprintable(character: str, category: str) -> bool:
    if category == "Cc":
        return character not in "\t\n\r\v\f\u0085"
    return category in ("Cs", "Cn", "Co")


def _too_long(length: int, max_length: int) -> str:
    return (
        f"Ce texte compte {plural(length, 'caractère', 'caractères')}{NBSP}: "
        f"raccourcissez-le à {max_length} au plus."
    )


def group_digits(number: int) -> str:
    """The number with a narrow no-break space between thousands: `12 000`, `−1 500`."""
    return f"{number:,}".replace(",", NNBSP).replace("-", "\u2212")


def plural(n: int, one: str, many: str) -> str:
    """The count and its word: `0 dossier`, `1 dossier`, `1 500 dossiers`; French counts zero as singular."""
    return f"{group_digits(n)}{NBSP}{one if abs(n) < 2 else many}"


_SPACE = rf"[ {NBSP}{NNBSP}]"
_END = rf"(?=$|[\s»)\]{APOSTROPHE}])"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=\w)'(?=[\w«])", APOSTROPHE),
        (r"(?<!\.)\.\.\.(?!\.)", "…"),
        (rf"«{_SPACE}*", f"«{NBSP}"),
        (rf"{_SPACE}*»", f"{NBSP}»"),
        (rf"(?<=[^\s]){_SPACE}+:{_END}", f"{NBSP}:"),
        (rf"(?<=[\w)\]»…%°]):{_END}", f"{NBSP}:"),
        (rf"(?<=[^\s]){_SPACE}+([;!?]+){_END}", rf"{NNBSP}\1"),
        (rf"(?<=[\w)\]»…%°])([!?]+|(?<!&amp)(?<!&lt)(?<!&gt)(?<!quot)(?<!nbsp);){_END}", rf"{NNBSP}\1"),
        (rf"(?<=\d){_SPACE}+(?=[%€‰])", NBSP),
        (rf"\b([Nn]°){_SPACE}*(?=\d)", rf"\1{NBSP}"),
        (rf"(?<=\d){_SPACE}F{_SPACE}CFA\b", f"{NBSP}F{NBSP}CFA"),
    )
)


# A phone number, written in pairs, is no amount: `77 123 45 67`.
_THOUSANDS = re.compile(r"(?<![\d.,+])\d{1,3}(?: \d{3})+(?!\d)(?! \d\d\b)")


def typography(s: str) -> str:
    """French typography: typographic apostrophes, no-break spaces before `: ; ? ! » %`, inside `12 000`.

    For sentences, not for HTML, code or addresses (an address inside a sentence is left alone). Idempotent.
    Narrow no-break space before `; ? !` and in numbers, full one elsewhere: Lexique des règles
    typographiques en usage à l’Imprimerie nationale.
    """
    s = _THOUSANDS.sub(lambda number: number[0].replace(" ", NNBSP), s)
    for pattern, replacement in _RULES:
        s = pattern.sub(replacement, s)
    return s
