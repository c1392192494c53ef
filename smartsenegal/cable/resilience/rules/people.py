"""How many people depend on each node, when a region and one of its départements depend on different ones."""

from collections.abc import Mapping


def of_nodes(
    served: Mapping[str, int], paths: Mapping[str, str], figures: Mapping[str, int]
) -> tuple[dict[int, int], list[str]]:
    """People of each node, and the codes of territories whose population is not known.

    `served` gives the node of each territory, `paths` codes from the country down joined by "/". The people
    of a territory are those that no served territory inside it counts."""
    people: dict[int, int] = {}
    unknown = []
    for code, node in served.items():
        if code not in figures:
            unknown.append(code)
            continue
        inside = [c for c in served if c in figures and _inside(paths[c], paths[code])]
        nearest = [c for c in inside if not any(_inside(paths[c], paths[o]) for o in inside)]
        rest = figures[code] - sum(figures[c] for c in nearest)
        people[node] = people.get(node, 0) + max(0, rest)
    return people, sorted(unknown)


def _inside(path: str, other: str) -> bool:
    return path.startswith(other + "/")
