"""A person's rights over their data, and the officer who answers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from smartsenegal.kernel.audit.api import holders
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.privacy import actions, queries, rules
from smartsenegal.kernel.privacy.errors import PrivacyRefused
from smartsenegal.kernel.privacy.forms import AskForm, DelaysForm, RefuseForm

View = Callable[..., HttpResponse]


def _person(view: View) -> View:
    return login_required(never_cache(view))


def _officer(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _principal(request).may(queries.TREAT):
            raise PermissionRefused("Ces demandes sont traitées par les inspecteurs.")
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))


def _principal(request: HttpRequest) -> Principal:
    return request.principal  # type: ignore[attr-defined,no-any-return]


# --- the person ------------------------------------------------------------------------------


@require_safe
@_person
def mine(request: HttpRequest) -> HttpResponse:
    """What is held, what was asked, and what came of it."""
    return _mine(request, AskForm())


def _mine(request: HttpRequest, form: AskForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "form": form,
        "requests": [(asked, asked.is_late_on(today)) for asked in queries.own(_principal(request))],
        "holders": [holder.label for holder in holders()],
        "delays": queries.delays_on(today),
        "today": today,
    }
    return render(request, "privacy/mine.html", context, status=status)


@require_POST
@_person
def ask(request: HttpRequest) -> HttpResponse:
    """Note the request, or show again what was typed with what is wrong."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return _mine(request, form, 422)
    try:
        actions.ask(_principal(request), form.cleaned_data["kind"], form.cleaned_data["words"])
    except PrivacyRefused as refused:
        form.add_error("kind", str(refused))
        return _mine(request, form, 422)
    messages.success(request, "Votre demande est enregistrée. Un message vous dira quand elle est traitée.")
    return redirect("privacy:mine")


@require_safe
@login_required
@never_cache
def archive(request: HttpRequest, request_id: str) -> HttpResponse | StreamingHttpResponse:
    """The archive, decrypted as it goes."""
    try:
        chunks = actions.download(request_id, _principal(request))
    except PrivacyRefused as refused:
        messages.error(request, str(refused))
        return redirect("privacy:mine")
    response = StreamingHttpResponse(chunks, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="mes-donnees.zip"'
    return response


# --- the officer -----------------------------------------------------------------------------


@require_safe
@_officer
def to_treat(request: HttpRequest) -> HttpResponse:
    """Requests that await an answer, the nearest day first, with the days left. Three queries."""
    today = timezone.localdate()
    context = {
        "found": queries.to_treat(),
        "treated": queries.treated(),
        "late": queries.late(today),
        "today": today,
    }
    return render(request, "privacy/to_treat.html", context)


@require_safe
@_officer
def one(request: HttpRequest, request_id: str) -> HttpResponse:
    """One request, and the ways to answer it."""
    return _one(request, request_id, RefuseForm())


def _one(request: HttpRequest, request_id: str, form: RefuseForm, status: int = 200) -> HttpResponse:
    found = actions.read(request_id, _principal(request))
    context = {"asked": found, "form": form, "today": timezone.localdate()}
    return render(request, "privacy/one.html", context, status=status)


@require_POST
@_officer
def accept(request: HttpRequest, request_id: str) -> HttpResponse:
    """Hand over, or erase what the law allows."""
    queries.find(request_id)
    try:
        actions.treat(request_id, _principal(request))
    except PrivacyRefused as refused:
        messages.error(request, str(refused))
    return redirect("privacy:one", request_id)


@require_POST
@_officer
def refuse(request: HttpRequest, request_id: str) -> HttpResponse:
    """Refuse, with the reason."""
    queries.find(request_id)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _one(request, request_id, form, 422)
    try:
        actions.refuse(request_id, _principal(request), form.cleaned_data["why"])
    except PrivacyRefused as refused:
        messages.error(request, str(refused))
    return redirect("privacy:one", request_id)


@require_http_methods(["GET", "HEAD", "POST"])
@_officer
def delays(request: HttpRequest) -> HttpResponse:
    """Set the delays from a day on."""
    today = timezone.localdate()
    if request.method == "POST":
        form = DelaysForm(request.POST)
        if form.is_valid():
            actions.set_delays(_principal(request), form.delays(), form.cleaned_data["basis"])
            return redirect("privacy:to_treat")
    else:
        form = DelaysForm(initial={**vars(queries.delays_on(today)), "effective_from": f"{today:%d/%m/%Y}"})
    context = {"form": form, "known": queries.delays(), "starting": rules.STARTING}
    return render(request, "privacy/delays.html", context, status=422 if form.errors else 200)
