"""Delegations of signature: what they extend to, what keeps one from being given. Pure.

That a delegation is personal, written, dated, and cannot be delegated again is the common law of
administrations; no Senegalese text was found that fixes its form or its longest length, so none is imposed
here beyond an act with a number and a date.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# What who signs for another may do: see those cases and sign them, neither instruct nor revoke.
DELEGATED_PERMISSIONS = frozenset({"cases.queue", "cases.read", "cases.sign"})


@dataclass(frozen=True)
class Delegated:
    """For whom, and by which act, somebody signs: the origin of a grant that is not a role of their own.

    `covers` names procedures ("permis-construire") or one step of them ("permis-construire/decision"); empty
    for all that the giver signs.
    """

    id: str
    kind: str  # delegation | deputy
    giver_id: str
    giver: str
    quality: str  # of the deputy: "Le premier adjoint"
    number: str
    act_on: date
    covers: tuple[str, ...] = ()

    def extends_to(self, about: str) -> bool:
        """Whether it holds for a procedure, or a step of one; "" asks for any."""
        return not self.covers or not about or any(touches(held, about) for held in self.covers)


def touches(held: str, about: str) -> bool:
    """Whether two of them meet: the same procedure or step, or one is a step of the other."""
    return held == about or about.startswith(f"{held}/") or held.startswith(f"{about}/")


Fault = tuple[str, str]  # the field, and the French sentence


def days_fault(starts_on: date, ends_on: date, act_on: date, today: date) -> Fault | None:
    """What is wrong with the days of a delegation; None when nothing is."""
    if starts_on < today:
        return "starts_on", "Le premier jour est déjà passé : choisissez aujourd’hui ou un jour à venir."
    if ends_on < starts_on:
        return "ends_on", "Le dernier jour est avant le premier."
    if act_on > today:
        return "act_on", "Cette date est dans le futur : indiquez celle qui figure sur l’acte signé."
    return None


def overlap(mine: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two delegations meet on some procedure or step; one that names none meets all."""
    held, wanted = set(mine), set(others)
    return not held or not wanted or any(touches(a, b) for a in held for b in wanted)
