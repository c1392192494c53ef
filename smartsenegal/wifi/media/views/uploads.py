"""Files of a package: in one form, or by pieces that a broken line does not lose."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from smartsenegal.kernel.pages import principal, refuse
from smartsenegal.wifi.media import actions_files
from smartsenegal.wifi.media.errors import MediaRefused
from smartsenegal.wifi.media.forms import FileForm
from smartsenegal.wifi.media.models import Upload
from smartsenegal.wifi.media.views.base import edited, editor, page_of, show

IN_ONE_FORM = 10 * 1024 * 1024


@login_required
def add_file(request: HttpRequest, code: str) -> HttpResponse:
    """Send a file; the script of the page sends it by pieces instead."""
    of = edited(request, code)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            if given.size > IN_ONE_FORM:
                raise MediaRefused(
                    "Un fichier de plus de 10 Mo s’envoie avec JavaScript, par morceaux.", "file"
                )
            upload = actions_files.begin_upload(
                principal(request),
                of,
                role=form.cleaned_data["role"],
                language=form.cleaned_data["language"],
                name=given.name,
                size=given.size,
            )
            actions_files.take_whole(principal(request), upload, given)
            messages.success(request, "Le fichier est ajouté. Publiez le contenu pour qu’il soit vu.")
            return redirect(page_of(of))
        except MediaRefused as refused:
            refuse(form, refused)
    context = {
        "form": form,
        "package": of,
        "back_url": page_of(of),
        "begin_url": reverse("wifi_media:begin", args=[of.code]),
    }
    return show(request, "file", context)


@login_required
@require_POST
def begin(request: HttpRequest, code: str) -> JsonResponse:
    """Announce a file to be sent by pieces; where to send them, and how long each may be."""
    of = edited(request, code)
    try:
        size = int(request.POST.get("size", "")[:20])
    except ValueError:
        size = 0
    try:
        upload = actions_files.begin_upload(
            principal(request),
            of,
            role=request.POST.get("role", ""),
            language=request.POST.get("language", "")[:2],
            name=request.POST.get("name", "")[:300],
            size=size,
        )
    except MediaRefused as refused:
        return JsonResponse({"detail": refused.sentence, "field": refused.field}, status=422)
    return JsonResponse(
        {"url": reverse("wifi_media:piece", args=[upload.pk]), "piece": actions_files.PIECE}, status=201
    )


@login_required
@require_http_methods(["GET", "PUT"])
def piece(request: HttpRequest, upload_id: uuid.UUID) -> JsonResponse:
    """How much of a file is here (GET), or its next piece (PUT, `Upload-Offset` says from which byte)."""
    by = editor(request)
    upload = Upload.objects.select_related("package").filter(pk=upload_id).first()
    if upload is None:
        raise Http404
    if request.method == "GET":
        return JsonResponse({"received": upload.received, "size": upload.size})
    try:
        offset = int(request.headers.get("Upload-Offset", "")[:20])
        taken = actions_files.take_piece(by, upload_id, offset, request.body)
    except actions_files.OutOfStep as step:
        return JsonResponse({"received": step.received, "detail": step.sentence}, status=409)
    except ValueError as error:
        sentence = error.sentence if isinstance(error, MediaRefused) else "L’en-tête Upload-Offset manque."
        return JsonResponse({"detail": sentence, "field": "file"}, status=422)
    done = page_of(upload.package) if taken.received == taken.size else ""
    return JsonResponse({"received": taken.received, "done": done})


@login_required
@require_POST
def remove_file(request: HttpRequest, code: str, file_id: int) -> HttpResponse:
    """Take a file out of a package."""
    of = edited(request, code)
    file = of.files.filter(pk=file_id).first()
    if file is None:
        raise Http404
    actions_files.remove_file(principal(request), file)
    return redirect(page_of(of))
