"""How a file that somebody sent is answered: it stands alone, whatever a browser takes it for."""

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from smartsenegal.kernel.documents.queries import Opened

# No script, no form, no frame but the platform's or none ("'none'"). The style is that which the browser
# itself gives to a picture it shows.
_ALONE = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors {frames}"


def alone(
    response: HttpResponseBase, filename: str, *, inline: bool, frames: str = "'self'"
) -> HttpResponseBase:
    """This answer with the headers of a file that stands alone, shown or taken away under this name."""
    shown = content_disposition_header(as_attachment=not inline, filename=filename)
    response["Content-Disposition"] = shown or "attachment"
    response["Content-Security-Policy"] = _ALONE.format(frames=frames)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def streamed(opened: Opened, *, inline: bool, frames: str = "'self'") -> HttpResponseBase:
    """The file as it was sent, piece by piece."""
    response = StreamingHttpResponse(opened.chunks, content_type=opened.file.media_type)
    response["Content-Length"] = str(opened.file.size)
    return alone(response, opened.file.filename, inline=inline, frames=frames)
