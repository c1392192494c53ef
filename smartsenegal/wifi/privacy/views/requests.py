"""Requests to open the log: noted, decided by a second person, opened with the words of both officers."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from smartsenegal.kernel import vault
from smartsenegal.kernel.pages import data_of, principal, refuse
from smartsenegal.kernel.rates import calls_this_minute
from smartsenegal.lib import pdf
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import plural, typography
from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.privacy import queries
from smartsenegal.wifi.privacy.actions import requests
from smartsenegal.wifi.privacy.actions.base import APPROVE, KEEP
from smartsenegal.wifi.privacy.errors import DataRefused
from smartsenegal.wifi.privacy.forms import DecisionForm, OpenForm, RequestForm
from smartsenegal.wifi.privacy.models import LegalRequest
from smartsenegal.wifi.privacy.views.base import ask, holder, known, reader, show, state_chip

# What comes next, for who can do nothing more.
WAITS = {
    "asked": "Une autre personne doit l’approuver ou la refuser.",
    "approved": "Les deux officiers peuvent ouvrir le journal, chacun avec ses mots.",
}
TEMPLATE = Path(__file__).parent.parent / "templates_typst" / "opened.typ"
TRIES_A_MINUTE = 5
HEADER = ("debut", "fin", "adresse_ip", "appareil", "passerelle", "borne", "acces", "porteur", "terminee")


def _page(request: LegalRequest) -> str:
    return reverse("wifi_privacy:request", args=[request.pk])


@login_required
def new_request(request: HttpRequest) -> HttpResponse:
    """A request received, with its ground."""
    by = holder(request)
    sites = list(Hotspot.objects.select_related("site").order_by("site__name"))
    form = RequestForm(data_of(request), hotspots=sites)
    return ask(
        request, form, lambda: requests.ask(by, **form.values()), _page,
        title="Nouvelle réquisition", back_url=reverse("wifi_privacy:desk"), back_label="Données Wi-Fi",
        notice="Une autre personne l’approuve ou la refuse. Tout est au journal, et leur nombre est public.",
    )  # fmt: skip


@login_required
@require_safe
def one_request(request: HttpRequest, requisition_id: int) -> HttpResponse:
    """A request, and what may be done with it."""
    by = reader(request)
    found = known(requisition_id)
    own = found.asked_account == (by.account_id or "")
    may_decide = found.state == "asked" and by.may(APPROVE) and not own
    may_open = found.state == "approved" and by.may(KEEP)
    context = {
        "asked": found,
        "chip": state_chip(found),
        "facts": _facts(found),
        "may_decide": may_decide,
        "may_open": may_open,
        "waits": "" if may_decide or may_open else WAITS.get(found.state, ""),
    }
    return show(request, "request", context)


def _facts(found: LegalRequest) -> list[tuple[str, str]]:
    decided = format_datetime(found.decided_at) if found.decided_at else ""
    told = [
        ("Autorité", found.authority),
        ("Fondement", found.ground),
        ("Période", f"{format_datetime(found.starts_at)} – {format_datetime(found.ends_at)}"),
        ("Site", found.place),
        ("Adresse IP", found.address or ""),
        ("Appareil", found.mac),
        ("Enregistrée", f"par {found.asked_by}, le {format_datetime(found.asked_at)}"),
        ("Décision", f"par {found.decided_by}, le {decided}" if decided else ""),
        ("Motif", found.reason),
        ("Ouverte", f"le {format_datetime(found.opened_at)}" if found.opened_at else ""),
        ("Lignes remises", str(found.lines) if found.lines is not None else ""),
    ]
    return [(label, value) for label, value in told if value]


@login_required
def decide(request: HttpRequest, requisition_id: int) -> HttpResponse:
    """Approve or refuse."""
    by = holder(request, APPROVE)
    found = known(requisition_id)
    form = DecisionForm(data_of(request))
    return ask(
        request, form,
        lambda: requests.decide(
            by, found, approve=form.cleaned_data["decision"] == "approve", reason=form.cleaned_data["reason"]
        ),
        _page, title=typography(f"Réquisition {found.reference}"), back_url=_page(found),
        back_label="La réquisition", button="Décider",
        notice="Vérifiez l’original : le numéro, la signature, le texte, et que rien n’est demandé de trop.",
    )  # fmt: skip


@login_required
@never_cache
@sensitive_post_parameters()
def open_request(request: HttpRequest, requisition_id: int) -> HttpResponse:
    """Open the log for an approved request: a file with the lines that answer it, signed."""
    by = holder(request)
    found = known(requisition_id)
    form = OpenForm(data_of(request), officers=queries.log().officers)
    if request.method == "POST" and form.is_valid():
        try:
            return _file(by.label, _opened(request, found, form))
        except DataRefused as refused:
            refuse(form, refused)
    context = {
        "form": form, "title": "Ouvrir le journal légal", "back_url": _page(found),
        "back_label": "La réquisition", "button": "Ouvrir et prendre le fichier",
        "notice": "Une seule fois : gardez le fichier avec la réquisition. Il a les seules lignes demandées.",
    }  # fmt: skip
    return show(request, "form", context)


def _opened(request: HttpRequest, found: LegalRequest, form: OpenForm) -> requests.Opened:
    if calls_this_minute(f"wifi-legal:{found.pk}") > TRIES_A_MINUTE:
        raise DataRefused("Trop d’essais : attendez une minute.")
    words = (form.cleaned_data["words_1"], form.cleaned_data["words_2"])
    return requests.open_log(principal(request), found, words)


def _file(by: str, opened: requests.Opened) -> HttpResponse:
    rows = [_row(line) for line in opened.lines]
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    lines = text.getvalue().encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lignes.csv", lines)
        archive.writestr("lignes.pdf", _paper(by, opened, rows, lines))
    response = HttpResponse(out.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="requisition-{opened.request.pk}.zip"'
    return response


def _row(line: dict[str, Any]) -> list[str]:
    return [
        _time(line["from"]), _time(line["to"]), line["ip"], line["mac"], str(line["nas"]), line["point"],
        str(line["credential"] or ""), str(line["holder"] or ""), "oui" if line["ended"] else "non",
    ]  # fmt: skip


def _time(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _paper(by: str, opened: requests.Opened, rows: list[list[str]], lines: bytes) -> bytes:
    found = opened.request
    data = {
        "facts": [list(fact) for fact in _facts(found)],
        "by": by,
        "rows": [row[:7] for row in rows],
        "shredded": plural(opened.shredded, "lot", "lots") if opened.shredded else "",
        "digest": sha256(lines).hexdigest(),
        "specimen": settings.DEMO,
    }
    title = typography(f"Réquisition {found.reference} : lignes du journal légal")
    now = timezone.now().replace(microsecond=0)
    made = pdf.render(TEMPLATE.read_text(), data, title=title, created_at=now)
    return pdf.sign(
        made, vault.authority(), reason=f"Réquisition {found.reference}", name=by, location="Sénégal"
    )
