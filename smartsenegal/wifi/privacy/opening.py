"""Which figures of a day may be published without telling of anybody. Pure.

A figure of fewer than LEAST people is hidden. Since the whole country is told too, what is hidden could be
found by taking away what is told: so at least two sites are hidden together, with LEAST people in all.
"""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 10


def hidden(people: Mapping[int, int]) -> frozenset[int]:
    """The sites of a day whose figures are hidden, from the people of each; sites without anybody are told.

    When no second site can be hidden with it, the caller tells no total: see `total_told`.
    """
    small = {site for site, count in people.items() if 0 < count < LEAST}
    if not small:
        return frozenset()
    # The next smallest are hidden with them, until what is hidden together is enough.
    others = sorted((count, site) for site, count in people.items() if count >= LEAST)
    while others and not _enough(small, people):
        small.add(others.pop(0)[1])
    return frozenset(small)


def _enough(sites: set[int], people: Mapping[int, int]) -> bool:
    return len(sites) >= 2 and sum(people[site] for site in sites) >= LEAST


def total_told(people: Mapping[int, int]) -> bool:
    """Whether the figures of all sites together may be told."""
    found = set(hidden(people))
    return sum(people.values()) == 0 or (
        sum(people.values()) >= LEAST and (not found or _enough(found, people))
    )
