"""`FILE_UPLOAD_HANDLERS`: what is sent is written no further than a file may be long, and under no name.

Django reads a form's files before any view knows who sends them, and its own handler writes all that comes.
"""

from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from smartsenegal.kernel.documents import rules

# One byte more tells whoever looks at the file that it is too long.
MOST_WRITTEN = rules.DEFAULT_LIMITS.max_bytes + 1


class NamelessFile(UploadedFile):  # type: ignore[type-arg]
    """An upload in a file without a name: a process that is killed leaves nothing of it in clear."""

    def __init__(
        self, name: str | None, content_type: str | None, charset: str | None, extra: dict[str, bytes] | None
    ) -> None:
        kept = TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 - closed with the request
        super().__init__(kept, name, content_type, 0, charset, extra)


class BoundedUploadHandler(FileUploadHandler):
    """Keeps the first `MOST_WRITTEN` bytes of each file; `size` tells how long it really was."""

    file: NamelessFile

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = NamelessFile(self.file_name, self.content_type, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start < MOST_WRITTEN:
            self.file.write(raw_data[: MOST_WRITTEN - start])

    def file_complete(self, file_size: int) -> NamelessFile:
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
