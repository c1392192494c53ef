"""Gateways: declared, their configuration taken, their secret renewed, retired."""

import time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import format_datetime
from smartsenegal.wifi.network import actions, queries
from smartsenegal.wifi.network.errors import NetworkRefused
from smartsenegal.wifi.network.forms import GatewayForm
from smartsenegal.wifi.network.forms_revocation import RevocationForm
from smartsenegal.wifi.network.models import Certificate, Nas
from smartsenegal.wifi.network.rules import spelt_mark, spelt_network
from smartsenegal.wifi.network.views.base import ask, asked, confirm, known_gateway, managed, show
from smartsenegal.wifi.network.views.forms import page_of, steps

# How long, after it was made, the page of a gateway shows its secret to who made it.
SHOWN_SECONDS = 900
_SESSION = "wifi_secrets"


def _allow(request: HttpRequest, nas: Nas) -> str:
    """Let this session read the secret just made; returns the page where it is."""
    shown = {k: t for k, t in request.session.get(_SESSION, {}).items() if t > time.time()}
    request.session[_SESSION] = {**shown, str(nas.pk): time.time() + SHOWN_SECONDS}
    return reverse("wifi_network:gateway", args=[nas.code])


def _shown(request: HttpRequest, nas: Nas) -> bool:
    until = request.session.get(_SESSION, {}).get(str(nas.pk), 0)
    return nas.state == "active" and time.time() < float(until)


@login_required
def add_gateway(request: HttpRequest, code: str) -> HttpResponse:
    """The second step of a new hotspot, or one more gateway."""
    hotspot = managed(request, code)
    form = GatewayForm(data_of(request))
    first = bool(asked(request, "suite"))
    return ask(
        request,
        form,
        lambda: actions.add_gateway(principal(request), hotspot, **form.cleaned_data),
        lambda made: _allow(request, made) + ("?suite=1" if first else ""),
        hotspot=hotspot,
        title="Sa passerelle",
        steps=steps(1) if first else None,
        button="Créer la passerelle",
        notice="La plateforme fabrique son secret : il est montré à la page suivante.",
        back_url=page_of(hotspot),
        back_label=hotspot.site.name,
    )


@login_required
@never_cache
@require_GET
def gateway(request: HttpRequest, code: str) -> HttpResponse:
    """A gateway, its configuration to copy or to download, and what to check once it is in place."""
    nas, hotspot = known_gateway(request, code)
    found = queries.configuration(nas, shown=_shown(request, nas))
    context = {
        "nas": nas,
        "hotspot": hotspot,
        "found": found,
        "steps": steps(2) if asked(request, "suite") else None,
        "certificates": _certificates(nas),
        "facts": [
            {"label": "Point", "value": hotspot.site.name},
            {"label": "Modèle", "value": nas.get_gateway_display()},
            {"label": "RADIUS", "value": _way(nas)},
            *_certificate(nas),
            {"label": "Nom donné au serveur", "value": nas.identifier},
            {"label": "Rapports", "value": f"toutes les {nas.interim_seconds} secondes"},
            {
                "label": "Couper une connexion",
                "value": _orders(nas),
            },
            *_overlap(nas),
        ],
    }
    return show(request, "gateway", context)


def _certificate(nas: Nas) -> list[dict[str, str]]:
    """The name of a gateway that connects by RadSec, and until when its last certificate serves."""
    if nas.transport != "radsec":
        return []
    until = nas.certificate_until
    given = f"valable jusqu’au {format_datetime(until)}" if until else "pas encore donné"
    return [{"label": "Nom", "value": nas.certificate_name}, {"label": "Certificat", "value": given}]


def _overlap(nas: Nas) -> list[dict[str, str]]:
    """Until when the secret it had is still accepted."""
    until = nas.former_until
    if until is None or until <= timezone.now():
        return []
    return [{"label": "Ancien secret", "value": f"accepté jusqu’au {format_datetime(until)}"}]


