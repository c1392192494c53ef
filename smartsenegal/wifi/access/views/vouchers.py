"""Batches of vouchers: made, printed, followed, closed."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib import pdf
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.qr import qr_svg
from smartsenegal.lib.text import group_digits, plural, slug, typography
from smartsenegal.wifi.access import actions, presenting, queries
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.forms import CodeForm, VouchersForm
from smartsenegal.wifi.access.models import VoucherBatch
from smartsenegal.wifi.access.secrets import spelt_voucher
from smartsenegal.wifi.access.views.base import ask, manager, reader, show
from smartsenegal.wifi.network.api import central

TEMPLATE = Path(__file__).parent.parent / "templates_typst" / "vouchers.typ"


def _list(_: Any = None) -> str:
    return reverse("wifi_access:batches")


def _address(batch: VoucherBatch) -> str:
    return reverse("wifi_access:batch", args=[batch.pk])


def _known(request: HttpRequest, lot_id: int, *, to_change: bool = True) -> VoucherBatch:
    """A batch that may be changed, or only seen. Raises Http404, PermissionRefused."""
    by = reader(request)
    batch = queries.batch(lot_id)
    if batch is None:
        raise Http404
    permission = actions.PERMISSION if to_change else queries.READ
    site = batch.hotspot.site if batch.hotspot else None
    path = site.territory.path if site else ""
    if not by.may(permission, organisation_id=site.organisation_id if site else None, territory_path=path):
        raise PermissionRefused("Ce lot n’est pas de votre territoire.")
    return batch


@login_required
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """All batches that one sees."""
    by = reader(request)
    rows = [_row(batch) for batch in queries.batches(by)]
    return show(request, "batches", {"rows": rows, "may_manage": by.may(actions.PERMISSION)})


def _row(batch: VoucherBatch) -> dict[str, Any]:
    chip = _state(batch)
    return {
        "url": _address(batch),
        "cells": [
            {"text": batch.name, "sub": f"fait le {format_date(timezone.localdate(batch.made_at))}"},
            {"text": batch.hotspot.site.name if batch.hotspot else "Tous les sites"},
            {"text": group_digits(batch.count), "numeric": True},
            {"text": group_digits(batch.used), "numeric": True},  # type: ignore[attr-defined]
            {"text": format_date(timezone.localdate(batch.valid_until))},
            {"chip": chip[0], "tone": chip[1]},
        ],
    }


def _state(batch: VoucherBatch) -> tuple[str, str]:
    if batch.closed_at:
        return "Fermé", "red"
    return ("Échu", "amber") if batch.valid_until <= timezone.now() else ("Valable", "green")


@login_required
def make(request: HttpRequest) -> HttpResponse:
    """A new batch."""
    by = manager(request)
    sites = queries.hotspots(by)
    form = VouchersForm(data_of(request), hotspots=sites, zones=[])
    return ask(
        request, form, lambda: actions.make_vouchers(by, **form.values()), _address,
        title="Nouveau lot de tickets", back_url=_list(), back_label="Tickets", button="Faire les tickets",
        notice="Les codes se lisent sept jours, pour l’impression, puis personne ne peut plus les lire.",
    )  # fmt: skip


@login_required
@require_safe
def batch(request: HttpRequest, lot_id: int) -> HttpResponse:
    """A batch: what it gives, what was used, its sheets while they can be printed."""
    found = _known(request, lot_id, to_change=False)
    by = principal(request)
    one = found.credentials.first()
    context = {
        "batch": found,
        "chip": _state(found),
        "printable": bool(found.codes and found.codes_until and found.codes_until > timezone.now()),
        "may_manage": by.may(actions.PERMISSION),
        "facts": [
            ("Où", found.hotspot.site.name if found.hotspot else "Tous les sites"),
            ("Groupe", found.group.name if found.group else "Aucun"),
            ("Tickets", group_digits(found.count)),
            ("Utilisés", group_digits(found.used)),  # type: ignore[attr-defined]
            ("Encore bons", group_digits(found.left)),  # type: ignore[attr-defined]
            ("Temps en tout", presenting.duration(one.seconds_in_all if one else None) or "Sans limite"),
            ("Volume en tout", presenting.volume(one.octets_in_all if one else None) or "Sans limite"),
            ("Valables jusqu’au", format_datetime(found.valid_until)),
            ("Fait par", f"{found.made_by}, {format_datetime(found.made_at)}"),
            ("Imprimables jusqu’au", format_datetime(found.codes_until) if found.codes_until else "Jamais"),
        ],
    }
    return show(request, "batch", context)


@login_required
@never_cache
@require_POST
def sheets(request: HttpRequest, lot_id: int) -> HttpResponse:
    """The sheets to cut: A4, 24 tickets a page."""
    found = _known(request, lot_id)
    try:
        codes = actions.print_vouchers(principal(request), found)
    except AccessRefused as refused:
        return _refused(request, found, refused)
    response = HttpResponse(_printed(found, codes), content_type="application/pdf")
    return _attached(response, f"tickets-{slug(found.name) or found.pk}.pdf")


def _printed(batch: VoucherBatch, codes: list[str]) -> bytes:
    url = central(batch.hotspot).portal_url if batch.hotspot else settings.WIFI_PORTAL_URL
    one = batch.credentials.first()
    gives = [
        presenting.duration(one.seconds_in_all) if one else "",
        presenting.volume(one.octets_in_all) if one else "",
    ]
    data = {
        "name": batch.name,
        "ssid": batch.hotspot.ssid if batch.hotspot else "",
        "place": batch.hotspot.site.name if batch.hotspot else "",
        "gives": ", ".join(filter(None, gives)),
        "until": format_date(timezone.localdate(batch.valid_until)),
        "url": url,
        "codes": [spelt_voucher(code) for code in codes],
        "specimen": settings.DEMO,
    }
    title = typography(f"Tickets Wi-Fi : {batch.name}")
    made_at = batch.made_at.replace(microsecond=0)
    files = {"portal.svg": qr_svg(url, "Adresse du portail").encode()}
    return pdf.render(TEMPLATE.read_text(), data, title=title, files=files, created_at=made_at)


@login_required
@never_cache
@require_POST
def file(request: HttpRequest, lot_id: int) -> HttpResponse:
    """The codes as a file, once."""
    found = _known(request, lot_id)
    try:
        codes = actions.take_codes(principal(request), found)
    except AccessRefused as refused:
        return _refused(request, found, refused)
    text = "code\r\n" + "".join(f"{spelt_voucher(code)}\r\n" for code in codes)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    return _attached(response, f"tickets-{slug(found.name) or found.pk}.csv")


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refused(request: HttpRequest, batch: VoucherBatch, refused: AccessRefused) -> HttpResponse:
    messages.error(request, refused.sentence)
    return redirect(_address(batch))


@login_required
def close(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Ask once more, then close all the vouchers of a batch."""
    found, by = _known(request, lot_id), principal(request)
    return ask(
        request, forms.Form(data_of(request)), lambda: actions.close_batch(by, found), _address,
        title="Fermer ce lot ?", back_url=_address(found), back_label=found.name, button="Fermer le lot",
        notice=f"{plural(found.count, 'ticket', 'tickets')} : plus aucun n’ouvrira le réseau.",
    )  # fmt: skip


@login_required
def close_one(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Close one voucher, lost or stolen, by its code."""
    found = _known(request, lot_id)
    form = CodeForm(data_of(request))
    return ask(
        request, form,
        lambda: actions.close_voucher(principal(request), found, form.cleaned_data["code"]),
        lambda _: _address(found),
        title="Fermer un ticket", back_url=_address(found), back_label=found.name, button="Fermer ce ticket",
    )  # fmt: skip
