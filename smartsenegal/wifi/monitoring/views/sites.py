"""One hotspot: how it fares, its funnel, its history, who is on, and what may be done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.kernel.sites.api import outages
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import group_digits, plural
from smartsenegal.wifi.monitoring import presenting, queries, rules, wording
from smartsenegal.wifi.monitoring.actions import acts, reading
from smartsenegal.wifi.monitoring.forms import MessageForm, RateForm, ReasonForm
from smartsenegal.wifi.monitoring.models import GatewayState, State
from smartsenegal.wifi.monitoring.views.base import ask, asked, known, managed, manages, show
from smartsenegal.wifi.network.api import Hotspot, Nas
from smartsenegal.wifi.sessions.api import Session, orders_of

SPANS = (("1", "24 heures"), ("7", "7 jours"), ("30", "30 jours"))


@login_required
@require_GET
def site(request: HttpRequest, code: str) -> HttpResponse:
    """How a hotspot fares now and fared lately."""
    hotspot = known(request, code)
    now = datetime.now(UTC)
    state = queries.state_of(hotspot)
    span = asked(request, "jours") if asked(request, "jours") in dict(SPANS) else "1"
    hour = queries.counts(hotspot.pk, now - timedelta(hours=1))
    health = state.health if state else "unknown"
    message = queries.current_message(hotspot.pk, now)
    context = {
        "hotspot": hotspot,
        "site": hotspot.site,
        "chip": (rules.HEALTH[health], rules.TONES[health]),
        "state": state,
        "facts": _facts(hotspot, state),
        "funnel": presenting.funnel(hour),
        "refusals": presenting.refusal_rows(hour),
        "refusal": presenting.sentence_of(hour),
        "gateways": [_gateway(nas, known_of) for nas, known_of in queries.gateways(hotspot)],
        "charts": _charts(hotspot, now, span),
        "spans": [
            {"label": label, "url": f"?jours={key}#historique", "current": key == span}
            for key, label in SPANS
        ],
        "alerts": [
            {"row": a, "cause": wording.CAUSES[a.cause]}
            for a in queries.alerts([hotspot.pk], still=False, limit=10)
        ],
        "outages": outages([hotspot.site_id]),
        "message": message,
        "message_until": format_datetime(message.ends_at) if message else "",
        "may_manage": manages(principal(request), hotspot),
    }
    return show(request, "site", context)


def _facts(hotspot: Hotspot, state: State | None) -> list[dict[str, str]]:
    most = hotspot.clients_at_most
    clients = group_digits(state.clients if state else 0)
    leases = state.signs.get("leases") if state else None
    loss = state.signs.get("loss") if state else None
    rtt = state.signs.get("rtt_ms") if state else None
    told = [
        ("Appareils connectés", f"{clients} sur {group_digits(most)}" if most else clients),
        ("Débit descendant", (wording.rate(state.down_bps) if state else "") or "Non mesuré"),
        ("Débit montant", (wording.rate(state.up_bps) if state else "") or "Non mesuré"),
        ("Baux en cours", group_digits(leases) if leases is not None else "Non connus"),
        ("Aller et retour", f"{round(rtt)} ms" if rtt is not None else "Non mesuré"),
        ("Paquets perdus", wording.percent(loss) if loss is not None else "Non mesurés"),
    ]
    return [{"label": label, "value": value} for label, value in told]


def _gateway(nas: Nas, found: GatewayState | None) -> dict[str, Any]:
    silent = found.silent if found else None
    chip = {True: ("Muette", "red"), False: ("Entendue", "green"), None: ("Sans nouvelles", "neutral")}[
        silent
    ]
    return {
        "row": nas,
        "chip": chip,
        "radius": format_datetime(found.radius_at) if found and found.radius_at else "Aucun",
        "beat": format_datetime(found.beat_at) if found and found.beat_at else "Aucun",
        "cpu": f"{found.cpu}\u00a0%" if found and found.cpu is not None else "",
    }


def _charts(hotspot: Hotspot, now: datetime, span: str) -> list[dict[str, Any]]:
    wanted: list[tuple[str, str, Any]] = [
        ("Connexions commencées", rules.OPENED, group_digits),
        ("Volume descendant", rules.DOWN, wording.octets),
    ]
    if span == "1":
        hours = queries.by_hour(hotspot.pk, now - timedelta(hours=25))
        return [presenting.chart(t, presenting.hours_back(hours, now, s), say) for t, s, say in wanted]
    days = int(span)
    found = queries.by_day([hotspot.pk], now.date() - timedelta(days=days))[hotspot.pk]
    wanted.append(("Appareils différents", rules.DEVICES, group_digits))
    return [
        presenting.chart(t, presenting.days_back(found, now.date(), days, s), say) for t, s, say in wanted
    ]


@login_required
@require_GET
def sessions(request: HttpRequest, code: str) -> HttpResponse:
    """Who is on: a device by the name it has today, never its address."""
    hotspot = known(request, code)
    now = datetime.now(UTC)
    rows, total = queries.sessions_on(hotspot.pk, now)
    plans = queries.plan_names(rows)
    may = manages(principal(request), hotspot)
    reading.read_sessions(principal(request), hotspot, len(rows))
    context = {
        "hotspot": hotspot,
        "site": hotspot.site,
        "count": plural(total, "appareil connecté", "appareils connectés"),
        "left": max(0, total - len(rows)),
        "columns": [
            {"label": "Appareil"},
            {"label": "Depuis"},
            {"label": "Reçu", "numeric": True},
            {"label": "Envoyé", "numeric": True},
            {"label": "Forfait"},
        ],
        "rows": [_session_row(hotspot, s, plans, may) for s in rows],
        "site_url": reverse("wifi_monitoring:site", args=[code]),
    }
    return show(request, "sessions", context)


def _session_row(hotspot: Hotspot, s: Session, plans: dict[int, str], may: bool) -> dict[str, Any]:
    key = bytes(s.key).hex()
    return {
        "url": reverse("wifi_monitoring:session", args=[hotspot.site.code, key]) if may else "",
        "name": presenting.pseudonym(s),
        "since": presenting.duration(s.seconds),
        "began": format_datetime(presenting.moment(s.started_us)),
        "down": wording.octets(s.octets_out),
        "up": wording.octets(s.octets_in),
        "plan": plans.get(s.plan or 0, "Non connu"),
    }


def _session(request: HttpRequest, code: str, key: str) -> tuple[Hotspot, Session]:
    hotspot = managed(request, code)
    found = queries.session_at(hotspot.pk, key)
    if found is None:
        raise Http404
    return hotspot, found


@login_required
@require_GET
def session(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One connection, what may be done, and what became of what was ordered. The reading is journalled."""
    hotspot, found = _session(request, code, key)
    reading.read_session(principal(request), hotspot, found)
    opened, blocked = queries.standing(found)
    context = {
        "hotspot": hotspot,
        "site": hotspot.site,
        "key": key,
        "name": presenting.pseudonym(found),
        "over": found.ended_us is not None,
        "facts": [
            {"label": "Début", "value": format_datetime(presenting.moment(found.started_us))},
            {"label": "Dernière nouvelle", "value": format_datetime(presenting.moment(found.updated_us))},
            {"label": "Durée", "value": presenting.duration(found.seconds)},
            {"label": "Reçu par l’appareil", "value": wording.octets(found.octets_out)},
            {"label": "Envoyé par l’appareil", "value": wording.octets(found.octets_in)},
            {"label": "Forfait", "value": queries.plan_names([found]).get(found.plan or 0, "Non connu")},
        ],
        "may_block": opened > 0,
        "may_unblock": blocked > 0,
        "orders": [presenting.order_row(order) for order in orders_of(bytes(found.key))],
        "back_url": reverse("wifi_monitoring:sessions", args=[code]),
    }
    return show(request, "session", context)


