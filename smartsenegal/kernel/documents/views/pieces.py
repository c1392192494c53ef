"""Files shown to those who may see them: streamed, never run, never as a web page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from smartsenegal.kernel.documents import actions
from smartsenegal.kernel.documents.errors import FileGone
from smartsenegal.kernel.documents.models import StoredFile
from smartsenegal.kernel.documents.sending import alone, streamed
from smartsenegal.kernel.identity.api import PermissionRefused, Principal

READING = "consultation à l’écran"

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def _answering(view: View[P]) -> View[P]:
    """The same 404 whether a file does not exist or is not for this person; 410 when it was destroyed."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (StoredFile.DoesNotExist, PermissionRefused) as error:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            raise Http404 from error
        except FileGone as gone:
            return render(request, "documents/gone.html", {"sentence": gone.sentence}, status=410)

    return answer


@require_safe
@_answering
def piece(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file as it was sent; an identity piece only as watermarked pages."""
    if actions.readable(pk, _principal(request), READING).is_identity:
        return redirect("documents:piece_page", pk=pk, number=1)
    opened = actions.open_file(pk, _principal(request), READING)
    return streamed(opened, inline=opened.file.is_image)


@require_safe
@_answering
def piece_page(request: HttpRequest, pk: UUID, number: int) -> HttpResponseBase:
    """One page of the file as a picture, the watermark across it for an identity piece."""
    picture = actions.show_page(pk, _principal(request), READING, number)
    return alone(HttpResponse(picture, content_type="image/jpeg"), f"page-{number}.jpg", inline=True)


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal
