"""Texts of messages: registered by modules in code, written in Django's template language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template import Context, Engine

from smartsenegal.lib.text import typography

DEFAULT_LANGUAGE = "fr"
_MISSING = re.compile("\u2063([^\u2063]*)\u2063")


class UnknownTemplate(LookupError):
    """No text is registered under this name for this channel."""


class MissingVariable(LookupError):
    """The context lacks something the text names."""


@dataclass(frozen=True)
class MessageTemplate:
    """One text. `sample` is a context for tests and previews, as long as real ones get."""

    name: str
    channel: str
    language: str
    subject: str
    body: str
    sample: Mapping[str, Any] = field(default_factory=dict)


_templates: dict[tuple[str, str, str], MessageTemplate] = {}


def register_template(
    name: str, channel: str, language: str, subject: str, body: str, sample: Mapping[str, Any] | None = None
) -> None:
    """Register the text of `name` for a channel ("sms", "email", "page") and a language.

    Raises ValueError when that text exists already.
    """
    key = (name, channel, language)
    if key in _templates:
        raise ValueError(f"message template {key} is registered twice")
    _templates[key] = MessageTemplate(name, channel, language, subject, body.strip(), sample or {})


def register_words(words: Mapping[str, tuple[str, str, str]], sample: Mapping[str, Any]) -> None:
    """Register the French texts of messages that go everywhere: by name a title, the text by SMS, and that of
    the page and of the e-mail. Raises ValueError when one exists already."""
    for name, (subject, sms, text) in words.items():
        register_template(name, "sms", "fr", "", typography(sms), sample)
        for channel in ("page", "email"):
            register_template(name, channel, "fr", typography(subject), typography(text), sample)


def template_for(name: str, channel: str, language: str) -> MessageTemplate:
    """Text in that language, else in French; raises UnknownTemplate."""
    for spoken in (language, DEFAULT_LANGUAGE):
        if found := _templates.get((name, channel, spoken)):
            return found
    raise UnknownTemplate(f"no text for {name} by {channel}")


def templates() -> Iterator[MessageTemplate]:
    """All texts, in order of registration."""
    yield from _templates.values()


def has_template(name: str, channel: str) -> bool:
    """Whether `name` can be sent by this channel (its French text exists)."""
    return (name, channel, DEFAULT_LANGUAGE) in _templates


def render(template: MessageTemplate, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body, as plain text in French typography; raises MissingVariable naming what lacks."""
    return (
        " ".join(_render(template, template.subject, context).split("\n")),
        _render(template, template.body, context),
    )


def _render(template: MessageTemplate, source: str, context: Mapping[str, Any]) -> str:
    text = str(_engine().from_string(source).render(Context(dict(context), autoescape=False)))
    if lacking := _MISSING.search(text):
        raise MissingVariable(f"{template.name} ({template.channel}) names {lacking[1]}, which is not given")
    text = text.replace("\x00", "")
    return typography(text) if template.language == DEFAULT_LANGUAGE else text


def _engine() -> Engine:
    return Engine(autoescape=False, string_if_invalid="\u2063%s\u2063")
