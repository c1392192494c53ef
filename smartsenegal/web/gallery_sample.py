"""What the gallery of components is filled with: invented, and of one story."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from smartsenegal.web.rules import due_chip

TODAY = date(2026, 11, 24)


def due_samples() -> list[dict[str, Any]]:
    days = {"late": -3, "today": 0, "soon": 2, "calm": 21}
    samples = [{"day": TODAY + timedelta(days=n), "suspended": False} for n in days.values()]
    return [*samples, {"day": TODAY, "suspended": True}]


QUEUE = [
    ("CJ-2026-004127", "Awa Ndiaye", "Casier judiciaire", -3, "Signature du greffier", "27\u00a0oct."),
    ("CJ-2026-004188", "Moussa Diop", "Casier judiciaire", 2, "À instruire", "2\u00a0nov."),
    ("CN-2026-001903", "Fatou Sarr", "Certificat de nationalité", 4, "À proposer", "12\u00a0nov."),
    (
        "CJ-2026-004201",
        "Ibrahima Fall",
        "Casier judiciaire",
        None,
        "Pièces demandées le 18\u00a0nov.",
        "9\u00a0nov.",
    ),
    ("CR-2026-000761", "Ndèye Ba", "Certificat de résidence", 9, "À instruire", "13\u00a0nov."),
]


def queue_rows() -> list[dict[str, Any]]:
    rows = []
    for index, (number, who, what, days, waits, filed) in enumerate(QUEUE):
        due = TODAY + timedelta(days=days or 0)
        chip = due_chip(due, TODAY, suspended=days is None)
        rows.append(
            {
                "url": "#",
                "selected": index == 1,
                "changed": index == 3,
                "cells": [
                    {"text": number, "sub": who},
                    {"text": what},
                    {"chip": chip.text if chip else "", "tone": chip.tone if chip else "neutral"},
                    {"text": waits},
                    {"text": filed},
                ],
            }
        )
    return rows


# What a procedure’s sheet is made of.
SHEET: dict[str, Any] = {
    "breadcrumb": [{"label": "Démarches", "url": "#"}, {"label": "Justice", "url": "#"}],
    "facts": [
        {"label": "Prix", "value": "400\u00a0F\u00a0CFA"},
        {"label": "Délai promis", "value": "1\u00a0jour ouvré"},
        {"label": "Délai constaté", "value": "2\u00a0jours ouvrés", "note": "sur 30\u00a0jours"},
        {"label": "Valable", "value": "3\u00a0mois"},
    ],
    "needs": [
        {"icon": "file-check", "title": "Un extrait de naissance ou une carte d’identité"},
        {"icon": "smartphone", "title": "Un téléphone pour payer et recevoir les messages"},
    ],
    "doors": [
        {
            "icon": "baby",
            "title": "Un enfant est né",
            "detail": "Déclarer, obtenir un extrait",
            "url": "#",
        },
        {"icon": "store", "title": "Je crée mon entreprise", "detail": "Casier, RCCM, NINEA", "url": "#"},
        {"icon": "house", "title": "Je construis ma maison", "detail": "Permis, certificats", "url": "#"},
        {"icon": "id-card", "title": "J’ai perdu mes papiers", "detail": "Déclarer, refaire", "url": "#"},
    ],
}

# A request and its story.
REQUEST: dict[str, Any] = {
    "answers": [
        {"label": "Nom complet", "value": "Awa Ndiaye", "change_url": "#"},
        {"label": "Date de naissance", "value": "27\u00a0mars 1994", "change_url": "#"},
        {"label": "Adresse", "lines": ["Villa 12, Randoulène", "Thiès"], "change_url": "#"},
        {
            "label": "Carte d’identité",
            "file": {"name": "carte.jpg", "url": "#", "detail": "JPEG, 240\u00a0ko"},
        },
        {"label": "Motif", "missing": "Il manque le motif de la demande.", "change_url": "#"},
    ],
    "steps": [
        {
            "label": "Demande déposée",
            "state": "done",
            "detail": "24\u00a0novembre 2026 à 9\u00a0h\u00a005",
        },
        {"label": "Pièces vérifiées", "state": "current", "detail": "Par le greffe de Thiès"},
        {"label": "Signature", "state": "todo"},
        {"label": "Acte délivré", "state": "todo"},
    ],
    "entries": [
        {
            "when": "24\u00a0nov. à 9\u00a0h\u00a005",
            "title": "Demande déposée",
            "by": "Awa Ndiaye",
            "tone": "green",
        },
        {
            "when": "25\u00a0nov. à 11\u00a0h",
            "title": "Correction demandée",
            "text": "La photographie est floue.",
            "by": "Greffe de Thiès",
            "tone": "amber",
        },
        {"when": "26\u00a0nov. à 8\u00a0h\u00a030", "title": "Correction reçue"},
    ],
}

# A list and its filters; `rows` are made by `queue_rows`.
TABLE: dict[str, Any] = {
    "tabs": [
        {"label": "Tout", "url": "#", "count": 42, "current": True},
        {"label": "En retard", "url": "#", "count": 3},
        {"label": "Échéance sous 5\u00a0jours", "url": "#", "count": 9},
        {"label": "Suspendus", "url": "#", "count": 0},
    ],
    "columns": [
        {"label": "Dossier", "sort_url": "#", "sorted": ""},
        {"label": "Démarche"},
        {"label": "Échéance", "sort_url": "#", "sorted": "ascending"},
        {"label": "Attend"},
        {"label": "Déposé", "sort_url": "#", "sorted": ""},
    ],
}

# What an agent reads beside a list.
PANEL: dict[str, Any] = {
    "pairs": [
        {"label": "Identité", "value": "Vérifiée à l’Espace de Thiès"},
        {"label": "Déposé par", "value": "Elle-même"},
        {"label": "Taxe", "value": "400\u00a0F\u00a0CFA, payée le 4\u00a0nov."},
    ],
    "sections": [
        {
            "title": "Horloge légale",
            "dated": [
                {"when": "2\u00a0nov.", "text": "Dépôt, récépissé remis"},
                {"when": "6–14\u00a0nov.", "text": "Suspendue 8\u00a0jours\u00a0: pièce demandée"},
                {
                    "when": "20\u00a0déc.",
                    "strong": "Échéance.",
                    "text": "Sans réponse, le demandeur peut mettre en demeure",
                },
            ],
        },
        {
            "title": "Avis",
            "states": [
                {"label": "Sapeurs-pompiers", "chip": "Favorable avec réserve", "tone": "amber"},
                {"label": "Cadastre", "chip": "Favorable", "tone": "green"},
            ],
        },
        {
            "title": "Demandeur",
            "rows": [
                {"label": "Identité", "value": "Vérifiée à l’Espace de Thiès"},
                {"label": "Taxe", "value": "5\u00a0000\u00a0F\u00a0CFA, payée"},
            ],
        },
    ],
    "panel_actions": [
        {"label": "Proposer", "url": "#", "main": True},
        {"label": "Demander des pièces", "url": "#"},
    ],
}

# Figures by region, and points.
MAP: dict[str, Any] = {
    "figures": {
        "SN-DK": 5,
        "SN-TH": 3,
        "SN-SL": 3,
        "SN-DB": 3,
        "SN-MT": 3,
        "SN-TC": 4,
        "SN-KD": 3,
        "SN-ZG": 3,
    },
    "points": [(-17.44, 14.69), (-16.93, 14.79), (-16.27, 12.58)],
}

RAIL = [
    {"label": "À traiter", "url": "#", "icon": "inbox", "count": 42, "current": True},
    {"label": "Avis demandés", "url": "#", "icon": "users-round", "count": 7},
    {"label": "À signer", "url": "#", "icon": "pen-line", "count": 3},
    {"label": "Rendez-vous", "url": "#", "icon": "calendar-days", "count": 12},
    {"label": "Rechercher", "url": "#", "icon": "search"},
    {"label": "Mesures", "url": "#", "icon": "chart-column"},
    {"label": "Journal", "url": "#", "icon": "shield-check"},
]
PLACE = {"lines": ["Greffe du tribunal", "Département de Thiès"], "change_url": "#"}


def content() -> dict[str, Any]:
    """All of it, but the forms."""
    return {
        "today": TODAY,
        "due_samples": due_samples(),
        "rows": queue_rows(),
        **SHEET,
        **REQUEST,
        **TABLE,
        **PANEL,
        **MAP,
    }
