"""What may be kept, under which name, how long, and what a checker is shown. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from smartsenegal.lib import ids, text

# --- kinds of files ----------------------------------------------------------

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jfif", ".jpe"),
    "image/png": (".png",),
    "image/webp": (".webp",),
}
NAMES = {
    "application/pdf": "PDF",
    "image/jpeg": "photo JPEG",
    "image/png": "image PNG",
    "image/webp": "image WebP",
}
_UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})
_ALIASES = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "application/x-pdf": "application/pdf"}
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
HEAD_BYTES = 4096


def sniff(head: bytes) -> str | None:
    """Media type told by the first bytes of a file ("image/heif" included), or None.

    Only these types are ever named: anything else is refused, whatever it says it is.
    """
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "image/heif"
    return None


def is_disguised(filename: str, declared: str, media_type: str) -> bool:
    """Whether the name or the declared type tells of another thing than the content.

    One image format under another's name is no disguise: phones and messengers mix them up, and the
    content is kept under its true type.
    """
    extension = PurePosixPath(filename).suffix.lower()
    declared = declared.split(";")[0].strip().lower()
    declared = _ALIASES.get(declared, declared)
    if extension and not _same_family(_type_of(extension), media_type):
        return True
    return declared not in _UNDECLARED and not _same_family(declared, media_type)


def _type_of(extension: str) -> str:
    return next((kind for kind, known in EXTENSIONS.items() if extension in known), "")


def _same_family(named: str, media_type: str) -> bool:
    if media_type.startswith("image/"):
        return named in EXTENSIONS and named.startswith("image/")
    return named == media_type


def clean_filename(filename: str, media_type: str) -> str:
    """The name kept: no folder, no control or direction mark, at most 120 characters, true extension."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    stem, _, extension = name.rpartition(".")
    known = EXTENSIONS[media_type]
    stem = stem if stem and f".{extension.lower()}" in sum(EXTENSIONS.values(), ()) else name
    suffix = f".{extension.lower()}" if f".{extension.lower()}" in known else known[0]
    return (stem.strip(" .")[:110] or "document") + suffix


