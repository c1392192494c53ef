"""The least browser that can walk our pages as a person without JavaScript does: links, forms, cookies."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

Upload = tuple[str, bytes, str]
_VOID = {"input", "br", "img", "meta", "link", "hr", "source", "path", "circle", "rect", "line", "polyline"}


class WalkFailed(AssertionError):
    """A step of the walk did not find what a person would look for; the message says what."""


@dataclass
class Control:
    """One control of a form with the value it would send."""

    name: str
    kind: str
    value: str = ""
    checked: bool = False
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, text

    def values(self) -> dict[str, list[str]]:
        """What the form sends untouched: text as it stands, ticked boxes, chosen options."""
        sent: dict[str, list[str]] = {}
        for control in self.controls:
            if control.kind == "file" or (control.kind in {"radio", "checkbox"} and not control.checked):
                continue
            sent.setdefault(control.name, []).append(control.value)
        return sent

    def names(self, kind: str = "") -> list[str]:
        found = [c.name for c in self.controls if not kind or c.kind == kind]
        return list(dict.fromkeys(found))

    def choices(self, name: str) -> list[str]:
        """Values that a radio group, a box or a select offers."""
        return [
            v
            for c in self.controls
            if c.name == name
            for v in ([c.value] if not c.options else c.options)
            if v
        ]


class Page(HTMLParser):
    """A page read once: title, visible text, links, forms, sentences of error."""

    def __init__(self, url: str, status: int, text: str) -> None:
        super().__init__()
        self.url, self.status, self.source = url, status, text
        self.title = ""
        self.text = ""
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.refresh = ""
        self._inside: list[str] = []
        self._link: list[str] | None = None
        self._button: tuple[str, str, list[str]] | None = None
        self._select: Control | None = None
        self._textarea: Control | None = None
        self._form: Form | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        if tag not in _VOID:
            self._inside.append(tag)
        handler = getattr(self, f"_start_{tag}", None)
        if handler:
            handler(values)

    def _start_form(self, values: dict[str, str]) -> None:
        self._form = Form(
            urljoin(self.url, values.get("action") or self.url), values.get("method", "get").lower()
        )
        self.forms.append(self._form)

    def _start_a(self, values: dict[str, str]) -> None:
        self._link = [urljoin(self.url, values.get("href", ""))]

    def _start_meta(self, values: dict[str, str]) -> None:
        if values.get("http-equiv", "").lower() == "refresh":
            self.refresh = values.get("content", "")

    def _start_input(self, values: dict[str, str]) -> None:
        kind = values.get("type", "text").lower()
        if kind == "submit" and self._form:
            self._form.buttons.append(
                (values.get("name", ""), values.get("value", ""), values.get("value", ""))
            )
        elif values.get("name") and (form := self._of(values)):
            value = values.get("value", "on" if kind == "checkbox" else "")
            form.controls.append(Control(values["name"], kind, value, "checked" in values))

    def _start_select(self, values: dict[str, str]) -> None:
        self._select = Control(values.get("name", ""), "select")
        if form := self._of(values):
            form.controls.append(self._select)

    def _start_option(self, values: dict[str, str]) -> None:
        if self._select is not None:
            self._select.options.append(values.get("value", ""))
            if "selected" in values or len(self._select.options) == 1:
                self._select.value = values.get("value", "")

    def _start_textarea(self, values: dict[str, str]) -> None:
        self._textarea = Control(values.get("name", ""), "textarea")
        if form := self._of(values):
            form.controls.append(self._textarea)

    def _start_button(self, values: dict[str, str]) -> None:
        if values.get("type", "submit") == "submit":
            self._button = (values.get("name", ""), values.get("value", ""), [])

    def _of(self, values: dict[str, str]) -> Form | None:
        return self._form or (self.forms[-1] if values.get("form") and self.forms else None)

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == "title":
            self.title += data
        if not {"script", "style", "head"} & set(self._inside):
            self.text += data
        if self._link is not None:
            self._link.append(data)
        if self._button is not None:
            self._button[2].append(data)
        if self._textarea is not None:
            self._textarea.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                continue
        if tag == "a" and self._link is not None:
            self.links.append((" ".join("".join(self._link[1:]).split()), self._link[0]))
            self._link = None
        elif tag == "button" and self._button is not None:
            name, value, text = self._button
            if self._form:
                self._form.buttons.append((name, value, " ".join("".join(text).split())))
            self._button = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "form":
            self._form = None

    def link(self, words: str) -> str:
        """Address of the first link whose text holds these words."""
        for text, address in self.links:
            if words.lower() in text.lower():
                return address
        raise WalkFailed(f"le lien « {words} » manque sur {self.url}")

    def form(self, *, having: str = "", button: str = "") -> Form:
        """First form that has a control with this name, or a button with these words."""
        for form in self.forms:
            named = not having or having in form.names()
            pressed = not button or any(button.lower() in text.lower() for _, _, text in form.buttons)
            if named and pressed:
                return form
        raise WalkFailed(f"le formulaire {having or button!r} manque sur {self.url} : {self.summary()}")

    def summary(self) -> str:
        return " ".join(self.text.split())[:400]


class Browser:
    """A person's visit: cookies kept, redirections followed."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.client = httpx.Client(follow_redirects=True, timeout=30, headers={"Accept-Language": "fr"})
        self.page = Page(self.base, 0, "")

    def open(self, address: str, expect: int = 200) -> Page:
        """Go to an address; raises WalkFailed when the answer is not the status expected."""
        return self._read(self.client.get(urljoin(self.base + "/", address)), expect)

    def follow(self, words: str) -> Page:
        return self.open(self.page.link(words))

    def fetch(self, address: str) -> httpx.Response:
        """An answer that is not a page (a file, JSON), without leaving the page."""
        return self.client.get(urljoin(self.base + "/", address))

    def submit(
        self,
        form: Form,
        values: dict[str, str | list[str]] | None = None,
        files: dict[str, Upload] | None = None,
        button: str = "",
        expect: int = 200,
    ) -> Page:
        """Send a form as it stands with these values changed, by the button that has these words."""
        sent = form.values()
        for name, value in (values or {}).items():
            sent[name] = value if isinstance(value, list) else [value]
        for name, value, text in form.buttons:
            if name and (
                button.lower() in text.lower() if button else (name, value, text) == form.buttons[0]
            ):
                sent[name] = [value]
                break
        if form.method == "get":
            return self._read(self.client.get(form.action, params=sent), expect)
        headers = {"Referer": self.page.url, "Origin": self.base}
        return self._read(
            self.client.post(form.action, data=sent, files=files or None, headers=headers), expect
        )

    def _read(self, response: httpx.Response, expect: int) -> Page:
        self.page = Page(str(response.url), response.status_code, response.text)
        if response.status_code != expect:
            raise WalkFailed(f"{response.url} répond {response.status_code} : {self.page.summary()}")
        return self.page
