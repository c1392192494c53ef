"""What the live pages show, in words, bars and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from smartsenegal.lib.dates import format_datetime, format_short
from smartsenegal.lib.text import group_digits
from smartsenegal.lib.text import typography as _
from smartsenegal.wifi.monitoring import rules, wording
from smartsenegal.wifi.sessions.api import ORDER_STATES, Order, Session

STEPS = (
    ("association", "Téléphones associés"),
    ("lease", "Adresses données"),
    ("probe", "Détections du portail"),
    ("portal", "Pages du portail"),
    ("code_sent", "Codes envoyés"),
    ("code_right", "Codes reconnus"),
    ("accept", "Entrées acceptées"),
    (rules.OPENED, "Connexions commencées"),
    (rules.USED, "Premiers octets reçus"),
)
ERROR_CAUSES = {
    401: "Attribut non compris par la passerelle",
    402: "Attribut manquant",
    403: "Passerelle qui ne se reconnaît pas",
    404: "Demande mal formée",
    405: "Service non pris en charge",
    501: "Interdit par la passerelle",
    503: "Connexion inconnue de la passerelle",
    506: "Ressources épuisées",
}


def funnel(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each step with its count, its bar (0 to 100) and what was lost since the step counted before."""
    most = max((counts.get(stage, 0) for stage, _label in STEPS), default=0)
    rows: list[dict[str, Any]] = []
    before: int | None = None
    for stage, label in STEPS:
        if stage not in counts:
            rows.append({"label": label, "text": "Non compté", "bar": 0, "lost": ""})
            continue
        number = counts[stage]
        lost = before - number if before is not None and before > number else 0
        rows.append(
            {
                "label": label,
                "text": group_digits(number),
                "bar": round(100 * number / most) if most else 0,
                "lost": f"{wording.percent(lost / before)} en moins" if lost and before else "",
            }
        )
        before = number
    return rows


def refusal_rows(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Refusals by cause, the most frequent first, with their share of all answers."""
    refused = {k.removeprefix(rules.REJECT): n for k, n in counts.items() if k.startswith(rules.REJECT)}
    answers = sum(refused.values()) + counts.get("accept", 0)
    ranked = sorted(refused.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        {
            "label": wording.refusal(cause).rstrip("."),
            "text": group_digits(number),
            "bar": round(100 * number / answers),
            "share": wording.percent(number / answers),
        }
        for cause, number in ranked
        if number
    ]


def success(counts: Mapping[str, int]) -> str:
    """Share of logins accepted; "" where none was answered."""
    refused = sum(n for k, n in counts.items() if k.startswith(rules.REJECT))
    answers = refused + counts.get("accept", 0)
    return wording.percent(counts.get("accept", 0) / answers) if answers else ""


def chart(title: str, points: Sequence[tuple[str, int]], say: Any = group_digits) -> dict[str, Any]:
    """Columns of a chart 100 high, with its greatest value and its two ends; the table behind has all."""
    most = max((value for _label, value in points), default=0)
    columns = [
        {"x": n * 10 + 1, "y": 100 - (tall := round(100 * value / most) if most else 0), "tall": tall}
        for n, (_label, value) in enumerate(points)
    ]
    return {
        "title": title,
        "columns": columns,
        "width": max(10, len(points) * 10),
        "most": say(most),
        "first": points[0][0] if points else "",
        "last": points[-1][0] if points else "",
        "rows": [{"label": label, "value": say(value)} for label, value in reversed(points) if value],
    }


def hours_back(
    found: Mapping[datetime, Mapping[str, int]], now: datetime, stage: str
) -> list[tuple[str, int]]:
    """The last 24 hours of one stage, the present hour included."""
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [last - timedelta(hours=back) for back in range(23, -1, -1)]
    return [(f"{hour:%d/%m} {hour.hour}\u00a0h", found.get(hour, {}).get(stage, 0)) for hour in hours]


def days_back(
    found: Mapping[date, Mapping[str, int]], today: date, days: int, stage: str
) -> list[tuple[str, int]]:
    """The last days of one stage, today included."""
    wanted = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return [(format_short(day), found.get(day, {}).get(stage, 0)) for day in wanted]


# --- connections ----------------------------------------------------------------------------------


def pseudonym(found: Session) -> str:
    """What a device is called on a page: four letters and figures of the hash of the day, twice."""
    text = bytes(found.device).hex().upper().ljust(8, "0")
    return f"{text[:4]}-{text[4:8]}"


def moment(us: int) -> datetime:
    """A time of the accounting."""
    return datetime.fromtimestamp(us / 1e6, UTC)


def duration(seconds: int) -> str:
    """`2 h 05`, `12 min`."""
    hours, minutes = divmod(max(0, seconds) // 60, 60)
    return f"{hours}\u00a0h\u00a0{minutes:02}" if hours else f"{minutes}\u00a0min"


def order_row(order: Order) -> dict[str, str]:
    """An order and what became of it."""
    words = dict(ORDER_STATES)[order.state]
    tone = {"done": "green", "refused": "red", "unanswered": "red", "pending": "amber"}.get(
        order.state, "neutral"
    )
    told = ""
    if order.error_cause:
        told = ERROR_CAUSES.get(order.error_cause, f"Cause {order.error_cause} (RFC 5176)")
    return {
        "kind": order.get_kind_display(),
        "chip": words,
        "tone": tone,
        "why": told,
        "reason": order.reason,
        "by": order.asked_by,
        "at": format_datetime(order.asked_at),
    }


def sentence_of(rejects: Mapping[str, int]) -> str:
    """The sentence of the main refusal among counts by stage; "" without refusals."""
    refused = {k.removeprefix(rules.REJECT): n for k, n in rejects.items() if k.startswith(rules.REJECT)}
    return _(wording.refusals(refused, rejects.get("accept", 0)))