# --- limits and refusals -------------------------------------------------------

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What an upload may be. Bytes, pixels of one image, pages, bytes once decompressed."""

    max_bytes: int = 10 * MEGABYTE
    max_pixels: int = 64_000_000
    max_pages: int = 60
    max_expanded: int = 512 * MEGABYTE
    media_types: frozenset[str] = frozenset(EXTENSIONS)


DEFAULT_LIMITS = Limits()

# code → sentence; {name} {size} {limit} {kind} {types} are filled in.
REFUSALS = {
    "empty": "Le fichier « {name} » est vide. Choisissez-le à nouveau, ou refaites la photo.",
    "too_big": "Le fichier « {name} » dépasse {limit}. Reprenez la photo en qualité normale, ou numérisez "
    "le document en noir et blanc.",
    "unknown_type": "Le fichier « {name} » n’est ni une photo ni un PDF. Envoyez {types}.",
    "not_allowed": "Le fichier « {name} » est de type {kind}, qui n’est pas accepté ici. Envoyez {types}.",
    "heif": "La photo « {name} » est au format HEIC, que les services ne peuvent pas ouvrir. Sur iPhone : "
    "Réglages, Appareil photo, Formats, « Le plus compatible », puis refaites la photo.",
    "disguised": "Le nom du fichier « {name} » ne correspond pas à son contenu ({kind}). Renommez-le avec la "
    "bonne extension, ou choisissez le bon fichier.",
    "encrypted": "Le PDF « {name} » est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis "
    "envoyez-le à nouveau.",
    "truncated": "Le fichier « {name} » est incomplet : son transfert s’est sans doute interrompu. Copiez-le "
    "ou numérisez-le à nouveau, puis renvoyez-le.",
    "unreadable": "Le fichier « {name} » est abîmé et ne peut pas être ouvert. Enregistrez-le à nouveau, ou "
    "prenez une photo du document.",
    "active": "Le PDF « {name} » contient un programme ou un fichier caché. Imprimez-le « au format PDF », "
    "puis envoyez ce nouveau fichier.",
    "bomb": "Le fichier « {name} » prend une taille démesurée une fois ouvert. Numérisez le document à "
    "nouveau, ou prenez-en une photo.",
    "polyglot": "Le fichier « {name} » contient autre chose qu’un document. Faites une capture d’écran ou "
    "une nouvelle photo du document et envoyez-la.",
    "pixels": "L’image « {name} » est trop grande. Reprenez la photo en qualité normale ({pixels} millions "
    "de points au plus).",
    "pages": "Le PDF « {name} » a trop de pages : {pages} au plus. Gardez les pages demandées seulement.",
    "no_page": "Le PDF « {name} » n’a aucune page. Enregistrez le document à nouveau.",
    "disk_full": "Le fichier « {name} » n’a pas pu être gardé : le serveur manque de place. Rien n’a été "
    "enregistré ; réessayez dans quelques minutes.",
    "busy": "Le fichier « {name} » n’a pas pu être vérifié à temps. Réessayez dans quelques minutes.",
}  # fmt: skip


def refusal(code: str, filename: str, limits: Limits, media_type: str = "") -> str:
    """The French sentence of a refusal: what is wrong and how to mend it."""
    return text.typography(
        REFUSALS[code].format(
            name=clean_filename(filename, media_type) if media_type in EXTENSIONS else _shown(filename),
            limit=f"{limits.max_bytes / MEGABYTE:g}\u00a0Mo".replace(".", ","),
            kind=NAMES.get(media_type, "inconnu"),
            types=_listed(limits.media_types),
            pixels=limits.max_pixels // 1_000_000,
            pages=limits.max_pages,
        )
    )


def _shown(filename: str) -> str:
    name = "".join(c for c in filename if unicodedata.category(c)[0] != "C")
    return name.replace("\\", "/").rsplit("/", 1)[-1][:60] or "sans nom"


def _listed(media_types: Iterable[str]) -> str:
    names = {"application/pdf": "un PDF", "image/jpeg": "une photo (JPEG)", "image/png": "une image PNG",
             "image/webp": "une image WebP"}  # fmt: skip
    known = [names[kind] for kind in EXTENSIONS if kind in set(media_types)]
    return " ou ".join([", ".join(known[:-1]), known[-1]]) if len(known) > 1 else "".join(known)


# --- time of keeping ------------------------------------------------------------

PURPOSES = {
    "piece": "Pièces jointes aux demandes",
    "piece:identity": "Pièces d’identité",
    "act": "Actes délivrés",
    "mandate": "Mandats signés sur papier",
    "draft": "Brouillons jamais envoyés",
}
# From what a length is counted, for the purposes that know no decision.
COUNTED_FROM = {"draft": "sans changement"}


@dataclass(frozen=True)
class Retention:
    """From `starts_on` on, files of this purpose are destroyed `days` after the decision; None: kept."""

    purpose: str
    starts_on: date
    days: int | None


def purge_after(purpose: str, decided_at: datetime, rules: Iterable[Retention]) -> datetime | None:
    """When a file may no longer be kept, by the rule in force on the day of the decision; None: kept."""
    days = kept_days(purpose, decided_at.date(), rules)
    return None if days is None else decided_at + timedelta(days=days)


def kept_days(purpose: str, day: date, rules: Iterable[Retention]) -> int | None:
    """How many days are counted from that day, by the rule in force then; None: kept.

    A purpose without a rule follows the rule of its parent ("piece:identity" → "piece"); without any,
    the file is kept, since destroying cannot be undone.
    """
    known = list(rules)
    while purpose:
        dated = [r for r in known if r.purpose == purpose and r.starts_on <= day]
        if dated:
            return max(dated, key=lambda r: r.starts_on).days
        purpose = purpose.rpartition(":")[0]
    return None


# --- acts and their verification --------------------------------------------------

CODE_LENGTH = 11  # 55 random bits, and one check character against typing errors

REVOCATION_REASONS = {
    "error": "Erreur matérielle dans l’acte",
    "fraud": "Acte obtenu par fraude",
    "replaced": "Remplacé par un nouvel acte",
    "court": "Décision de justice",
    "withdrawn": "Retiré par l’autorité qui l’a délivré",
    "lost": "Déclaré perdu ou volé",
}


def new_code() -> str:
    """A verification code nobody can guess: 11 random characters and a check character."""
    return ids.with_check(ids.short_code(CODE_LENGTH))


def show_code(code: str) -> str:
    """The code as printed: three groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(typed: str) -> str | None:
    """The code someone typed, or None when it cannot be one (a character is missing or wrong)."""
    try:
        code = ids.normalise_code(typed[:40])
    except ids.CodeRefused:
        return None
    return code if len(code) == CODE_LENGTH + 1 and ids.has_valid_check(code) else None


