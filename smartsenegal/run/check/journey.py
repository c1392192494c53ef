"""The main job, step by step, over HTTP: from the search to an act that anyone verifies."""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from smartsenegal.run.check import wifi
from smartsenegal.run.check.browser import Browser, WalkFailed
from smartsenegal.run.check.filling import answers, uploads
from smartsenegal.run.demo.people import PASSWORD

PROCEDURE = "certificat-residence"
OFFICER, SIGNATORY, INSPECTOR = "instruction@demo.sn", "signature@demo.sn", "inspection@demo.sn"
PAGES_AT_MOST = 30

Step = Callable[[], str]
T = TypeVar("T")


class Journey:
    """One walk. Each step returns the words that say what was seen, or raises WalkFailed."""

    def __init__(self, base: str, procedure: str = PROCEDURE) -> None:
        self.base = base
        self.procedure = procedure
        self.person = self.visitor()
        self.phone = f"77{secrets.randbelow(10**7):07d}"
        self.case = ""
        self.act = b""
        self.code = ""

    def steps(self) -> Iterator[tuple[str, Step]]:
        """The steps in order. Those after the sheet need the demonstration's telephone and accounts."""
        yield "Santé", self.health
        yield "Accueil", self.home
        yield "Recherche mal écrite", self.search
        yield "Fiche", self.sheet
        if self.is_demo():
            yield "Compte par téléphone", self.sign_up
            yield "Questions et pièces", self.fill
            yield "Envoi", self.submit
            yield "Paiement", self.pay
            yield "Instruction", self.propose
            yield "Signature", self.sign
            yield "Acte", self.download
            yield "Vérification publique", self.verify
            yield "Suivi", self.follow
            yield "Journal", self.journal
            if wifi.is_here(self.base):
                yield "Wi-Fi", lambda: wifi.log_in(self.base)

    def visitor(self) -> Browser:
        """Somebody who comes to the site for the first time."""
        return Browser(self.base)

    def is_demo(self) -> bool:
        return self.person.fetch("/messages/telephone/").status_code == 200

    # --- without an account ---------------------------------------------------------

    def health(self) -> str:
        answer = self.person.fetch("/healthz")
        if answer.status_code != 200:
            raise WalkFailed(f"/healthz répond {answer.status_code} : {answer.text[:300]}")
        return str(answer.json()["etat"])

    def home(self) -> str:
        return self.person.open("/").title

    def search(self) -> str:
        page = self.person.open("/demarches/?q=sertificat+de+residanse")
        address = page.link("Certificat de résidence")
        return f"« sertificat de residanse » mène à {address.removeprefix(self.base)}"

    def sheet(self) -> str:
        page = self.person.open(f"/demarches/{self.procedure}/")
        page.link("Commencer")
        return page.title

    # --- the applicant --------------------------------------------------------------

    def sign_up(self) -> str:
        start = f"/dossiers/nouveau/{self.procedure}/"
        page = self.person.open(f"/compte/connexion/?next={start}")
        page = self.person.submit(page.form(having="phone"), {"phone": self.phone})
        page = self.person.submit(page.form(having="code"), {"code": self._code()})
        page = self.person.submit(page.form(having="name"), {"name": "Awa Ndiaye"})
        return f"{self.phone} reconnu"

    def _code(self) -> str:
        def read() -> str:
            page = self.person.fetch(f"/messages/telephone/?q={self.phone}")
            found = re.search(r"\b(\d{6})\b", re.sub(r"<[^>]+>", " ", page.text))
            return found.group(1) if found else ""

        return wait(read, "le code n’arrive pas sur le téléphone de démonstration")

    def fill(self) -> str:
        asked = 0
        while asked < PAGES_AT_MOST:
            page = self.person.page
            if "/verification/" in page.url:
                return f"{asked} pages remplies"
            form = next((f for f in page.forms if f.method == "post"), None)
            if form is None:
                raise WalkFailed(f"rien à remplir sur {page.url} : {page.summary()}")
            self.person.submit(form, answers(form), uploads(form))
            if self.person.page.url == page.url:
                raise WalkFailed(f"{page.url} refuse : {self.person.page.summary()}")
            asked += 1
        raise WalkFailed("le formulaire ne finit pas")

    def submit(self) -> str:
        self.case = self.person.page.url.split("/dossiers/")[1].split("/")[0]
        self.person.submit(self.person.page.form(button="Envoyer"))
        return f"dossier {self.case}"

    def pay(self) -> str:
        if "/paiements/" not in self.person.page.url:
            return "rien à payer"
        page = self.person.page
        receipt = page.url.split("?")[0]
        page = self.person.submit(page.form(button="Wave"), button="Wave")
        operator = self.person.open(page.link("Ouvrir"))
        self.person.submit(operator.form(button="Payer"), button="Payer")

        def settled() -> bool:
            return "/recu/" in str(self.person.fetch(receipt).url)

        wait(settled, "le paiement n’est pas confirmé")
        return "payé, relu chez l’opérateur"

    def follow(self) -> str:
        page = self.person.open(f"/dossiers/{self.case}/")
        page.link("acte")
        messages = self.person.fetch(f"/messages/telephone/?q={self.phone}").text
        return f"{page.title} ; {messages.count('CR-')} mentions du numéro dans les messages"

    # --- the service ------------------------------------------------------------------

    def propose(self) -> str:
        officer = self._agent(OFFICER)
        wait(
            lambda: self.case in officer.open("/dossiers/a-traiter/").source,
            "le dossier n’est pas dans la file",
        )
        page = officer.open(f"/dossiers/{self.case}/instruction/accorder/")
        form = page.form(having="csrfmiddlewaretoken", button="Proposer")
        officer.submit(form, answers(form), button="Proposer")
        return "accord proposé"

    def sign(self) -> str:
        signatory = self._agent(SIGNATORY)
        page = signatory.open(f"/dossiers/{self.case}/instruction/")
        signatory.submit(page.form(button="Signer"), button="Signer")
        return "signé par une autre personne"

    def _agent(self, login: str) -> Browser:
        browser = self.visitor()
        page = browser.open("/compte/connexion/mot-de-passe/")
        page = browser.submit(page.form(having="login"), {"login": login, "password": PASSWORD})
        if "/connexion/" in page.url:
            raise WalkFailed(f"{login} n’entre pas : {page.summary()}")
        return browser

    # --- the act ------------------------------------------------------------------------

    def download(self) -> str:
        def ready() -> bytes:
            answer = self.person.fetch(f"/dossiers/{self.case}/acte/")
            return answer.content if answer.content.startswith(b"%PDF") else b""

        self.act = wait(ready, "l’acte n’est pas prêt")
        return f"PDF de {len(self.act) // 1024} ko"

    def verify(self) -> str:
        anyone = self.visitor()
        page = anyone.open("/verifier/")
        form = next(f for f in page.forms if f.names("file"))
        name = form.names("file")[0]
        page = anyone.submit(form, files={name: ("acte.pdf", self.act, "application/pdf")})
        if "authentique" not in page.text.lower():
            raise WalkFailed(f"l’acte n’est pas reconnu : {page.summary()}")
        changed = bytearray(self.act)
        changed[len(changed) // 3] ^= 1
        page = anyone.open("/verifier/")
        form = next(f for f in page.forms if f.names("file"))
        page = anyone.submit(form, files={name: ("acte.pdf", bytes(changed), "application/pdf")})
        if "est authentique" in page.text.lower():
            raise WalkFailed("un acte altéré est accepté")
        return "authentique ; un octet changé est refusé"

    def journal(self) -> str:
        inspector = self._agent(INSPECTOR)
        page = inspector.open(f"/journal/?objet=case:{self.case}")
        if self.case not in page.source:
            raise WalkFailed("le journal ne dit rien du dossier")
        return "les actes sur le dossier y sont"


def wait(probe: Callable[[], T], sentence: str, seconds: float = 30) -> T:
    """What the probe gives once it gives something; WalkFailed with the sentence after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        if found := probe():
            return found
        if time.monotonic() > until:
            raise WalkFailed(sentence)
        time.sleep(0.3)
