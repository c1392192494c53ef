"""Python's garbage collector, set for processes that load much and keep it until they end."""

import gc


def collect_seldom() -> None:
    """Look for garbage after 50,000 new objects rather than 700.

    Few of ours are in cycles, and each look walks what is alive: a seventh of the time of a start, which
    makes a million objects that all stay.
    """
    gc.set_threshold(50_000, 20, 20)


def keep_what_is_loaded() -> None:
    """Call once all is loaded: no look walks it again, and children of this process share its memory."""
    gc.collect()
    gc.freeze()
