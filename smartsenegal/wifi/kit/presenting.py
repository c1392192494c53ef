"""Kits in words."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.text import group_digits, plural
from smartsenegal.lib.text import typography as _
from smartsenegal.wifi.kit import rules
from smartsenegal.wifi.kit.models import Kit, Return
from smartsenegal.wifi.kit.queries import Report
from smartsenegal.wifi.kit.rules import Balance
from smartsenegal.wifi.network.api import Hotspot


def chip(kit: Kit, now: datetime) -> tuple[str, str]:
    """The word of where a kit stands, and its tone."""
    return rules.STANDINGS[rules.standing(kit.state, kit.expires_at, kit.due_at, now)]


def days(kit: Kit) -> str:
    """« Du 24/11/2026 au 26/11/2026 », the last day that it serves included."""
    last = (kit.expires_at - timedelta(microseconds=1)).date()
    return f"Du {format_date(kit.starts_at.date())} au {format_date(last)}"


def due(kit: Kit) -> str:
    """The last day to bring a kit back."""
    return format_date((kit.due_at - timedelta(microseconds=1)).date())


def places(kit: Kit, known: dict[str, Hotspot]) -> str:
    """The names of the hotspots of a kit; the code of one that is no more."""
    return ", ".join(known[code].site.name if code in known else code for code in kit.sites)


def row(kit: Kit, known: dict[str, Hotspot], now: datetime) -> dict[str, Any]:
    """A kit as the list shows it."""
    return {
        "name": str(kit),
        "url": reverse("wifi_kit:kit", args=[kit.pk]),
        "places": places(kit, known),
        "days": days(kit),
        "due": due(kit),
        "chip": chip(kit, now),
    }


def facts(kit: Kit, report: Report) -> list[dict[str, str]]:
    """The sheet of a kit."""
    until = kit.expires_at + rules.CLOSING
    ends = {"returned": "Rendu le", "lost": "Dit perdu le", "dropped": "Annulé le"}
    pairs = [
        ("Préparé", f"{format_datetime(kit.made_at)}, par {kit.author}"),
        ("Fichier pris", format_datetime(kit.taken_at) if kit.taken_at else "Pas encore"),
        ("Clé montrée", format_datetime(kit.key_shown_at) if kit.key_shown_at else "Pas encore"),
        ("Passerelles du kit", group_digits(len(kit.gateways))),
        ("En service", f"Du {format_datetime(kit.starts_at)} au {format_datetime(until)}"),
        ("Tickets emportés", group_digits(report.vouchers)),
        ("À rendre avant la fin du", due(kit)),
    ]  # fmt: skip
    if kit.closed_at:
        pairs.append((ends.get(kit.state, "Fini le"), format_datetime(kit.closed_at)))
    return [{"label": label, "value": _(value)} for label, value in pairs]


def reconciliation(report: Report) -> list[dict[str, str]]:
    """What was sent and what became of it, to the octet: a row each."""
    if report.sent is None:
        return []
    missing = _less(report.sent, report.settled)
    rows = [("Comptés par le kit", report.sent), ("Repris", report.taken)]
    rows += [(f"Refusés : {rules.REASONS[reason]}", counts) for reason, counts in report.refused.items()]
    if missing.events:
        rows.append(("Encore manquants", missing))
    return [{"label": _(label), **_figures(counts)} for label, counts in rows]


def _less(sent: Balance, settled: Balance) -> Balance:
    return Balance(
        sent.events - settled.events,
        sent.octets_in - settled.octets_in,
        sent.octets_out - settled.octets_out,
    )


def _figures(counts: Balance) -> dict[str, str]:
    return {
        "events": group_digits(counts.events),
        "octets_in": group_digits(counts.octets_in),
        "octets_out": group_digits(counts.octets_out),
    }


def verdict(report: Report) -> dict[str, str]:
    """One sentence on what came back, and its tone; nothing before any file."""
    if report.sent is None:
        return {}
    used = f"{plural(report.sessions, 'connexion', 'connexions')}, " + (
        f"{group_digits(report.used)} des {group_digits(report.vouchers)} tickets utilisés."
        if report.vouchers
        else "aucun ticket emporté."
    )
    if report.settled == report.sent:
        title = "Le solde est juste, à l’octet près."
        return {"tone": "green", "title": _(title), "text": _(used)}
    title = "Le solde n’est pas juste : il manque des événements."
    return {"tone": "amber", "title": _(title), "text": _(f"{used} Reprenez le fichier entier.")}


def returned(each: Return, *, is_held: bool) -> dict[str, Any]:
    """A file that was brought back, as the list shows it; `is_held`: it is being read, or soon will be."""
    said = each.fault or "Lu jusqu’au bout."
    reading = each.done_at is None and is_held
    if reading:
        said = f"En lecture : {group_digits(each.read)} sur {group_digits(each.sent_events)} événements."
    elif each.done_at is None:
        said = "Lecture interrompue : reprenez ce fichier."
    return {
        "reading": reading,
        "read": each.read,
        "of": max(1, each.sent_events),
        "when": format_datetime(each.at),
        "author": each.author,
        "new": group_digits(each.new),
        "events": group_digits(each.sent_events),
        "said": _(said),
        "digest": each.digest[:12],
    }
