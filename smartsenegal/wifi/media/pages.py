"""The pages that people of a site see: the same from the centre and from the cache. No script, no Django.

Words around the content are French or English; the content says its own language. 14 kB hold a page of forty
packages: no font, no script, one small style sheet kept for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby

from smartsenegal.wifi.media.manifest import Entry, Manifest
from smartsenegal.wifi.media.rules import KINDS, duration_said, size_said

LANGUAGES = {"fr": "Français", "wo": "Wolof", "ff": "Pulaar", "en": "English"}
_WORDS = {
    "fr": {
        "title": "À voir et à lire ici",
        "free": "Gratuit, même avant de vous connecter.",
        "none": "Rien à voir ici pour le moment. Revenez demain.",
        "language": "Langue",
        "all": "Toutes",
        "back": "Tous les contenus",
        "open": "Ouvrir",
        "download": "Télécharger",
        "captions": "Sous-titres",
        "licence": "Licence",
        "portal": "Se connecter à internet",
    },
    "en": {
        "title": "Watch and read here",
        "free": "Free, even before you sign in.",
        "none": "Nothing to watch here for now. Come back tomorrow.",
        "language": "Language",
        "all": "All",
        "back": "All content",
        "open": "Open",
        "download": "Download",
        "captions": "Captions",
        "licence": "Licence",
        "portal": "Connect to the internet",
    },
}
_KINDS_EN = {
    "lesson": "Lessons", "film": "Films and programmes", "audio": "Sound", "document": "Documents",
    "information": "Useful information",
}  # fmt: skip
_KINDS_FR = {
    "lesson": "Leçons", "film": "Films et émissions", "audio": "À écouter", "document": "Documents",
    "information": "Informations utiles",
}  # fmt: skip


class Links:
    """Where things are, for the server that shows the page. `portal` is "" where it is not known."""

    def __init__(
        self,
        index: str,
        page: Callable[[str], str],
        file: Callable[[Entry], str],
        style: str,
        portal: str = "",
    ) -> None:
        self.index, self.page, self.file, self.style, self.portal = index, page, file, style, portal


def index(name: str, found: Sequence[Manifest], links: Links, *, shown: str = "", spoken: str = "fr") -> str:
    """All that a site has, by kind, in the language `shown` ("": all), with words in the one `spoken`."""
    words = _words(spoken)
    chosen = [m for m in found if not shown or m.language == shown]
    order = [kind for kind, _ in KINDS]
    chosen.sort(key=lambda m: order.index(m.kind) if m.kind in order else len(order))
    labels = _KINDS_EN if spoken == "en" else _KINDS_FR
    parts = [f'<h1>{words["title"]}</h1><p class="lead">{escape(name)}. {words["free"]}</p>']
    parts.append(_languages(found, links, words, shown))
    for kind, group in groupby(chosen, key=lambda m: m.kind):
        rows = "".join(_row(m, links) for m in group)
        parts.append(f'<h2>{escape(labels.get(kind, kind))}</h2><ul class="list">{rows}</ul>')
    if not chosen:
        parts.append(f'<p class="empty">{words["none"]}</p>')
    if links.portal:
        parts.append(f'<p><a class="button" href="{escape(links.portal)}">{words["portal"]}</a></p>')
    return _page(words["title"], "".join(parts), links, spoken)


def package(m: Manifest, links: Links, *, spoken: str = "fr") -> str:
    """One package: its player, or what opens it."""
    words, main = _words(spoken), m.main
    about = " · ".join(filter(None, (LANGUAGES.get(m.language, m.language), duration_said(m.duration_seconds),
                                     size_said(main.size))))  # fmt: skip
    body = (
        f'<p><a href="{escape(links.index)}">← {words["back"]}</a></p>'
        f'<h1 lang="{escape(m.language)}">{escape(m.title)}</h1><p class="lead">{about}</p>'
        f"{_player(m, links, words)}"
        f'<p lang="{escape(m.language)}">{escape(m.summary)}</p>'
        f'<p class="small">{words["licence"]}{_colon(spoken)} {escape(m.licence)}</p>'
    )
    return _page(m.title, body, links, spoken)


def _player(m: Manifest, links: Links, words: dict[str, str]) -> str:
    main = m.main
    url = escape(links.file(main))
    save = f'<p><a class="button second" href="{url}" download>{words["download"]}</a></p>'
    if main.content_type == "video/mp4":
        poster = next((f' poster="{escape(links.file(e))}"' for e in m.of_role("poster")), "")
        tracks = "".join(
            f'<track kind="captions" src="{escape(links.file(e))}" srclang="{escape(e.language)}" '
            f'label="{escape(LANGUAGES.get(e.language, e.language))}"{" default" if n == 0 else ""}>'
            for n, e in enumerate(m.of_role("captions"))
        )
        video = f'<video controls playsinline preload="none"{poster} aria-label="{escape(m.title)}">'
        return f'{video}<source src="{url}" type="video/mp4">{tracks}</video>{save}'
    if main.content_type == "audio/mpeg":
        return f'<audio controls preload="none" src="{url}" aria-label="{escape(m.title)}"></audio>{save}'
    return f'<p><a class="button" href="{url}">{words["open"]}</a></p>'


def _row(m: Manifest, links: Links) -> str:
    about = " · ".join(filter(None, (LANGUAGES.get(m.language, m.language), duration_said(m.duration_seconds),
                                     size_said(m.main.size))))  # fmt: skip
    return (
        f'<li><a href="{escape(links.page(m.code))}" lang="{escape(m.language)}">{escape(m.title)}</a>'
        f"<span>{about}</span></li>"
    )


def _languages(found: Sequence[Manifest], links: Links, words: dict[str, str], shown: str) -> str:
    there = [code for code in LANGUAGES if any(m.language == code for m in found)]
    if len(there) < 2:
        return ""
    choices = [("", words["all"]), *((code, LANGUAGES[code]) for code in there)]
    items = "".join(
        f'<li><a href="{escape(links.index)}{f"?langue={code}" if code else ""}"'
        f"{' aria-current=true' if code == shown else ''}>{label}</a></li>"
        for code, label in choices
    )
    return f'<nav aria-label="{words["language"]}"><ul class="tongues">{items}</ul></nav>'


def _words(spoken: str) -> dict[str, str]:
    return _WORDS.get(spoken, _WORDS["fr"])


def _colon(spoken: str) -> str:
    return ":" if spoken == "en" else "\u00a0:"


def _page(title: str, body: str, links: Links, spoken: str) -> str:
    return (
        f'<!doctype html><html lang="{"en" if spoken == "en" else "fr"}"><head><meta charset="utf-8">'
        f"<title>{escape(title)} – Smart Sénégal</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="{escape(links.style)}"></head>'
        f"<body><header><p>Smart Wifi</p></header><main>{body}</main></body></html>"
    )