def act_address(public_url: str, code: str) -> str:
    """The short address printed under the seal."""
    return f"{public_url.rstrip('/')}/v/{show_code(code)}"


def initials(name: str) -> str:
    """ "Awa Marie Ndiaye" → "A. M. N.": what the code alone shows of the holder."""
    return " ".join(f"{part[0].upper()}." for part in name.replace("-", " ").split() if part[0].isalnum())


def watermark(label: str, reader: str, at: str) -> str:
    """The sentence over every shown identity piece."""
    return f"Copie pour {label}, consultée par {reader} le {at}"


# --- what an act says ------------------------------------------------------------------

# Labels of the seal's own fields.
ACT, HOLDER, AUTHORITY = "Acte", "Titulaire", "Autorité"

BLOCK_KINDS = {
    "paragraph": {"text"},
    "note": {"text"},
    "rows": {"rows"},
    "references": {"items"},
    "articles": {"items"},
    "list": {"items"},
}


@dataclass(frozen=True)
class Signer:
    """Who signs, for which authority: `heading` is the letter-head, from the ministry down to the service."""

    name: str
    quality: str
    organisation: str
    place: str
    heading: tuple[str, ...] = ()
    organisation_id: int | None = None

    @property
    def words(self) -> str:
        """Name, then quality in the middle of a sentence: « Ibrahima Fall, le greffier en chef »."""
        article, rest = self.quality[:2], self.quality[2:]
        lowered = article.lower() if article in ("Le", "La", "L’") else article
        return f"{self.name}, {lowered}{rest}"


def act_blocks(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The blocks of an act, in order, checked: given as `blocks`, or made of `paragraphs` then `rows`.

    Raises ValueError for an unknown kind of block or one that lacks its content.
    """
    given = data.get("blocks")
    if given is None:
        paragraphs = [{"kind": "paragraph", "text": words} for words in data.get("paragraphs", ())]
        rows = [list(row) for row in data.get("rows", ())]
        given = paragraphs[:1] + ([{"kind": "rows", "rows": rows}] if rows else []) + paragraphs[1:]
    blocks = [dict(block) for block in given]
    if not blocks:
        raise ValueError("An act that says nothing cannot be issued")
    for block in blocks:
        wanted = BLOCK_KINDS.get(block.get("kind", ""))
        if wanted is None or not wanted <= block.keys():
            raise ValueError(f"An act cannot hold the block {block!r}")
    return [_set(block) for block in blocks]


def _set(value: Any) -> Any:
    """The same with French typography in every text."""
    if isinstance(value, str):
        return text.typography(value)
    if isinstance(value, Mapping):
        return {key: inner if key == "kind" else _set(inner) for key, inner in value.items()}
    return [_set(inner) for inner in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class Marks:
    """What makes an act recognisable: printed beside its seal and on each page."""

    number: str
    code: str
    issued_on: str
    address: str
    seal: str


def act_data(
    data: Mapping[str, Any], signer: Signer, marks: Marks, *, title: str, specimen: bool
) -> dict[str, Any]:
    """What the template `act` reads; texts only, whatever they hold is shown and never run."""
    head = [line for line in signer.heading if line != signer.organisation] + [signer.organisation]
    return {
        "number": marks.number,
        "code": show_code(marks.code),
        "title": text.typography(title),
        "subtitle": text.typography(str(data.get("subtitle", ""))),
        "heading": [text.typography(line) for line in head],
        "blocks": act_blocks(data),
        "place_and_date": _dated(signer.place, marks.issued_on),
        "quality": text.typography(signer.quality),
        "signatory": text.typography(signer.name),
        "legal_basis": text.typography(str(data.get("legal_basis", ""))),
        "validity": text.typography(str(data.get("validity", ""))),
        "address": marks.address,
        "keywords": [marks.seal],
        "description": f"Acte {marks.number}",
        "specimen": specimen,
    }


def _dated(place: str, day: str) -> str:
    return f"Fait à {place}, le {day}" if place else f"Le {day}"


def sealed_fields(
    essential: Mapping[str, str | int | date], *, title: str, holder: str, authority: str
) -> dict[str, str | int | date]:
    """What the seal carries: which act, for whom, by whom, then the essential fields, by French label."""
    first: dict[str, str | int | date] = {ACT: title, HOLDER: holder, AUTHORITY: authority}
    return {label: value for label, value in first.items() if value} | {
        label: value for label, value in essential.items() if label not in first
    }
