"""How sessions are told in French."""

from typing import Any

from smartsenegal.cable.peering.models import Observed, Session
from smartsenegal.cable.peering.queries import Row
from smartsenegal.cable.peering.rules.words import FAMILIES, STATES
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import group_digits, plural, typography

UNKNOWN = "inconnu"
DASH = "—"


def state(row: Row) -> dict[str, str]:
    """The chip of a session: its state in words, and its tone."""
    if not row.heard:
        return {"chip": "État inconnu", "tone": "amber"}
    if row.session is None:
        return {"chip": "Non prévue", "tone": "amber"}
    if row.session.stopped and not row.up:
        return {"chip": "Arrêtée", "tone": "neutral"}
    if row.observed is None:
        return {"chip": "Absente du routeur", "tone": "red"}
    if row.up:
        return {"chip": "Établie", "tone": "green" if row.tone in ("green", "blue") else row.tone}
    return {"chip": "Coupée", "tone": "red"}


def told(row: Row) -> str:
    """The gravest difference; « conforme » without one."""
    return row.differences[0].sentence if row.differences else "Conforme à ce qui est prévu."


def prefixes(row: Row) -> str:
    """`812 / 1 000` by family, of what is received and admitted."""
    if row.observed is None or not row.up:
        return DASH
    counts, limits = row.observed.real.counts, row.session.limits if row.session else {}
    parts = []
    for family in sorted({*counts, *limits}):
        count, limit = counts.get(family), limits.get(family)
        most = count.most if count else None
        number = UNKNOWN if most is None else group_digits(most)
        parts.append(f"{FAMILIES[family]}\u00a0: {number}" + (f" / {group_digits(limit)}" if limit else ""))
    return ", ".join(parts) or DASH


def since(found: Observed | None) -> str:
    """Since when it is as it is."""
    return format_datetime(found.since) if found and found.since else UNKNOWN


def sides(row: Row) -> list[dict[str, Any]]:
    """What is meant and what is real, line by line; `same` is None where nothing is compared."""
    meant, real = row.session, row.observed if row.heard else None
    lines = [
        _line(
            "État",
            "arrêtée" if meant and meant.stopped else "établie",
            _state_of(real),
            _state_same(meant, real),
        ),
        _line("AS du voisin", _asn(meant), _asn(real), meant.asn == real.asn if meant and real else None),
    ]
    counts, limits = real.real.counts if real else {}, meant.limits if meant else {}
    for family, name in FAMILIES.items():
        if family not in counts and family not in limits:
            continue
        count, limit = counts.get(family), limits.get(family)
        most = count.most if count else None
        said = "aucune limite" if limit is None else f"{plural(limit, 'préfixe', 'préfixes')} au plus"
        same = (family in limits) == (family in counts) and not (limit and most and most > limit)
        lines.append(
            _line(
                f"{name}",
                said if family in limits else "non",
                _count(most, family in counts, real),
                same if real and (most is not None or family not in counts) else None,
            )
        )
        if count and count.limit is not None:
            held = plural(count.limit, "préfixe", "préfixes")
            lines.append(_line(f"Limite {name} du routeur", said, held, count.limit == limit))
    return [*lines, _rpki(meant, real)]


def _line(label: str, meant: str, real: str, same: bool | None) -> dict[str, Any]:
    return {"label": label, "meant": typography(meant), "real": typography(real), "same": same}


def _state_of(real: Observed | None) -> str:
    return UNKNOWN if real is None else STATES.get(real.state, real.state)


def _state_same(meant: Session | None, real: Observed | None) -> bool | None:
    return real.real.up != meant.stopped if meant and real else None


def _asn(side: Session | Observed | None) -> str:
    return str(side.asn) if side else UNKNOWN


def _count(most: int | None, exchanged: bool, real: Observed | None) -> str:
    if real is None or (exchanged and most is None):
        return UNKNOWN
    return plural(most or 0, "préfixe", "préfixes") if exchanged else "pas échangé"


def _rpki(meant: Session | None, real: Observed | None) -> dict[str, Any]:
    said = meant.get_rpki_display() if meant else DASH
    if real is None or real.rpki is None:
        return _line("RPKI", said, "routes non vérifiées", None)
    r = real.rpki
    whose = "admises" if real.accepted else "reçues"
    valid, invalid, unknown = (group_digits(r[name]) for name in ("valid", "invalid", "unknown"))
    told = f"{valid} valides, {invalid} invalides, {unknown} sans ROA ({whose})"
    return _line("RPKI", said, told, r["invalid"] == 0)
