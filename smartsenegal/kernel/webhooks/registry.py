"""The events that may be subscribed to, as the modules that emit them name them."""

from collections.abc import Mapping

_kinds: dict[str, str] = {}


def register_kinds(labels: Mapping[str, str]) -> None:
    """Let events be subscribed to; the labels are in French."""
    _kinds.update(labels)


def kinds() -> dict[str, str]:
    """Every event that may be subscribed to, with its label."""
    return dict(_kinds)
