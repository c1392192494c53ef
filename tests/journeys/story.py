"""The whole story of one request, step by step, by the words each person reads."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from smartsenegal.lib.dates import format_date
from tests.journeys.people import (
    DISGUISED,
    OFFICER,
    SIGNATORY,
    Answers,
    answer,
    choose_file,
    error_of,
    jump_from_summary,
    message_with,
    pay,
    photograph,
    sign_in,
    sign_up,
    typed,
    wait,
)
from tests.journeys.visit import Visit, plain

SPACE = "/espace/"
QUEUE, TO_SIGN = "/dossiers/a-traiter/", "/dossiers/a-signer/"


@dataclass(frozen=True)
class Errand:
    """One procedure as its applicant meets it."""

    code: str
    title: str
    misspelt: str
    price: str
    condition: str
    identity: Answers
    pages: tuple[tuple[str, Answers], ...]  # title of each question, and what is answered
    pieces: tuple[tuple[str, str], ...]  # title of each piece, and which document is given ("" when one only)
    piece_to_mend: str
    answer_to_mend: str
    mended: Answers
    decision: Answers
    reason: str


IDENTITY = {
    "Prénoms": "Awa",
    "Nom": "Ndiaye",
    "Date de naissance": "27 3 1994",
    "Pays de naissance": "Sénégal",
    "Commune de naissance": "Thiès Nord",
}
ADDRESS = {"Commune": "Thiès Nord", "Adresse": "Villa 12, Randoulène"}
RESIDENCE = Errand(
    code="certificat-residence",
    title="Certificat de résidence",
    misspelt="sertificat de residanse",
    price="150 F CFA",
    condition="Habitez-vous au Sénégal ?",
    identity=IDENTITY,
    pages=(("Où habitez-vous ?", ADDRESS),),
    pieces=(("Une preuve de votre adresse", "Certificat de domicile"), ("Votre pièce d’identité", "")),
    piece_to_mend="Une preuve de votre adresse",
    answer_to_mend="Votre adresse",
    mended={"Adresse": "Villa 21, Randoulène Nord"},
    decision={},
    reason="Adresse non prouvée",
)
RECORD = Errand(
    code="casier-judiciaire-b3",
    title="Extrait du casier judiciaire (bulletin n° 3)",
    misspelt="kasié judisière",
    price="400 F CFA",
    condition="Demandez-vous votre propre casier judiciaire ?",
    identity=IDENTITY,
    pages=(),
    pieces=(("Un extrait de naissance ou une carte d’identité", "Carte d’identité"),),
    piece_to_mend="Un extrait de naissance ou une carte d’identité",
    answer_to_mend="Votre identité",
    mended={"Prénoms": "Awa Marème"},
    decision={"Néant": ""},
    reason="L’identité ne peut pas être établie",
)
ERRANDS: Mapping[str, Errand] = {e.code: e for e in (RESIDENCE, RECORD)}


def new_phone() -> str:
    return f"77 {secrets.randbelow(900) + 100} {secrets.randbelow(90) + 10} {secrets.randbelow(90) + 10}"


@dataclass
class Story:
    """A request on its way. Each step leaves its person on the page where it ended."""

    errand: Errand
    person: Visit
    phone: str = field(default_factory=new_phone)
    draft: str = ""  # address of the case without what follows its identifier
    reference: str = ""
    receipt: str = ""

    @property
    def case_id(self) -> str:
        return self.draft.strip("/").split("/")[-1]

    # --- before any account ---------------------------------------------------------------

    def find(self) -> None:
        """From the home page, by a search with mistakes, to the sheet."""
        person, errand = self.person.open("/").check(), self.errand
        person.page.get_by_role("searchbox").fill(errand.misspelt)
        person.press("Chercher").sees(errand.title).check(names=errand.misspelt.split())
        person.follow(errand.title)
        person.sees(errand.title, errand.price, "Qui peut demander", "Ce qu’il vous faut", "Le texte").check()

    def pass_conditions(self) -> None:
        """Who may ask is told before any account: unanswered, no, then yes."""
        person, errand = self.person, self.errand
        person.follow("Commencer").sees(errand.condition).check()
        self.wrongly("Continuer", 200)
        jump_from_summary(person, "")
        person.page.get_by_label("Non", exact=True).check()
        person.press("Continuer").check()
        assert person.page.get_by_label("Oui", exact=True).count() == 0, person.text()
        person.page.go_back()
        self.say_yes()

    def say_yes(self) -> None:
        self.person.page.get_by_label("Oui", exact=True).check()
        self.person.press("Continuer")

    def open_account(self) -> None:
        sign_up(self.person, self.phone, "Awa Ndiaye")

    def wrongly(self, button: str, status: int) -> None:
        """Send a page that must come back with its errors said."""
        person = self.person
        person.expected.append(status)
        person.press(button)
        assert person.page.locator(".ss-error-summary").count() == 1, person.text()
        assert person.page.title().startswith("Erreur"), person.page.title()
        person.check()

    # --- filing -----------------------------------------------------------------------------

    def first_question(self) -> None:
        """A date that does not exist and a name left out: each said beside its field, the rest kept."""
        person = self.person
        person.sees("Qui êtes-vous ?").check()
        self.draft = person.path.split("/questions/")[0]
        self.born_here_or_abroad()
        answer(person, {**self.errand.identity, "Nom": "", "Date de naissance": "31 2 1994"} | {"Nom": " "})
        self.wrongly("Continuer", 200)
        assert error_of(person, "Date de naissance"), "the date is accepted"
        assert error_of(person, "Nom")
        assert typed(person, "Date de naissance") == "31 2 1994"
        assert typed(person, "Prénoms") == self.errand.identity["Prénoms"]
        assert typed(person, "Commune de naissance") == self.errand.identity["Commune de naissance"]
        assert jump_from_summary(person, "date") == "id_identity-birth_date"
        answer(person, self.errand.identity)
        person.press("Continuer")

    def born_here_or_abroad(self) -> None:
        """Only the place that the country of birth calls for is asked."""
        main = self.person.page.locator("main")
        places = (
            main.get_by_label("Commune de naissance"),
            main.get_by_label("Ville de naissance à l’étranger"),
        )
        assert [place.is_visible() for place in places] == [True, False]
        answer(self.person, {"Pays de naissance": "France"})
        assert [place.is_visible() for place in places] == [False, True]
        answer(self.person, {"Pays de naissance": "Sénégal"})

    def leave_and_come_back(self) -> None:
        """The link is lost half-way: the way in leads to the one draft, at what it still lacks."""
        person, stopped = self.person, self.person.path
        person.open("/").open(f"/demarches/{self.errand.code}/").follow("Commencer")
        self.say_yes()
        assert person.path == stopped, f"{person.path} is not {stopped}"
        person.open(SPACE).check(names=["Awa Ndiaye"])
        drafts = person.page.locator(".ss-files__item").filter(has_text=plain(self.errand.title)[:20])
        assert drafts.count() == 1, person.text()
        person.follow(plain(self.errand.title)[:20])
        assert person.path == stopped

    def other_questions(self) -> None:
        for title, answers in self.errand.pages:
            self.person.sees(title).check()
            answer(self.person, answers)
            self.person.press("Continuer")

    def pieces(self) -> None:
        """A page disguised as a photo is refused with its sentence; a photo is kept."""
        for rank, (title, option) in enumerate(self.errand.pieces):
            self.person.sees(title).check()
            if option:
                self.person.page.get_by_label(option, exact=True).check()
            if rank == 0:
                self.refuse_disguised()
            choose_file(self.person, photograph(title))
            if self.person.script:
                assert self.person.page.locator("[data-preview] img").count() == 1
            self.person.press("Continuer")

    def refuse_disguised(self) -> None:
        choose_file(self.person, DISGUISED)
        self.wrongly("Continuer", 200)
        self.person.sees("carte.jpg")
        told = self.person.page.locator("#id_files_error").inner_text()
        assert "photo" in told, told

    def check_and_change(self) -> None:
        """Everything is shown once more; one answer is changed and the page comes back with it."""
        person = self.person
        person.sees("Vérifiez vos réponses", self.errand.price, "photo.jpg").check(names=["photo.jpg"])
        person.follow("Modifier Votre identité")
        answer(person, {"Prénoms": "Awa Marie"})
        person.press("Continuer")
        person.sees("Vérifiez vos réponses", "Awa Marie").check()

    def send(self) -> None:
        self.person.press("Envoyer")
        self.person.sees(self.errand.price)
        found = re.search(r"\b[A-Z]{2}-20\d\d-\d{6}\b", self.person.text())
        assert found, self.person.text()
        self.reference = found[0]

    def pay(self) -> None:
        self.receipt = pay(self.person)
        self.person.follow("Continuer")
        wait(self.sent, "the payment does not reach the case")
        self.person.check()
        self.told("Paiement")

    def sent(self) -> bool:
        self.person.page.reload()
        text = self.person.sees("Demande envoyée", self.reference).text()
        return "Payer" not in text

    def told(self, words: str) -> str:
        """An SMS with the number of the request and these words has come."""
        message = message_with(self.person, self.phone, words)
        assert self.reference in message, message
        return message

    def file(self) -> None:
        """All of it, without looking twice: for the stories that begin later."""
        self.person.open(f"/demarches/{self.errand.code}/conditions/")
        self.say_yes()
        self.open_account()
        self.fill()
        self.send()

    def fill(self) -> None:
        self.draft = self.person.path.split("/questions/")[0]
        answer(self.person, self.errand.identity).press("Continuer")
        self.other_questions()
        for title, option in self.errand.pieces:
            if option:
                self.person.page.get_by_label(option, exact=True).check()
            choose_file(self.person, photograph(title))
            self.person.press("Continuer")

    # --- the service --------------------------------------------------------------------------

    def open_from_queue(self, agent: Visit) -> None:
        """Down the list with the keyboard, Enter opens; without script, the link does."""
        wait(lambda: self.reference in agent.open(QUEUE).text(), "the case is not in the queue")
        agent.check(names=SAMPLE_NAMES)
        if agent.script:
            self.walk_with_keys(agent)
        else:
            agent.follow(self.reference)
        agent.sees(self.reference, "Réponses", "Pièces").check(names=SAMPLE_NAMES)

    def walk_with_keys(self, agent: Visit) -> None:
        rows = agent.page.locator("table[data-keys] tbody tr")
        numbers = [plain(text) for text in rows.locator("th a").all_inner_texts()]
        at = numbers.index(self.reference)
        for _ in range(at + (1 if at == 0 else 0)):
            agent.page.keyboard.press("j")
        if at == 0:
            agent.page.keyboard.press("k")
        selected = agent.page.locator(".ss-table__row--selected")
        assert self.reference in selected.inner_text(), selected.inner_text()
        with agent.page.expect_navigation():
            agent.page.keyboard.press("Enter")

    def see_pieces(self, agent: Visit) -> None:
        """The pictures of the pieces stand beside the answers, and are whole."""
        pictures = agent.page.locator("aside img")
        assert pictures.count() == len(self.errand.pieces)
        for picture in pictures.all():
            picture.scroll_into_view_if_needed()
            wait(lambda p=picture: p.evaluate("i => i.complete && i.naturalWidth"), "a piece is not shown")
        agent.sees("Awa Marie", "Ndiaye", "27 mars 1994")

    def ask_corrections(self, agent: Visit) -> None:
        """Two things at once, one date; what was left out is said, what was ticked stays."""
        agent.follow("Demander des corrections").check()
        self.tick(agent, self.errand.piece_to_mend, "La photo est coupée à droite.", fault=False)
        agent.expected.append(200)
        agent.press("Demander les corrections")
        assert agent.page.locator(".ss-error-summary").count() == 1, agent.text()
        agent.check()
        self.tick(agent, self.errand.piece_to_mend, "Refaites la photo du document entier.")
        self.tick(agent, self.errand.answer_to_mend, "Écrivez-la comme sur votre pièce.")
        agent.page.get_by_label("À envoyer avant le").fill(self.until.strftime("%d %m %Y"))
        agent.press("Demander les corrections")
        agent.sees("Corrections demandées", format_date(self.until)).check(names=SAMPLE_NAMES)

    @property
    def until(self):  # type: ignore[no-untyped-def]
        return timezone.localdate() + timedelta(days=10)

    @staticmethod
    def tick(agent: Visit, label: str, sentence: str, *, fault: bool = True) -> None:
        row = agent.page.get_by_role("row").filter(has=agent.page.get_by_label(label, exact=True))
        row.get_by_role("checkbox").check()
        if fault:
            row.get_by_role("combobox").select_option(index=1)
        row.get_by_role("textbox").fill(sentence)

    def correct(self) -> None:
        """The person is told, sees both things on one page, mends them, sends them together."""
        message = self.told("corriger")
        assert "2 point" in message, message
        assert plain(format_date(self.until)) in message, message
        person = self.person
        person.open(self.draft + "/").sees("Corrections à envoyer avant le", format_date(self.until))
        person.sees(self.errand.piece_to_mend, self.errand.answer_to_mend).check()
        person.follow("Corriger ma demande")
        person.sees("Refaites la photo du document entier.", "Écrivez-la comme sur votre pièce.").check()
        answer(person, self.errand.mended)
        choose_file(person, photograph("Document entier"))
        option = next(o for title, o in self.errand.pieces if title == self.errand.piece_to_mend)
        if option:
            person.page.get_by_label(option, exact=True).check()
        person.press("Envoyer les corrections")
        person.sees("Le service examine votre demande").check()
        self.told("Corrections de la demande")

    def propose(self, agent: Visit) -> None:
        """The officer proposes, and cannot sign what they proposed."""
        agent.open(f"{self.draft}/instruction/").sees(*self.errand.mended.values()).check(names=SAMPLE_NAMES)
        agent.follow("Proposer l’accord").check()
        answer(agent, self.errand.decision)
        agent.press("Proposer l’accord").sees("Accord proposé").check(names=SAMPLE_NAMES)
        self.cannot_sign(agent)

    def cannot_sign(self, agent: Visit) -> None:
        assert agent.page.get_by_role("button", name="Signer").count() == 0
        token = next(c["value"] for c in agent.context.cookies() if c["name"] == "csrftoken")
        answered = agent.page.request.post(
            f"{agent.base}{self.draft}/instruction/signer/",
            form={"csrfmiddlewaretoken": token},
            headers={"Referer": agent.page.url},
        )
        assert answered.status == 403, answered.status

    def refuse(self, agent: Visit, words: str) -> None:
        agent.open(f"{self.draft}/instruction/").follow("Proposer le refus").check(names=SAMPLE_NAMES)
        agent.press("Proposer le refus")
        assert agent.page.locator(".ss-error-summary li").count() == 2, agent.text()
        agent.check(names=SAMPLE_NAMES)
        agent.page.get_by_label(self.errand.reason).check()
        agent.page.get_by_label("Explication pour le demandeur").fill(words)
        agent.press("Proposer le refus").sees("Refus proposé").check(names=SAMPLE_NAMES)

    def sign(self, signatory: Visit, button: str = "Signer l’accord") -> None:
        wait(lambda: self.reference in signatory.open(TO_SIGN).text(), "nothing to sign")
        signatory.check(names=SAMPLE_NAMES).follow(self.reference)
        signatory.sees("proposé par Fatou Sarr").check(names=SAMPLE_NAMES)
        signatory.press(button).check(names=SAMPLE_NAMES)
        assert signatory.page.get_by_role("button", name="Signer").count() == 0

    # --- the act --------------------------------------------------------------------------------

    def receive_act(self, folder: Path) -> Path:
        """The SMS says it is ready; the page gives the PDF."""
        self.told("accordée")
        person = self.person.open(self.draft + "/").sees("Votre document est prêt").check()
        with person.page.expect_download() as download:
            person.page.get_by_role("link", name="Télécharger l’acte").click()
        made = folder / "acte.pdf"
        download.value.save_as(made)
        assert made.read_bytes().startswith(b"%PDF-")
        return made


# Names of the sample's people are theirs: some look like words of another language.
SAMPLE_NAMES = ["Modou Kane", "Cheikh Mbaye", "photo.jpg"]


def agents(officer: Visit, signatory: Visit) -> tuple[Visit, Visit]:
    """Both signed in."""
    return sign_in(officer, OFFICER), sign_in(signatory, SIGNATORY)
