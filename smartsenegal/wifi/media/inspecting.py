"""Look into a file before it is published: its real type, whether it is whole, how long it lasts."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from smartsenegal.wifi.media.errors import MediaRefused
from smartsenegal.wifi.media.rules import TYPES_OF_ROLE, sniffed

_TEXT_AT_MOST = 5_000_000
# The longest film known, and what a column holds, are far beyond and far below what a file may claim.
LONGEST_SECONDS = 48 * 3600


@dataclass(frozen=True)
class Seen:
    """What a file is; `seconds` is 0 where it does not say; `slow_start`: players must read its end first."""

    content_type: str
    seconds: int = 0
    slow_start: bool = False


def inspect(path: Path, role: str) -> Seen:
    """What this file is. Raises MediaRefused for what the role does not take, and for a file cut short."""
    size = path.stat().st_size
    with path.open("rb") as file:
        kind = sniffed(file.read(1024))
        if kind is None or kind not in TYPES_OF_ROLE[role]:
            raise MediaRefused(_refusal(role), "file")
        if kind == "video/mp4":
            return _mp4(file, size)
        if kind in ("text/html", "text/vtt"):
            _readable(file, size)
        if kind == "application/pdf":
            file.seek(max(0, size - 2048))
            if b"%%EOF" not in file.read():
                raise MediaRefused("Ce PDF est coupé : envoyez-le à nouveau.", "file")
    return Seen(kind)


def _refusal(role: str) -> str:
    return {
        "main": "Ce fichier n’est ni une vidéo MP4, ni un son MP3, ni un PDF, ni une page HTML.",
        "captions": "Ces sous-titres ne sont pas au format WebVTT : leur première ligne est « WEBVTT ».",
        "poster": "Cette image n’est ni JPEG ni PNG.",
    }[role]


def _readable(file: BinaryIO, size: int) -> None:
    if size > _TEXT_AT_MOST:
        raise MediaRefused("Un texte a 5 Mo au plus.", "file")
    file.seek(0)
    try:
        text = file.read().decode()
    except UnicodeDecodeError:
        raise MediaRefused("Ce texte n’est pas en UTF-8 : enregistrez-le ainsi.", "file") from None
    if "\x00" in text:
        raise MediaRefused("Ce texte est abîmé : envoyez-le à nouveau.", "file")


def _mp4(file: BinaryIO, size: int) -> Seen:
    """Walk the boxes of the file (ISO/IEC 14496-12 §4.2): they must fill it exactly, `moov` among them."""
    at, seconds, order = 0, None, []
    while at < size:
        kind, start, end = _box(file, at, size)
        order.append(kind)
        if kind == b"moov":
            seconds = _movie_seconds(file, start, end)
        at = end
    if b"moov" not in order or b"mdat" not in order or seconds is None:
        raise MediaRefused("Cette vidéo est coupée ou vide : envoyez-la à nouveau.", "file")
    if seconds > LONGEST_SECONDS:
        raise MediaRefused(
            "Cette vidéo annonce plus de 48 heures : son en-tête est abîmé. Exportez-la de nouveau, ou"
            " coupez-la en parties.",
            "file",
        )
    return Seen("video/mp4", seconds, order.index(b"mdat") < order.index(b"moov"))


def _box(file: BinaryIO, at: int, limit: int) -> tuple[bytes, int, int]:
    """Kind of the box at this place, where its content starts, and where it ends."""
    file.seek(at)
    head = file.read(16)
    if len(head) < 8:
        raise MediaRefused("Cette vidéo est coupée : envoyez-la à nouveau.", "file")
    length, kind = struct.unpack(">I4s", head[:8])
    start = at + 8
    if length == 1 and len(head) == 16:
        length, start = struct.unpack(">Q", head[8:])[0], at + 16
    elif length == 0:
        length = limit - at
    end = at + length
    if end < start or end > limit:
        raise MediaRefused("Cette vidéo est coupée : envoyez-la à nouveau.", "file")
    return kind, start, end


def _movie_seconds(file: BinaryIO, start: int, end: int) -> int | None:
    """The duration in `mvhd` (§8.2.2), which each version spells in its own way."""
    at = start
    while at < end:
        kind, inside, after = _box(file, at, end)
        if kind == b"mvhd":
            file.seek(inside)
            body = file.read(32)
            if len(body) < 32:
                return None
            wide = body[0] == 1
            scale, length = struct.unpack(">IQ", body[20:32]) if wide else struct.unpack(">II", body[12:20])
            # All ones: the one who wrote it did not know (§8.2.2.3).
            unknown = length == (1 << (64 if wide else 32)) - 1
            return 0 if unknown or not scale else round(length / scale)
        at = after
    return None
