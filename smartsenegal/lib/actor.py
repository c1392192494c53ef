"""Who acts, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """The author of an act as the journal keeps it: it outlives accounts and names no table of theirs.

    `kind` is one of person, agent, system, public, client.
    """

    kind: str
    id: str
    label: str
    organisation: str = ""
    ip: str = ""


SYSTEM = Actor("system", "system", "Smart Sénégal")