ACTS = {
    "deconnecter": (acts.disconnect, "Déconnecter", "L’ordre part vers la passerelle."),
    "bloquer": (acts.block, "Bloquer", "L’accès est bloqué, et ses appareils sont déconnectés."),
    "debloquer": (acts.unblock, "Débloquer", "L’accès est de nouveau ouvert."),
}
NOTICES = {
    "deconnecter": "L’appareil peut se connecter de nouveau : pour l’en empêcher, bloquez-le.",
    "bloquer": "Tous les accès de cette personne sont fermés, et tous ses appareils déconnectés, partout.",
    "debloquer": "Les accès que le blocage avait fermés s’ouvrent de nouveau.",
}


@login_required
def act(request: HttpRequest, code: str, key: str, name: str) -> HttpResponse:
    """Disconnect, block, unblock: asked once more, with the reason."""
    hotspot, found = _session(request, code, key)
    if name not in ACTS:
        raise Http404
    do, label, done = ACTS[name]
    form = ReasonForm(data_of(request))
    return ask(
        request,
        form,
        lambda: do(principal(request), found, hotspot, form.cleaned_data["reason"]),
        reverse("wifi_monitoring:session", args=[code, key]),
        done,
        title=f"{label} l’appareil {presenting.pseudonym(found)}",
        notice=NOTICES[name],
        button=label,
        hotspot=hotspot,
    )


@login_required
def rate(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Other rates for one connection."""
    hotspot, found = _session(request, code, key)
    form = RateForm(data_of(request))
    return ask(
        request,
        form,
        lambda: acts.change_rate(principal(request), found, hotspot, **form.cleaned_data),
        reverse("wifi_monitoring:session", args=[code, key]),
        "L’ordre part vers la passerelle.",
        title=f"Changer le débit de {presenting.pseudonym(found)}",
        button="Changer le débit",
        hotspot=hotspot,
    )


@login_required
def message(request: HttpRequest, code: str) -> HttpResponse:
    """Words for those who are on."""
    hotspot = managed(request, code)
    present = queries.current_message(hotspot.pk)
    to = reverse("wifi_monitoring:site", args=[code])
    context: dict[str, Any] = {
        "title": "Message aux connectés",
        "hotspot": hotspot,
        "button": "Montrer le message",
    }
    if request.method == "POST" and "withdraw" in request.POST:
        return ask(
            request,
            Form(request.POST),
            lambda: acts.withdraw_message(principal(request), hotspot),
            to,
            "Le message est retiré.",
            **context,
        )
    form = MessageForm.of(present, data_of(request))
    return ask(
        request,
        form,
        lambda: acts.write_message(principal(request), hotspot, **form.values()),
        to,
        "Le message est montré.",
        withdraw=present is not None,
        **context,
    )
