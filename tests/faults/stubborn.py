"""A person who does not give up: what fails is tried again, and a form is sent again as it was filled."""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from smartsenegal.run.check.browser import Browser, Form, Page, Upload, WalkFailed
from smartsenegal.run.check.journey import Journey, wait
from smartsenegal.run.demo.people import PASSWORD
from tests.instance import Instance

T = TypeVar("T")
PATIENCE = 180
_addresses = itertools.count(1)


@dataclass(frozen=True)
class Blow:
    """A process killed before, during (some seconds after it left) or after the sending of a form."""

    victim: str
    moment: str
    delay: float = 0.0

    def __str__(self) -> str:
        return f"{self.victim} {self.moment}" + (f" +{self.delay * 1000:.0f} ms" if self.delay else "")


@dataclass
class Chaos:
    """Deals the blows of a plan, one each time a form is sent."""

    instance: Instance
    plan: Iterator[Blow]
    dealt: list[str] = field(default_factory=list)

    def around(self, send: Callable[[], T]) -> T:
        blow = next(self.plan, None)
        if blow is None:
            return send()
        self.dealt.append(str(blow))
        if blow.moment == "before":
            self.instance.kill(blow.victim)
            return send()
        timer = threading.Timer(blow.delay, self.instance.kill, [blow.victim])
        if blow.moment == "during":
            timer.start()
        try:
            return send()
        finally:
            if blow.moment == "during":
                timer.join()
            else:
                self.instance.kill(blow.victim)


class StubbornBrowser(Browser):
    """Tries again after a cut connection or a 5xx: the same address, or the same form as it was filled."""

    def __init__(self, base: str, chaos: Chaos | None = None) -> None:
        super().__init__(base)
        self.client.timeout = httpx.Timeout(20)
        # One address a person, as our own proxy would tell: the limits count by address.
        number = next(_addresses)
        self.client.headers["X-Forwarded-For"] = f"10.0.{number // 250}.{number % 250 + 1}"
        self.chaos = chaos
        self.tries = 0

    def open(self, address: str, expect: int = 200) -> Page:
        return self._again(lambda: super(StubbornBrowser, self).open(address, expect))

    def fetch(self, address: str) -> httpx.Response:
        def once() -> httpx.Response:
            answer = super(StubbornBrowser, self).fetch(address)
            if answer.status_code >= 500:
                raise httpx.RemoteProtocolError(f"{address} answers {answer.status_code}")
            return answer

        return self._again(once)

    def submit(
        self,
        form: Form,
        values: dict[str, str | list[str]] | None = None,
        files: dict[str, Upload] | None = None,
        button: str = "",
        expect: int = 200,
    ) -> Page:
        def send() -> Page:
            return self._again(
                lambda: super(StubbornBrowser, self).submit(form, values, files, button, expect)
            )

        return self.chaos.around(send) if self.chaos else send()

    def _again(self, act: Callable[[], T]) -> T:
        before, until = self.page, time.monotonic() + PATIENCE
        while True:
            self.tries += 1
            try:
                return act()
            except (httpx.TransportError, WalkFailed) as error:
                if isinstance(error, WalkFailed) and self.page.status < 500:
                    raise
                if time.monotonic() > until:
                    raise
            self.page = before
            time.sleep(0.3)


class StubbornJourney(Journey):
    """The main job by people who try again until it is done."""

    def __init__(
        self, base: str, chaos: Chaos | None = None, procedure: str = "certificat-residence"
    ) -> None:
        super().__init__(base, procedure)
        self.chaos = chaos
        self.person = StubbornBrowser(base, chaos)
        self.agents: dict[str, Browser] = {}
        self.typed: set[str] = set()

    def visitor(self) -> Browser:
        return StubbornBrowser(self.base)

    def sign_up(self) -> str:
        """One question after the other, whichever the site asks; begun again when it no longer knows us."""
        start = f"/dossiers/nouveau/{self.procedure}/"
        page = self.person.open(f"/compte/connexion/?next={start}")
        until, seen = time.monotonic() + PATIENCE, []
        while time.monotonic() < until:
            asked = [name for form in page.forms for name in form.names()]
            seen.append(f"{page.status} {urlsplit(page.url).path} {page.title}")
            try:
                if urlsplit(page.url).path.startswith("/dossiers/"):
                    return f"{self.phone} reconnu"
                if "code" in asked:
                    page = self.person.submit(page.form(having="code"), {"code": self._code()})
                elif "phone" in asked:
                    page = self.person.submit(page.form(having="phone"), {"phone": self.phone})
                else:
                    page = self.person.submit(page.form(having="name"), {"name": "Awa Ndiaye"})
            except WalkFailed as error:
                seen.append(str(error))
                page = self.person.open(f"/compte/connexion/?next={start}")
        raise WalkFailed(f"{self.phone} n’entre pas : {page.summary()} ; pages vues : {seen}")

    def _code(self) -> str:
        """The newest code that was not typed yet: the one before it is still there while a blow delays it."""

        def read() -> str:
            page = self.person.fetch(f"/messages/telephone/?q={self.phone}")
            found = re.findall(r"\b(\d{6})\b", re.sub(r"<[^>]+>", " ", page.text))
            return next((code for code in found if code not in self.typed), "")

        code = wait(read, "le code n’arrive pas", PATIENCE)
        self.typed.add(code)
        return code

    def pay(self) -> str:
        """Pay by Wave: try again while the operator does not answer, as the page says."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            page = self.person.open(f"/dossiers/{self.case}/paiement/")
            if "/paiements/" not in page.url:
                return "payé"
            links = [address for text, address in page.links if "Ouvrir" in text]
            if links:
                operator = self.person.open(links[0])
                if any("Payer" in text for form in operator.forms for _, _, text in form.buttons):
                    self.person.submit(operator.form(button="Payer"), button="Payer")
            elif any("avec Wave" in text for form in page.forms for _, _, text in form.buttons):
                self.person.submit(page.form(button="Wave"), button="Wave")
            time.sleep(0.5)
        raise WalkFailed(f"le paiement n’est pas confirmé : {page.url} {page.summary()}")

    def _agent(self, login: str) -> Browser:
        """The same agent keeps the same session."""
        if login not in self.agents:
            self.agents[login] = self._enter(StubbornBrowser(self.base, self.chaos), login)
        return self.agents[login]

    def _enter(self, browser: Browser, login: str) -> Browser:
        refused: list[str] = []
        while len(refused) < 6:
            page = browser.open("/compte/connexion/mot-de-passe/")
            if "/connexion/" not in page.url:
                return browser
            try:
                page = browser.submit(page.form(having="login"), {"login": login, "password": PASSWORD})
                refused.append(page.summary())
            except WalkFailed as error:
                refused.append(str(error))
        raise WalkFailed(f"{login} n’entre pas : {refused}")

    def download(self) -> str:
        def ready() -> bytes:
            answer = self.person.fetch(f"/dossiers/{self.case}/acte/")
            return answer.content if answer.content.startswith(b"%PDF") else b""

        self.act = wait(ready, "l’acte n’est pas prêt", PATIENCE)
        return f"PDF de {len(self.act) // 1024} ko"

    def walk(self, *, until: str = "") -> None:
        """Every step; those before `until` alone when it is given."""
        for name, step in self.steps():
            if name == until:
                return
            step()
