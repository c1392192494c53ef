"""The headings and lines of an HTML text. Pure."""

import re
from html.parser import HTMLParser
from typing import Any

INTRODUCTION = "Présentation"


def parts_of(body: str) -> list[tuple[str, list[str]]]:
    """The headings of an HTML text, each with its lines; what comes before the first has its own."""
    reader = _Body()
    reader.feed(body)
    reader.close()
    reader.end_line()
    return [(title, lines) for title, lines in reader.parts if title or lines]


class _Body(HTMLParser):
    _HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
    _BREAKS = frozenset(("p", "li", "ul", "ol", "div", "br", "tr", "table", "blockquote", "section"))
    _SILENT = frozenset(("script", "style"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, list[str]]] = []
        self._line, self._is_title, self._silent = "", False, False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in self._HEADINGS:
            self.end_line()
            self._is_title = True
        elif tag in self._BREAKS and not self._is_title:
            self.end_line()
        self._silent = self._silent or tag in self._SILENT

    def handle_endtag(self, tag: str) -> None:
        if tag in self._HEADINGS or (tag in self._BREAKS and not self._is_title):
            self.end_line()
        if tag in self._SILENT:
            self._silent = False

    def handle_data(self, data: str) -> None:
        self._line += "" if self._silent else data

    def end_line(self) -> None:
        line = re.sub(r"[ \t\r\n\f]+", " ", self._line).strip()
        is_title, self._line, self._is_title = self._is_title, "", False
        if not line:
            return
        if is_title:
            self.parts.append((line, []))
            return
        if not self.parts:
            self.parts.append((INTRODUCTION, []))
        self.parts[-1][1].append(line)
