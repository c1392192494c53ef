"""Anyone checks an act: by its code, its seal, or the PDF itself. No account, no cookie needed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from smartsenegal.kernel import vault
from smartsenegal.kernel.documents import actions, queries, rules, verification
from smartsenegal.kernel.documents.actions.attempts import window
from smartsenegal.kernel.documents.forms import CodeForm, FileForm, SealForm
from smartsenegal.kernel.identity.api import Principal, client_ip
from smartsenegal.kernel.rates import network_of
from smartsenegal.lib import dates
from smartsenegal.lib.text import NBSP

# Wrong codes and files that one address may try in ten minutes: many phones share an address.
MOST_MISSES = 30
MOST_FILES = 60
_TOO_MANY = (
    "Trop de codes inconnus ont été essayés depuis votre réseau. Photographiez le sceau ou envoyez le PDF"
    f"{NBSP}: cela marche toujours."
)
_TOO_MANY_FILES = "Trop de fichiers ont été envoyés depuis votre réseau en peu de temps."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form, and the answer to a code, a PDF, a photo or a scanned seal."""
    if request.method == "POST":
        return _by_paper(request)
    if "code" not in request.GET:
        return _page(request)
    form = CodeForm(request.GET)
    if not form.is_valid():
        return _page(request, code=form, status=422)
    return redirect("documents:act", code=rules.show_code(form.cleaned_data["code"]))


def _by_paper(request: HttpRequest) -> HttpResponse:
    if actions.count_attempt(f"files:{network_of(client_ip(request))}") > MOST_FILES:
        return _refuse(request, _TOO_MANY_FILES)
    scanned = SealForm(request.POST)
    if scanned.is_valid():
        return _result(request, verification.by_seal(scanned.cleaned_data["seal"]))
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, file=form, status=422)
    return _result(request, verification.by_file(form.cleaned_data["file"]))


@never_cache
@require_safe
def act(request: HttpRequest, code: str) -> HttpResponse:
    """The short address printed under the seal."""
    form = CodeForm({"code": code})
    if not form.is_valid():
        return _page(request, code=form, status=404)
    address = f"codes:{network_of(client_ip(request))}"
    if queries.attempts(address, window()) >= MOST_MISSES:
        return _refuse(request, _TOO_MANY)
    found = verification.by_code(form.cleaned_data["code"])
    if found.state == "unknown":
        actions.count_attempt(address)
    return _result(request, found)


def _page(
    request: HttpRequest, *, code: CodeForm | None = None, file: FileForm | None = None, status: int = 200
) -> HttpResponse:
    context = {"code_form": code or CodeForm(), "file_form": file or FileForm()}
    return _private(render(request, "documents/check.html", context, status=status))


def _result(request: HttpRequest, found: verification.Verification) -> HttpResponse:
    context: dict[str, Any] = {"found": found, "rows": _rows(found), "revocable": _revocable(request, found)}
    status = 404 if found.state == "unknown" else 200
    return _private(render(request, "documents/result.html", context, status=status))


def _revocable(request: HttpRequest, found: verification.Verification) -> bool:
    """Whether who looks may revoke this act. A visitor costs no query."""
    if found.state != "genuine" or not request.user.is_authenticated:
        return False
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal.may("documents.revoke", organisation_id=found.organisation_id)


def _rows(found: verification.Verification) -> list[dict[str, str]]:
    issued = dates.format_datetime(found.issued_at) if found.issued_at else ""
    named = "Titulaire" if found.from_paper else "Initiales du titulaire"
    pairs = [
        ("Acte", found.title),
        ("Numéro", found.number),
        (named, found.holder),
        ("Délivré par", found.authority),
        ("Signé par", found.signed_by),
        ("Délivré le", issued),
        *found.fields,
    ]
    return [{"label": label[:1].upper() + label[1:], "value": value} for label, value in pairs if value]


def _refuse(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "429.html", {"sentence": sentence, "wait": f"10{NBSP}minutes"}, status=429)


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response


# --- what checkers download ------------------------------------------------------------------


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """Root certificate and public keys of the seals."""
    return _public(vault.trust().to_json().encode(), "application/json", "confiance.json", seconds=3600)


@require_safe
def revocations(request: HttpRequest) -> HttpResponse:
    """The signed list of revoked acts."""
    data = verification.revocation_list()
    return _public(data, "application/octet-stream", "revocations.bin", seconds=300)


def _public(data: bytes, media_type: str, filename: str, *, seconds: int) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """How to check acts without network."""
    return render(request, "documents/offline.html", {"fingerprint": vault.trust().fingerprint()})


@require_safe
def offline_file(request: HttpRequest) -> HttpResponse:
    """The checker in one file, to keep."""
    return _public(verification.offline_page(), "text/html; charset=utf-8", "verificateur.html", seconds=300)
