"""Who listens to what. Filled at import time by each module's `listeners.py`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class EventData:
    """An event as its listeners see it."""

    id: UUID
    kind: str
    subject: str
    payload: Mapping[str, Any]
    at: datetime


Handler = Callable[[EventData], None]
Guard = Callable[[Any, str], bool]

_listeners: dict[str, tuple[str, Handler]] = {}
_topics: dict[str, Guard] = {}
_who_now: list[Callable[[Any], Any]] = []


def listen(pattern: str, *, name: str) -> Callable[[Handler], Handler]:
    """Register a handler for the kinds that match `pattern` ("case.*").

    The handler runs in the worker, in a transaction of its own, once for each event: what it writes is
    committed together with the proof of delivery. Events of one subject reach it in order.
    Raises ValueError when `name` is taken: it is what makes a delivery unique.
    """

    def register(handler: Handler) -> Handler:
        if name in _listeners:
            raise ValueError(f"listener {name} is registered twice")
        _listeners[name] = (pattern, handler)
        return handler

    return register


def listeners_of(kind: str) -> list[str]:
    """Names of the listeners of one kind of event, in order of registration."""
    return [name for name, (pattern, _) in _listeners.items() if fnmatchcase(kind, pattern)]


def handler_of(name: str) -> Handler:
    """Handler registered under `name`; KeyError when its module is gone."""
    return _listeners[name][1]


def register_topic(prefix: str, guard: Guard) -> None:
    """Allow live streams on `<prefix>:<key>` to those for whom `guard(principal, key)` is true."""
    _topics[prefix] = guard


def may_follow(principal: Any, topic: str) -> bool:
    """Whether this principal may follow this topic; unknown topics are refused."""
    prefix, _, key = topic.partition(":")
    guard = _topics.get(prefix)
    return bool(guard and key and guard(principal, key))


def register_who_now(principal_now: Callable[[Any], Any]) -> None:
    """Say how to know, from the request that opened a stream, who its reader is at this moment."""
    _who_now[:] = [principal_now]


def still_follows(request: Any, topics: Iterable[str]) -> bool:
    """Whether who opened a stream is still signed in, and may still follow all its topics."""
    principal = _who_now[0](request)
    return all(may_follow(principal, topic) for topic in topics)
