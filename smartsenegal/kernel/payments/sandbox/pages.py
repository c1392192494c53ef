"""Pages of the demonstration operator: a plain phone for the payer, a desk for its faults."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from smartsenegal.kernel.payments.sandbox.outbox import FAULTS
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import typography

_STYLE = """
:root { color-scheme: light }
body { margin: 0; background: #ece8dd; color: #16211b; font: 18px/1.5 system-ui, sans-serif }
.mark { background: #fff4d6; color: #5f3e00; padding: 12px 16px; text-align: center; font-weight: 600 }
main { max-width: 420px; margin: 24px auto; background: #fff; border: 1px solid #aab5ad; border-radius: 24px;
  padding: 24px }
main.desk { max-width: 1040px; border-radius: 6px }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 16px } h2 { font-size: 20px; margin: 32px 0 8px }
.amount { font-size: 36px; font-weight: 700; margin: 8px 0 }
.small { color: #4a5850; font-size: 16px; margin: 0 0 16px }
button { display: block; width: 100%; min-height: 48px; margin: 12px 0; padding: 8px 16px; border-radius: 6px;
  border: 2px solid #00713a; background: #fff; color: #00713a; font: inherit; font-weight: 600;
  cursor: pointer }
button.main { background: #00713a; color: #fff }
.desk button { width: auto; display: inline-block }
button:focus-visible, select:focus-visible, input:focus-visible { outline: 3px solid #fdd835;
  outline-offset: 2px; box-shadow: 0 0 0 2px #16211b }
label { display: block; margin: 12px 0 4px; font-weight: 600 }
select, input { font: inherit; padding: 8px; min-height: 44px; box-sizing: border-box; max-width: 100%;
  border: 2px solid #4a5850; border-radius: 6px }
table { border-collapse: collapse; width: 100%; font-size: 16px } .scroll { overflow-x: auto }
th, td { text-align: left; padding: 8px; border-bottom: 1px solid #d9dfd9; vertical-align: top }
.right { text-align: right; font-variant-numeric: tabular-nums }
"""
_STATES = {
    "succeeded": "Payé",
    "processing": "En attente",
    "cancelled": "Fermé sans paiement",
    "due": "À envoyer",
    "held": "Retenu (désordre)",
    "lost": "Perdu",
    "delivered": "Reçu",
    "given_up": "Abandonné",
}
_CHOICES = {
    "api": ("Réponses de l’opérateur", {
        "normal": "Normales", "503": "En panne : répond 503", "silence": "Muet : ne répond jamais",
    }),
    "create": ("Ouverture d’un paiement", {
        "normal": "Normale",
        "lost_answer": "Ouvre le paiement puis raccroche",
        "lost_request": "Raccroche sans rien ouvrir",
    }),
    "callbacks": ("Rappels", {"normal": "Envoyés", "lose": "Perdus"}),
    "duplicate": ("Rappels en double", {"0": "Non", "1": "Oui"}),
    "reorder": ("Rappels dans le désordre", {"0": "Non", "1": "Oui, deux par deux"}),
}  # fmt: skip
_NUMBERS = {
    "slow_seconds": "Lenteur de chaque réponse (secondes)",
    "delay_seconds": "Retard des rappels (secondes)",
    "amount_delta": "Écart sur la somme payée (F CFA)",
}


def _page(title: str, body: str, kind: str = "") -> str:
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><style>{_STYLE}</style></head>'
        '<body><header class="mark">Opérateur de démonstration&nbsp;: aucun argent réel</header>'
        f'<main class="{kind}">{body}</main></body></html>'
    )


def message(title: str, text: str) -> str:
    return _page(title, f"<h1>{escape(title)}</h1><p>{escape(typography(text))}</p>")


def phone(session: Mapping[str, Any]) -> str:
    """The payer's wallet: pay, refuse, or lack the money."""
    amount = format_fcfa(session["amount"])
    if session["payment_status"] == "succeeded":
        return message("Paiement effectué", f"{amount} ont été payés à Smart Sénégal.")
    if session["checkout_status"] != "open":
        return message("Paiement fermé", "Ce paiement n’est plus ouvert. Recommencez sur le site.")
    body = (
        "<h1>Payer Smart Sénégal</h1>"
        f'<p class="amount">{amount}</p>'
        '<p class="small">Compte de démonstration</p>'
        f'<form method="post" action="/payer/{escape(session["id"])}">'
        f'<button class="main" name="choix" value="payer">Payer</button>'
        '<button name="choix" value="refuser">Refuser</button>'
        '<button name="choix" value="solde">Payer sans avoir le solde</button></form>'
    )
    return _page("Payer Smart Sénégal", body)


def confirm(request: str, amount: str, number: str, title: str) -> str:
    """The request on the payer's phone: confirm it with the secret code, refuse, or lack the money."""
    body = (
        "<h1>Payer Smart Sénégal&nbsp;?</h1>"
        f'<p class="amount">{amount}</p>'
        f'<p class="small">{escape(title)}</p><p class="small">Téléphone {escape(number)}</p>'
        f'<form method="post" action="/payer/{escape(request)}">'
        '<button class="main" name="choix" value="payer">Valider avec le code secret ••••</button>'
        '<button name="choix" value="refuser">Refuser</button>'
        '<button name="choix" value="solde">Valider sans avoir le solde</button></form>'
    )
    return _page("Demande de paiement", body)


def forged(status: int) -> str:
    refused = "a été refusé" if status in (401, 403) else "n’a pas été refusé"
    return message("Rappel falsifié envoyé", f"Le rappel {refused} : le site a répondu {status}.")


def faults_of(form: Mapping[str, str]) -> dict[str, str | int]:
    """Faults chosen on the desk's page; a number that is none counts as zero."""
    return {
        name: value if isinstance(FAULTS[name], str) else _number(value)
        for name, value in form.items()
        if name in FAULTS
    }


def _number(text: str) -> int:
    digits = text.strip().removeprefix("-")
    return int(text) if digits.isdigit() else 0


def desk(
    faults: Mapping[str, str | int],
    sessions: Iterable[Mapping[str, Any]],
    events: Iterable[Mapping[str, Any]],
    stands_for: str = "Wave",
) -> str:
    """What goes wrong, what was paid, what was sent."""
    body = (
        "<h1>Opérateur de démonstration</h1>"
        f"<p>Il remplace {escape(stands_for)}. Choisissez ce qui doit mal se passer.</p>"
        f'<form method="post" action="/_operateur/pannes">{_fields(faults)}'
        '<button class="main">Appliquer</button></form>'
        f"<h2>Paiements</h2>{_sessions(list(sessions))}<h2>Rappels</h2>{_events(list(events))}"
    )
    return _page("Opérateur de démonstration", body, "desk")


def _fields(faults: Mapping[str, str | int]) -> str:
    chosen = [_select(name, *_CHOICES[name], str(faults[name])) for name in _CHOICES]
    typed = [
        f'<label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" inputmode="numeric" value="{escape(str(faults[name]))}">'
        for name, label in _NUMBERS.items()
    ]
    return "".join(chosen + typed)


def _select(name: str, label: str, choices: Mapping[str, str], current: str) -> str:
    options = "".join(
        f'<option value="{value}"{" selected" * (value == current)}>{escape(typography(text))}</option>'
        for value, text in choices.items()
    )
    return f'<label for="{name}">{escape(label)}</label><select id="{name}" name="{name}">{options}</select>'


def _sessions(sessions: list[Mapping[str, Any]]) -> str:
    rows = [
        f"<tr><td>{escape(s['id'])}</td><td class=right>{format_fcfa(s['amount'])}</td>"
        f"<td>{_STATES[s['payment_status']]}</td><td>{_actions(s)}</td></tr>"
        for s in sessions
    ]
    return _table(["Paiement", "Somme", "État", "Gestes"], rows, "Aucun paiement pour le moment.")


def _actions(session: Mapping[str, Any]) -> str:
    if session["checkout_status"] != "open":
        return ""
    name = escape(session["id"])
    return (
        f'<a href="/payer/{name}">Ouvrir le téléphone</a>'
        '<form method="post" action="/_operateur/forger">'
        f'<input type="hidden" name="session" value="{name}"><button>Falsifier un rappel</button></form>'
    )


def _events(events: list[Mapping[str, Any]]) -> str:
    rows = [
        f"<tr><td>{escape(e['id'])}</td><td>{escape(e['type'])}</td><td>{_STATES[e['state']]}</td>"
        f"<td class=right>{e['tries']}</td></tr>"
        for e in events
    ]
    return _table(["Rappel", "Nature", "État", "Essais manqués"], rows, "Aucun rappel pour le moment.")


def _table(heads: list[str], rows: list[str], empty: str) -> str:
    if not rows:
        return f"<p>{empty}</p>"
    head = "".join(f"<th scope=col>{h}</th>" for h in heads)
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>{"".join(rows)}</table></div>'
    )
