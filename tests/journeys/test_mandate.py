"""A company registered by somebody else: the mandate by SMS, the request, the act, then the taking back."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from tests.journeys.acts import Paper
from tests.journeys.conftest import Visits
from tests.journeys.people import (
    OFFICER,
    SIGNATORY,
    answer,
    choose_file,
    enter_code,
    message_with,
    messages,
    photograph,
    sign_in,
    sign_up,
    wait,
)
from tests.journeys.story import ADDRESS, IDENTITY, RESIDENCE, SPACE, Story, new_phone
from tests.journeys.visit import Visit

HELPER, PERSON = "Modou Fall", "Awa Ndiaye"
TODAY = timezone.localdate()
COMPANY = replace(
    RESIDENCE,
    code="rccm-societe",
    title="Registre du commerce (RCCM) d’une société",
    price="32 000 F CFA",
    identity={
        "Nom de la société": "Teranga Textiles",
        "SARL": "",
        "Capital, en F CFA (facultatif)": "1 000 000",
    },
    pages=(
        ("Qui représente la société ?", IDENTITY),
        (
            "Quelle est l’activité ?",
            {
                "Activité principale": "Commerce de tissus",
                "Date de début de l’activité": TODAY.strftime("%d %m %Y"),
            },
        ),
        ("Où se trouve l’entreprise ?", ADDRESS),
    ),
    pieces=(
        ("Le casier judiciaire du représentant", ""),
        ("Le certificat de résidence du représentant", ""),
        ("La pièce d’identité du représentant", ""),
        ("Les statuts de la société", ""),
    ),
    decision={
        "Numéro RCCM attribué": "SN-THS-2026-B-1234",
        "Date d’immatriculation": TODAY.strftime("%d %m %Y"),
    },
)
NAMES = [HELPER, PERSON, "photo.jpg", "Teranga Textiles"]


@dataclass
class Mandated(Story):
    """The helper is who walks the pages; the company's founder has a phone, and no account at first."""

    founder_phone: str = ""
    link: str = ""

    def ask(self) -> None:
        """The helper opens an account and asks for the founder's agreement, for this procedure alone."""
        helper = self.person.open("/compte/pour/demander/")
        sign_up(helper, self.phone, HELPER)
        helper.sees("Demander un mandat").check(names=NAMES)
        answer(
            helper,
            {
                "Prénoms et nom de la personne": PERSON,
                "Son numéro de téléphone": self.founder_phone,
                "Jusqu’à quand ?": (TODAY + timedelta(days=30)).strftime("%d %m %Y"),
                "Celles que je choisis": "",
                self.errand.title: "",
            },
        )
        helper.press("Envoyer le code à la personne").sees(f"L’accord de {PERSON}").check(names=NAMES)

    def agree(self, founder: Visit) -> None:
        """The founder reads who wants what, and types the code of the message."""
        told = message_with(founder, self.founder_phone, "veut faire vos")
        assert HELPER in told, told
        found, code = re.search(r"/compte/m/[^/]+/", told), re.search(r"\b\d{6}\b", told)
        assert found, told
        assert code, told
        self.link = found[0]
        founder.open(self.link).sees(f"{HELPER} veut faire vos démarches", self.errand.title).check(
            names=NAMES
        )
        founder.page.get_by_label("Code reçu").fill(code[0])
        founder.press("Donner mon accord").sees(f"{HELPER} peut faire vos démarches").check(names=NAMES)
        message_with(founder, self.phone, "vous a donné un mandat")

    def act_for(self) -> None:
        helper = self.person.open("/compte/agir/").sees(PERSON).check(names=NAMES)
        helper.press(f"Choisir {PERSON}").check(names=NAMES)
        helper.open(f"/demarches/{self.errand.code}/").sees("Vous agissez au nom de", PERSON).check(
            names=NAMES
        )
        helper.follow("Commencer")

    def cannot_do_another(self) -> None:
        """What the mandate does not name is refused before anything is typed."""
        self.person.expected.append(409)
        self.person.open("/dossiers/nouveau/certificat-residence/")
        self.person.sees("ne couvre pas cette démarche").check(names=NAMES)
        self.person.open(f"/dossiers/nouveau/{self.errand.code}/")

    def fill(self) -> None:
        helper, errand = self.person, self.errand
        self.draft = helper.path.split("/questions/")[0]
        helper.sees("Demande faite pour", PERSON).check(names=NAMES)
        answer(helper, errand.identity).press("Continuer")
        self.other_questions()
        for title, _ in errand.pieces:
            helper.sees(title, "Demande faite pour").check(names=NAMES)
            if helper.page.get_by_label("Date du document").count():
                helper.page.get_by_label("Date du document").fill(TODAY.strftime("%d %m %Y"))
            choose_file(helper, photograph(title))
            helper.press("Continuer")
        helper.sees("Vérifiez vos réponses", f"J’envoie cette demande pour {PERSON}").check(names=NAMES)

    def both_are_told(self, founder: Visit, words: str) -> None:
        for phone in (self.phone, self.founder_phone):
            assert self.reference in message_with(founder, phone, words)

    def register(self, officer: Visit, signatory: Visit) -> None:
        officer.open(f"{self.draft}/instruction/")
        officer.sees("Déposé par", f"{HELPER}, au titre d’un mandat", PERSON).check(names=NAMES)
        officer.follow("Proposer l’accord")
        answer(officer, self.errand.decision)
        officer.press("Proposer l’accord").sees("Accord proposé")
        wait(lambda: self.reference in signatory.open("/dossiers/a-signer/").text(), "nothing to sign")
        signatory.follow(self.reference).press("Signer l’accord").check(names=NAMES)


def test_a_company_is_registered_under_a_mandate_and_the_mandate_taken_back(
    visits: Visits, tmp_path: Path
) -> None:
    story = Mandated(COMPANY, visits(phone=True), new_phone(), founder_phone=new_phone())
    founder, helper = visits(phone=True), story.person
    story.ask()
    story.agree(founder)
    story.act_for()
    story.cannot_do_another()
    story.fill()
    story.send()
    story.pay()
    helper.sees("Demande faite pour", PERSON)
    story.both_are_told(founder, "Paiement")
    assert f"Par {HELPER}, pour vous." in message_with(founder, story.founder_phone, "Payez")

    story.register(sign_in(visits(), OFFICER), sign_in(visits(), SIGNATORY))
    story.both_are_told(founder, "accordée")
    text = Paper(story.receive_act(tmp_path)).text()
    assert "Teranga Textiles" in text
    assert PERSON in text
    assert HELPER not in text

    founder.open(story.link).press("Retirer mon accord").check(names=NAMES)
    helper.expected.append(403)
    helper.open(story.draft + "/").sees("le mandat est terminé").check(names=NAMES)
    helper.open(SPACE).check(names=NAMES)
    assert story.reference not in helper.text()

    known = frozenset(c for m in messages(founder, story.founder_phone) for c in re.findall(r"\b\d{6}\b", m))
    founder.open(SPACE)
    founder.page.get_by_label("Quel est votre numéro de téléphone").fill(story.founder_phone)
    founder.press("Recevoir un code")
    enter_code(founder, story.founder_phone, earlier=known)
    founder.open(SPACE).sees(story.reference, f"déposée par {HELPER}").check(names=NAMES)
    founder.follow(COMPANY.title[:20])
    founder.sees("Votre document est prêt", f"{HELPER}, au titre d’un mandat").check(names=NAMES)
