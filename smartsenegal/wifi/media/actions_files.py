"""Files of packages: taken by pieces that a broken line does not lose, inspected, kept under their hash."""

import uuid
from datetime import datetime, timedelta
from typing import IO

from django.db import transaction

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.text import TextRefused, clean
from smartsenegal.wifi.media import inspecting, store
from smartsenegal.wifi.media.actions import check, tell
from smartsenegal.wifi.media.errors import MediaRefused
from smartsenegal.wifi.media.models import Package, PackageFile, Upload
from smartsenegal.wifi.media.rules import FILE_AT_MOST, ROLES, TYPES

PIECE = 1024 * 1024
# An upload that nobody went on with for so long is given up: a line may be down for a week-end.
ABANDONED = timedelta(days=7)


class OutOfStep(MediaRefused):
    """The piece is not the next one; `received` is where to go on from."""

    def __init__(self, received: int) -> None:
        self.received = received
        super().__init__("Ce morceau n’est pas celui qui suit : l’envoi reprend au bon endroit.")


@transaction.atomic
def begin_upload(
    by: Principal, package: Package, *, role: str, language: str, name: str, size: int
) -> Upload:
    """Announce a file. Raises PermissionRefused, MediaRefused."""
    check(by)
    if role not in dict(ROLES):
        raise MediaRefused("Dites ce qu’est ce fichier.", "role")
    if role == "captions" and not language:
        raise MediaRefused("Indiquez la langue des sous-titres.", "language")
    if not 0 < size <= FILE_AT_MOST:
        raise MediaRefused("Un fichier n’est pas vide, et a 8 Go au plus.", "file")
    try:
        name = clean(name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1], 120)
    except TextRefused as refused:
        raise MediaRefused(str(refused), "file") from None
    return Upload.objects.create(
        package=package, role=role, language=language if role == "captions" else "", name=name, size=size
    )


def take_piece(by: Principal, upload_id: uuid.UUID, offset: int, data: bytes) -> Upload:
    """Take the next piece; once the last is there the file is inspected and becomes the package's.

    The piece is safe on the disk before the row says so: killed in between, it is sent again over itself.
    Raises PermissionRefused, Upload.DoesNotExist, OutOfStep, MediaRefused (the upload is then forgotten).
    """
    with transaction.atomic():
        check(by)
        upload = Upload.objects.select_for_update().select_related("package").get(pk=upload_id)
        if offset != upload.received:
            raise OutOfStep(upload.received)
        if offset + len(data) > upload.size:
            raise MediaRefused("Ce fichier est plus long qu’annoncé : envoyez-le à nouveau.", "file")
        store.append(upload.pk, offset, data)
        upload.received = offset + len(data)
        upload.save(update_fields=["received"])
    if upload.received == upload.size:
        finish(by, upload)
    return upload


def take_whole(by: Principal, upload: Upload, stream: IO[bytes]) -> None:
    """Take a file that came in one form. Raises as `take_piece`."""
    at = 0
    while data := stream.read(PIECE):
        take_piece(by, upload.pk, at, data)
        at += len(data)


def finish(by: Principal, upload: Upload) -> PackageFile:
    """Inspect a whole upload and put it in its package, in the place of the one before it.

    Raises MediaRefused, the upload then being forgotten.
    """
    path = store.incoming(upload.pk)
    try:
        seen = inspecting.inspect(path, upload.role)
    except MediaRefused:
        forget(upload)
        raise
    sha256 = store.digest(path)
    values = {
        "name": _named(upload.name, seen.content_type),
        "content_type": seen.content_type,
        "sha256": sha256,
        "size": upload.size,
        "seconds": seen.seconds,
        "slow_start": seen.slow_start,
    }
    store.keep(upload.pk, sha256)
    with transaction.atomic():
        made, _ = PackageFile.objects.update_or_create(
            package=upload.package, role=upload.role, language=upload.language, defaults=values
        )
        upload.package.save(update_fields=["changed_at"])
        tell(by, upload.package, "file_added", role=upload.role, sha256=sha256, octets=upload.size)
        upload.delete()
    return made


def forget(upload: Upload) -> None:
    """Give up an upload."""
    store.drop(upload.pk)
    Upload.objects.filter(pk=upload.pk).delete()


def forget_abandoned(now: datetime) -> int:
    """Give up the uploads that nothing came of for `ABANDONED`; how many.

    One to which a piece was just written stays, however long ago it was begun. Bytes go after their row, and
    with them those that a stopped process left without one.
    """
    limit = now - ABANDONED
    begun = Upload.objects.filter(begun_at__lt=limit).values_list("pk", flat=True)
    gone = sum(_give_up(number, limit) for number in list(begun))
    for number in store.quiet_since(limit):
        if not Upload.objects.filter(pk=number).exists():
            store.drop(number)
    return gone


@transaction.atomic
def _give_up(number: uuid.UUID, limit: datetime) -> bool:
    upload = Upload.objects.select_for_update().filter(pk=number).first()  # waits for a piece being taken
    if upload is None or not store.is_quiet(number, limit):
        return False
    upload.delete()
    return True


def _named(name: str, content_type: str) -> str:
    """A name whose end says the real type of the file."""
    end = f".{TYPES[content_type]}"
    return name if name.lower().endswith(end) else f"{name.rsplit('.', 1)[0][: 120 - len(end)]}{end}"


@transaction.atomic
def remove_file(by: Principal, file: PackageFile) -> None:
    """Take a file out of a package; what is published keeps it until the package is published again."""
    check(by)
    tell(by, file.package, "file_removed", role=file.role, sha256=file.sha256)
    file.package.save(update_fields=["changed_at"])
    file.delete()