@login_required
@never_cache
@require_GET
def download(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One file of the configuration, the first being 1."""
    nas, _ = known_gateway(request, code)
    files = queries.configuration(nas, shown=_shown(request, nas)).files
    if not 1 <= number <= len(files):
        raise Http404
    found = files[number - 1]
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8", headers=headers)


@login_required
def change_gateway(request: HttpRequest, code: str) -> HttpResponse:
    """Settings of a gateway."""
    nas, hotspot = known_gateway(request, code)
    form = GatewayForm.of(nas, data_of(request))
    back = reverse("wifi_network:gateway", args=[code])
    return ask(
        request,
        form,
        lambda: actions.change_gateway(principal(request), nas, **form.cleaned_data),
        lambda _: back,
        hotspot=hotspot,
        title=f"Passerelle {nas.code}",
        back_url=back,
        back_label=nas.code,
    )


@login_required
def rotate(request: HttpRequest, code: str) -> HttpResponse:
    """Another secret, after asking once more."""
    nas, hotspot = known_gateway(request, code)
    back = reverse("wifi_network:gateway", args=[code])

    def act() -> Nas:
        made = actions.rotate_secret(principal(request), nas)
        _allow(request, made)
        return made

    return confirm(
        request,
        hotspot,
        act,
        back,
        title=f"Renouveler le secret de {nas.code}",
        notice="L’ancien reste accepté pendant 24 heures : d’ici là, donnez le nouveau à la passerelle.",
        button="Renouveler le secret",
        back_url=back,
        back_label=nas.code,
    )


@login_required
@never_cache
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """A certificate and its key as a file, after asking once more; the file is the answer, once."""
    nas, hotspot = known_gateway(request, code)
    back = reverse("wifi_network:gateway", args=[code])
    if request.method != "POST":
        until = nas.certificate_until
        notice = (
            "Le fichier contient le certificat, sa clé privée et l’autorité qui signe le serveur. Il n’est"
            " gardé nulle part : déposez-le sur la passerelle, puis effacez-le de cet ordinateur."
        )
        if until:
            notice += (
                f" Le précédent reste valable jusqu’au {format_datetime(until)} ; si sa clé est perdue,"
                " révoquez-le sur la page de la passerelle."
            )
        return confirm(
            request,
            hotspot,
            lambda: None,
            back,
            title=f"Certificat de {nas.code}",
            notice=notice,
            button="Fabriquer et télécharger",
            back_url=back,
            back_label=nas.code,
        )
    try:
        made = actions.give_certificate(principal(request), nas)
    except NetworkRefused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    headers = {"Content-Disposition": f'attachment; filename="{nas.code}.pem"'}
    return HttpResponse(made.pem, content_type="application/x-pem-file", headers=headers)


@login_required
def revoke(request: HttpRequest, code: str) -> HttpResponse:
    """Answer a certificate no more: one of the list, or the one whose mark is typed."""
    nas, hotspot = known_gateway(request, code)
    back = reverse("wifi_network:gateway", args=[code])
    form = RevocationForm(data_of(request), initial={"mark": asked(request, "certificat")})
    return ask(
        request,
        form,
        lambda: actions.revoke_certificate(principal(request), nas, **form.cleaned_data),
        lambda _: back,
        hotspot=hotspot,
        title=f"Révoquer un certificat de {nas.code}",
        notice="Qui le présente n’est plus servi, dans la seconde et pour toujours. Si la passerelle s’en"
        " sert encore, elle est coupée jusqu’à ce qu’elle en reçoive un autre.",
        button="Révoquer ce certificat",
        back_url=back,
        back_label=nas.code,
    )


def _certificates(nas: Nas) -> list[dict[str, Any]]:
    """The certificates of a gateway, the latest first."""
    if nas.transport != "radsec":
        return []
    address = reverse("wifi_network:revoke_certificate", args=[nas.code])
    return [
        {
            "mark": spelt_mark(c.fingerprint or c.serial),
            "what": "Empreinte" if c.fingerprint else "Numéro de série",
            "given": format_datetime(c.given_at) if c.given_at else "Pas par nous",
            "until": format_datetime(c.until) if c.until else "Pas connu",
            "reason": c.reason,
            "url": "" if c.revoked_at else f"{address}?{urlencode({'certificat': c.fingerprint})}",
            "chip": _state(c),
        }
        for c in queries.certificates(nas)
    ]


def _state(found: Certificate) -> tuple[str, str]:
    if found.revoked_at:
        return "Révoqué", "red"
    return ("Échu", "neutral") if found.until and found.until <= timezone.now() else ("Valable", "green")


def _orders(nas: Nas) -> str:
    if nas.transport == "radsec":
        return "Par sa connexion RadSec"
    return f"{nas.coa_address}, port {nas.coa_port}" if nas.coa_address else "Non déclaré"


def _way(nas: Nas) -> str:
    place = spelt_network(nas.network)
    return f"{nas.get_transport_display()}, depuis {place}" if place else nas.get_transport_display()


@login_required
def retire_gateway(request: HttpRequest, code: str) -> HttpResponse:
    """Stop answering a gateway, after asking once more."""
    nas, hotspot = known_gateway(request, code)
    return confirm(
        request,
        hotspot,
        lambda: actions.retire_gateway(principal(request), nas),
        page_of(hotspot),
        title=f"Retirer la passerelle {nas.code}",
        notice="Ses demandes restent sans réponse. Son adresse peut servir à une autre passerelle.",
        button="Retirer la passerelle",
        back_url=reverse("wifi_network:gateway", args=[code]),
        back_label=nas.code,
    )
