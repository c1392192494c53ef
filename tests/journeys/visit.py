"""One person's visit in a browser, and what every page they see must satisfy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page

from tests.web.accessible import violations

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
NARROW = (320, 390)
PHONE_PAGE = "/messages/telephone/"
# Words that a machine or another language would leave on a French page.
FOREIGN = re.compile(
    r"\b(submit|error|errors|required|invalid|null|none|nan|undefined|uuid|json|html|http|login|password|email"
    r"|traceback|exception|token|slug|payload|timeout|upload|download|draft|review|officer|signatory|case"
    r"|true|false|object|loading|home|next|previous|please|field|server|click)\b|\{\{|\{%|%\}|\}\}|&\w+;",
    re.I,
)
STRAIGHT = re.compile(r"\w'\w")
LOOSE = re.compile(r"[\wÀ-ÿ»)]( [:;?!])(?=\s|$)")
OVERFLOW = """width => document.documentElement.scrollWidth <= width ? [] :
  [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
  .map(e => e.tagName.toLowerCase() + '.' + (e.getAttribute('class') || '')).slice(0, 4)"""
FACTS = """() => ({
  lang: document.documentElement.lang, title: document.title,
  headings: [...document.querySelectorAll('h1')].map(h => h.innerText),
  text: document.body.innerText,
  // Texts of SMS keep to the 7-bit alphabet, which has neither our apostrophe nor our blank.
  sms: [...document.querySelectorAll('.ss-timeline__text')].map(e => e.innerText),
})"""
# Where each element stands, what it is and how it looks, without its words; several alike count once.
PARTS = """() => {
  const told = /^(class|type|role|hidden|disabled|lang|tabindex|alt|aria-(?!label|describedby|controls).*)$/;
  const own = e => e.tagName + [...e.attributes]
    .map(a => told.test(a.name) ? `[${a.name}=${a.value}]` : `[${a.name}]`).sort().join('');
  const path = new Map([[document, '']]);
  for (const e of document.querySelectorAll('*')) path.set(e, path.get(e.parentNode) + '>' + own(e));
  return innerWidth + [...new Set(path.values())].sort().join('\\n');
}"""
_seen: set[str] = set()


@dataclass
class Visit:
    """A page of a context of its own. `faults` gathers what is wrong on what was seen, to be told at once."""

    page: Page
    base: str
    script: bool
    quiet: bool = False
    faults: list[str] = field(default_factory=list)
    expected: list[int] = field(default_factory=list)

    @classmethod
    def begin(cls, context: BrowserContext, base: str, *, script: bool) -> "Visit":
        visit = cls(context.new_page(), base, script)
        visit.listen(visit.page)
        return visit

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def listen(self, page: Page) -> None:
        """Gather errors of script, of policy and of loading."""
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        # Leaving a page ends what it was still asking for; htmx says so on the console.
        if message.text.startswith(("htmx:sendAbort", "htmx:afterRequest")):
            return
        told = re.search(r"status of (\d{3})", message.text)
        if told and int(told[1]) in self.expected:
            return
        self.faults.append(f"{self.page.url}: {message.text} ({message.location.get('url', '')})")

    def open(self, address: str) -> "Visit":
        self.page.goto(urljoin(self.base, address))
        return self

    def press(self, name: str, *, exact: bool = False) -> "Visit":
        """Press the one button that has these words, and wait for the page it leads to."""
        return self._go(self.page.get_by_role("button", name=name, exact=exact))

    def follow(self, name: str, *, exact: bool = False) -> "Visit":
        """Follow the first link that has these words, and wait for the page it leads to."""
        return self._go(self.page.get_by_role("link", name=name, exact=exact).first)

    def _go(self, to: Locator) -> "Visit":
        with self.page.expect_navigation():
            to.click()
        return self

    def text(self) -> str:
        """What can be read on the page, its blanks made plain."""
        return plain(self.page.locator("body").inner_text())

    def sees(self, *words: str) -> "Visit":
        """The page says these words; AssertionError with what it says otherwise."""
        text = self.text()
        for each in words:
            assert plain(each) in text, f"« {each} » is not on {self.page.url}:\n{text[:1500]}"
        return self

    def check(self, *, names: Sequence[str] = ()) -> "Visit":
        """Note whatever is wrong with the page as it stands; `names` are words typed by people."""
        if self.quiet:
            return self
        self.page.wait_for_load_state("load")
        found = self.page.evaluate(FACTS)
        wrong = [*self._markup(found), *self._words(found, names), *self._width(), *self._axe()]
        self.faults += [f"{self.path}: {fault}" for fault in wrong]
        return self

    def _markup(self, found: dict[str, object]) -> list[str]:
        wrong = [] if found["lang"] == "fr" else [f"lang is {found['lang']!r}"]
        headings = found["headings"]
        assert isinstance(headings, list)
        if len(headings) != 1 or not headings[0].strip():
            wrong.append(f"main headings: {headings}")
        if "Smart Sénégal" not in str(found["title"]):
            wrong.append(f"title: {found['title']}")
        return wrong

    def _words(self, found: dict[str, object], names: Sequence[str]) -> list[str]:
        text = f"{found['title']}\n{found['text']}"
        sms = found["sms"] if self.path == PHONE_PAGE else []
        assert isinstance(sms, list)
        for name in [*names, *sms]:
            text = text.replace(name, "")
        text = re.sub(r"https?://\S+|\S+@\S+|\S+\.(jpg|png|pdf|json|csv|bin)\b", "", text)
        searches = {"foreign word": FOREIGN, "straight apostrophe": STRAIGHT, "loose punctuation": LOOSE}
        return [
            f"{what}: {text[max(0, m.start() - 25) : m.end() + 15]!r}"
            for what, pattern in searches.items()
            for m in pattern.finditer(text)
        ]

    def _width(self) -> list[str]:
        size = self.page.viewport_size
        assert size is not None
        wrong = []
        for width in NARROW:
            self.page.set_viewport_size({"width": width, "height": size["height"]})
            if wide := self.page.evaluate(OVERFLOW, width):
                wrong.append(f"scrolls sideways at {width} px: {wide}")
        self.page.set_viewport_size(size)
        return wrong

    def _axe(self) -> list[str]:
        if not self.script:  # it runs inside the page
            return []
        # It takes seconds of a core: what is made of the same parts in the same places is asked once a run.
        parts = str(self.page.evaluate(PARTS))
        if parts in _seen:
            return []
        _seen.add(parts)
        found = violations(self.page)
        return [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes']][:3]}" for v in found]


def plain(text: str) -> str:
    """The text with ordinary blanks, for comparing."""
    return re.sub(r"\s+", " ", text.replace("\u2011", "-")).strip()
