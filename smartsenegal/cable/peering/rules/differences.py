"""What differs between a session as it is meant and as it is, each in a sentence. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from smartsenegal.cable.peering.rules.words import ESTABLISHED, FAMILIES, REJECT, STATES, UPSTREAM
from smartsenegal.lib.text import group_digits, plural, typography

RED, AMBER, BLUE = "red", "amber", "blue"
# A count comes near its limit from this share of it on, and is near until it falls under the second.
NEAR, FAR = 80, 75
SILENT, MISSING, UNEXPECTED, DOWN, RUNNING = "silent", "missing", "unexpected", "down", "running"
ASN, FAMILY, OVER, NEARLY, LIMIT, EMPTY, INVALID, UNLIMITED = (
    "asn", "family", "over", "nearly", "limit", "empty", "invalid", "unlimited",
)  # fmt: skip


@dataclass(frozen=True)
class Intended:
    """A session as it is meant; `limits` has the families it carries, None for no limit said."""

    asn: int
    role: str
    limits: Mapping[str, int | None]
    rpki: str
    stopped: bool = False


@dataclass(frozen=True)
class Count:
    """Prefixes of a family: received, accepted, and the limit that the router holds (None: not known); `hit`
    when the router says that the limit was passed."""

    received: int | None = None
    accepted: int | None = None
    limit: int | None = None
    hit: bool = False

    @property
    def most(self) -> int | None:
        """What counts against a limit."""
        return self.accepted if self.received is None else self.received


@dataclass(frozen=True)
class Real:
    """A session as the router tells it; `invalid` is None when its routes are not known, and `accepted` says
    whether they are those that the router kept. Families are those that are exchanged."""

    asn: int
    state: str
    counts: Mapping[str, Count] = field(default_factory=dict)
    fault: str = ""
    invalid: int | None = None
    examples: Collection[tuple[str, int | None]] = ()
    accepted: bool = False

    @property
    def up(self) -> bool:
        return self.state == ESTABLISHED


@dataclass(frozen=True)
class Difference:
    """One difference: its code, how grave it is, and its sentence."""

    code: str
    tone: str
    sentence: str


def differences(intended: Intended | None, real: Real | None, heard: bool) -> list[Difference]:
    """Every difference, the gravest first; none of the real state when nothing was heard of late."""
    if not heard:
        return [
            _said(SILENT, AMBER, "Rien n’a été lu de ce routeur depuis longtemps : l’état réel est inconnu.")
        ]
    if intended is None:
        return [
            _said(
                UNEXPECTED,
                AMBER,
                "Le routeur a cette session et personne ne l’a prévue : décrivez-la, ou ôtez-la.",
            )
        ]
    if real is None:
        if intended.stopped:
            return []
        return [_said(MISSING, RED, "Le routeur n’a pas cette session : installez sa configuration.")]
    if intended.stopped:
        return (
            [_said(RUNNING, AMBER, "La session est arrêtée ici et tourne sur le routeur.")] if real.up else []
        )
    found = _of_peer(intended, real) + (_of_routes(intended, real) if real.up else [])
    return sorted(found, key=lambda d: (RED, AMBER, BLUE).index(d.tone))


def _said(code: str, tone: str, sentence: str) -> Difference:
    return Difference(code, tone, typography(sentence))


def _of_peer(intended: Intended, real: Real) -> list[Difference]:
    found = []
    if not real.up:
        why = f" : {real.fault}" if real.fault else ""
        found.append(_said(DOWN, RED, f"La session est {STATES.get(real.state, real.state)}{why}."))
        found += [
            _said(OVER, RED, f"La limite de préfixes {FAMILIES[family]} a été dépassée : le routeur a coupé.")
            for family, count in real.counts.items()
            if count.hit
        ]
    if real.asn != intended.asn:
        found.append(_said(ASN, RED, f"Le voisin est l’AS {real.asn}, l’AS {intended.asn} est prévu."))
    return found


def _of_routes(intended: Intended, real: Real) -> list[Difference]:
    found = []
    for family, limit in intended.limits.items():
        name, count = FAMILIES[family], real.counts.get(family)
        if count is None:
            found.append(_said(FAMILY, AMBER, f"{name} est prévu et n’est pas échangé."))
            continue
        found += _of_limit(name, limit, count)
        if intended.role == UPSTREAM and count.most == 0:
            found.append(_said(EMPTY, RED, f"Ce transit n’annonce aucun préfixe {name}."))
    found += [
        _said(FAMILY, AMBER, f"{FAMILIES[family]} est échangé et n’est pas prévu.")
        for family in real.counts
        if family not in intended.limits
    ]
    return found + _of_rpki(intended, real)


def _of_limit(name: str, limit: int | None, count: Count) -> list[Difference]:
    if limit is None:
        return [_said(UNLIMITED, BLUE, f"Aucune limite de préfixes {name} n’est dite.")]
    found = []
    if count.limit is not None and count.limit != limit:
        told = (
            f"Le routeur admet {group_digits(count.limit)} préfixes {name}, "
            f"{group_digits(limit)} sont prévus."
        )
        found.append(_said(LIMIT, AMBER, told))
    most = count.most
    if most is not None and most > limit:
        told = f"{plural(most, 'préfixe', 'préfixes')} {name} pour {group_digits(limit)} admis."
        found.append(_said(OVER, RED, told))
    elif most is not None and near(most, limit):
        told = f"{plural(most, 'préfixe', 'préfixes')} {name} : la limite de {group_digits(limit)} approche."
        found.append(_said(NEARLY, AMBER, told))
    return found


def _of_rpki(intended: Intended, real: Real) -> list[Difference]:
    if not real.invalid:
        return []
    count = plural(real.invalid, "route invalide", "routes invalides")
    which = ", ".join(f"{prefix} de l’AS {origin or 'inconnu'}" for prefix, origin in list(real.examples)[:3])
    if real.accepted:
        tone = RED if intended.rpki == REJECT else AMBER
        return [_said(INVALID, tone, f"{count} selon la RPKI dans la table : {which}.")]
    return [_said(INVALID, AMBER, f"{count} selon la RPKI parmi celles reçues : {which}.")]


def near(count: int, limit: int) -> bool:
    """Whether a count comes near its limit."""
    return count * 100 >= limit * NEAR


def far(count: int, limit: int) -> bool:
    """Whether a count is far enough under its limit for a warning to end."""
    return count * 100 < limit * FAR
