"""People who use the instance while it is ill-treated."""

from collections.abc import Callable
from typing import Any

import httpx

from smartsenegal.run.check.browser import Browser, Form, Page, Upload
from smartsenegal.run.check.filling import answers, photograph
from smartsenegal.run.check.journey import INSPECTOR, OFFICER, SIGNATORY
from tests.faults.stubborn import StubbornJourney

__all__ = ["INSPECTOR", "OFFICER", "SIGNATORY", "Applicant", "post"]


class Applicant(StubbornJourney):
    """A person with an account, who files one request after the other."""

    def draft(self) -> Page:
        """The page where the one draft stands."""
        page = self.person.open(f"/dossiers/nouveau/{self.procedure}/")
        self.case = page.url.split("/dossiers/")[1].split("/")[0]
        return page

    def ready(self) -> Page:
        """A draft filled to the last page, the one that sends it."""
        self.draft()
        self.fill()
        return self.person.page

    def filed(self) -> str:
        """A request sent and to be paid; its identifier."""
        self.ready()
        self.submit()
        return self.case

    def paid(self) -> str:
        self.filed()
        self.pay()
        return self.case

    def to_piece(self) -> Page:
        """The page that asks a file, of a draft whose questions are answered."""
        page = self.draft()
        while "/pieces/" not in page.url:
            if "/verification/" in page.url:
                return self.person.open(next(a for _, a in page.links if "/pieces/" in a and "retour" in a))
            form = next(f for f in page.forms if f.method == "post")
            page = self.person.submit(form, answers(form))
        return page

    def send_file(self, name: str, content: bytes, kind: str, expect: int = 200) -> Page:
        """Send one file on the piece's page as it stands; the page that answers."""
        form = (
            self.person.page.form(having="files")
            if _has(self.person.page, "files")
            else _upload_form(self.person.page)
        )
        files: dict[str, Upload] = {form.names("file")[0]: (name, content, kind)}
        return self.person.submit(form, answers(form), files, expect=expect)


def _has(page: Page, name: str) -> bool:
    return any(name in form.names() for form in page.forms)


def _upload_form(page: Page) -> Form:
    return next(form for form in page.forms if form.names("file"))


def post(
    browser: Browser, form: Form, values: dict[str, Any] | None = None, **options: Any
) -> httpx.Response:
    """Send a form once, following nothing: the bare answer."""
    sent: dict[str, Any] = {**form.values(), **(values or {})}
    headers = {"Referer": browser.page.url, "Origin": browser.base, **options.pop("headers", {})}
    return browser.client.post(form.action, data=sent, headers=headers, follow_redirects=False, **options)


Photograph: Callable[[], bytes] = photograph
