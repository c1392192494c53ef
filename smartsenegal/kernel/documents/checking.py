"""Is this act genuine? Decided from the file or the seal alone: no database, no network, no Django."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from smartsenegal.kernel.documents.rules import ACT, sniff
from smartsenegal.lib import dates, qr, seal
from smartsenegal.lib.text import NBSP
from smartsenegal.lib.trust import Trust

State = Literal["genuine", "forged", "revoked", "unclear"]

LARGEST_FILE = 20_000_000
_CLOSE = timedelta(days=2)  # a job may be late; the seal and the signature of an act are made together

_NOT_CHECKED = f"Révocation non vérifiée{NBSP}: aucune liste de révocations n’a été donnée."
_NO_CODE = (
    f"Aucun sceau n’a été trouvé sur cette image{NBSP}: photographiez-le de près, bien à plat et net, "
    "ou tapez le code de vérification."
)
_NOTHING = (
    f"Ce fichier n’est ni un acte en PDF, ni la photo d’un sceau{NBSP}: choisissez le PDF reçu, ou "
    "photographiez le sceau."
)
_TOO_LARGE = f"Ce fichier est trop grand pour être un acte{NBSP}: choisissez le PDF reçu."
_NO_SEAL = "Ce PDF est signé, mais il ne porte pas le sceau des actes délivrés."
_DISAGREE = "Le sceau de ce PDF n’est pas celui de l’acte signé."


@dataclass(frozen=True)
class Verdict:
    """What the file or the seal tells by itself.

    `sentences` say why, in French. `number`, `issued_at` and `fields` are the seal's, when it is genuine.
    `link` is the address of online verification found on a photo that shows no seal.
    """

    state: State
    sentences: tuple[str, ...] = ()
    number: str = ""
    issued_at: datetime | None = None
    fields: Mapping[str, str | int | date] = field(default_factory=dict)
    revocation_ref: str = ""
    signed_at: datetime | None = None
    link: str = ""

    @property
    def title(self) -> str:
        return str(self.fields.get(ACT, ""))

    def to_plain(self) -> dict[str, Any]:
        """The verdict as JSON can carry it from the process that read the file."""
        plain = vars(self) | {"fields": [[k, _marked(v)] for k, v in self.fields.items()]}
        return plain | {name: plain[name] and plain[name].isoformat() for name in ("issued_at", "signed_at")}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Verdict":
        """The verdict carried by `to_plain`."""
        moments = {
            name: datetime.fromisoformat(plain[name]) if plain[name] else None
            for name in ("issued_at", "signed_at")
        }
        fields = {label: _unmarked(value) for label, value in plain["fields"]}
        return cls(**{**plain, **moments, "fields": fields, "sentences": tuple(plain["sentences"])})

    def shown_fields(self) -> list[tuple[str, str]]:
        """Labels and values to compare with the paper, dates in French."""
        return [(label, shown(value)) for label, value in self.fields.items()]


def shown(value: str | int | date) -> str:
    """A value of a seal as it is printed."""
    return dates.format_date(value) if isinstance(value, date) else str(value)


def _marked(value: str | int | date) -> Any:
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _unmarked(value: Any) -> str | int | date:
    if isinstance(value, dict):
        return date.fromisoformat(value["date"])
    plain: str | int = value
    return plain


def check(data: bytes, trust: Trust) -> Verdict:
    """Verdict on a PDF, on the picture of a seal, or on the text of a seal; revocation is another matter.

    Never raises on what the file holds: what cannot be read is "unclear".
    """
    media_type = sniff(data[:64])
    if len(data) > LARGEST_FILE:
        return Verdict("unclear", (_TOO_LARGE,))
    if media_type == "application/pdf":
        return check_pdf(data, trust)
    if media_type is not None:
        return check_picture(data, trust)
    try:
        words = data.decode("utf-8").strip("\r\n\t\ufeff")
    except UnicodeDecodeError:
        return Verdict("unclear", (_NOTHING,))
    return check_seal(words, trust) if words.startswith(seal.PREFIX) else Verdict("unclear", (_NOTHING,))


def check_seal(words: str, trust: Trust) -> Verdict:
    """Verdict on the text of a seal."""
    if not words.strip().startswith(seal.PREFIX):
        return Verdict("unclear", (_NOTHING,))
    try:
        opened = seal.open_seal(words, trust)
    except seal.SealRefused as refused:
        return Verdict("forged", (str(refused),))
    return Verdict(
        "genuine",
        ("Le sceau est authentique.",),
        number=opened.number,
        issued_at=opened.issued_at,
        fields=opened.fields,
        revocation_ref=opened.revocation_ref,
    )


def check_picture(data: bytes, trust: Trust) -> Verdict:
    """Verdict on the photo or the scan of a seal."""
    try:
        found = qr.read_qr(data)
    except qr.ImageRefused as refused:
        return Verdict("unclear", (str(refused),))
    seals = [words for words in found if words.startswith(seal.PREFIX)]
    if len(set(seals)) > 1:
        return Verdict("unclear", (f"Cette image montre plusieurs sceaux{NBSP}: photographiez-en un seul.",))
    if seals:
        return check_seal(seals[0], trust)
    link = next((words for words in found if "/v/" in words), "")
    return Verdict("unclear", (_NO_CODE,), link=link)


def check_pdf(data: bytes, trust: Trust) -> Verdict:
    """Verdict on the PDF of an act: its signature, its seal, and that they speak of the same act."""
    from smartsenegal.lib import pdf

    signature = pdf.verify(data, trust)
    if not signature.valid:
        return Verdict("forged", tuple(signature.problems))
    information = _information(data)
    words = str(information.get("/Keywords", ""))
    if not words.startswith(seal.PREFIX):
        return Verdict("forged", (_NO_SEAL,))
    verdict = check_seal(words, trust)
    if verdict.state != "genuine":
        return verdict
    if not _agree(verdict, information, signature.signed_at):
        return Verdict("forged", (_DISAGREE,))
    told = ("La signature électronique est valable et couvre tout le document.", *verdict.sentences)
    return replace(verdict, sentences=told, signed_at=signature.signed_at)


def _information(data: bytes) -> Mapping[str, Any]:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(data)).metadata or {}


def _agree(verdict: Verdict, information: Mapping[str, Any], signed_at: datetime | None) -> bool:
    assert verdict.issued_at is not None
    return (
        information.get("/Subject") == f"Acte {verdict.number}"
        and information.get("/Title") == verdict.title
        and signed_at is not None
        and abs(signed_at - verdict.issued_at) < _CLOSE
    )


def with_revocations(verdict: Verdict, known: seal.RevocationList | None, now: datetime) -> Verdict:
    """The verdict once the revocation list is asked; without one, a genuine act is said not to be checked."""
    if verdict.state != "genuine":
        return verdict
    if known is None:
        return replace(verdict, sentences=(*verdict.sentences, _NOT_CHECKED))
    day = dates.format_datetime(known.issued_at)
    if known.is_revoked(verdict.revocation_ref):
        told = f"Cet acte a été révoqué{NBSP}: il figure sur la liste du {day}."
        return replace(verdict, state="revoked", sentences=(told,))
    told = f"L’acte n’est pas révoqué d’après la liste du {day}."
    if known.is_stale(now):
        told += f" Cette liste est périmée{NBSP}: téléchargez la nouvelle."
    return replace(verdict, sentences=(*verdict.sentences, told))
