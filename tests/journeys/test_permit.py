"""A building permit: the mayor's office, the services it consults, the tax, the State; and its silent way."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.instance import Instance, free_port
from tests.journeys.acts import Paper
from tests.journeys.conftest import Visits
from tests.journeys.people import answer, sign_in, wait
from tests.journeys.story import IDENTITY, RESIDENCE, Story
from tests.journeys.visit import Visit

TASKS = "/dossiers/avis-et-visas/"
LAND = {"Commune": "Thiès Nord", "Adresse": "Lot 14, Randoulène"}
TITLE = {"Titre foncier": "", "Numéro du titre": "1234/TH"}
PROJECT = {
    "Habitation": "",
    "Le projet, en quelques phrases": "Une maison de famille.",
    "Nombre d’étages au-dessus du rez-de-chaussée": "1",
    "Surface à construire, en mètres carrés": "120",
}
PERMIT = replace(
    RESIDENCE,
    code="permis-construire",
    title="Permis de construire (dossier simple)",
    price="",
    identity=IDENTITY,
    pages=(
        ("Où se trouve le terrain ?", LAND),
        ("Quel titre avez-vous sur ce terrain ?", TITLE),
        ("Que voulez-vous construire ?", PROJECT),
        ("Qui a dressé les plans ?", {}),
    ),
    pieces=(
        ("La demande au maire", ""),
        ("Le titre sur le terrain", "Titre foncier"),
        ("Le plan de situation certifié par le cadastre", ""),
        ("L’extrait du plan cadastral", ""),
        ("Les plans de l’architecte au 1/100", ""),
        ("La fiche de renseignements", ""),
        ("Le devis descriptif et estimatif", ""),
        ("Le plan de la fosse septique ou du raccordement à l’égout", ""),
    ),
)


class PermitStory(Story):
    """A permit on its way: simple files answer no to the first condition."""

    def say_yes(self) -> None:
        self.person.page.get_by_label("Non", exact=True).check()
        self.person.press("Continuer")


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the number of days by which the demonstration is ahead."""
    made = tmp_path_factory.mktemp("clock") / "days"
    made.write_text("0")
    return made


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory, clock: Path, prepared: Path) -> Iterator[Instance]:
    """A demonstration of its own: its clock is moved."""
    environment = {"SMARTSENEGAL_TEST_CLOCK": str(clock)}
    made = Instance(tmp_path_factory.mktemp("permit") / "data", free_port(), environment)
    made.begin_from(prepared)
    made.start(400)
    yield made
    made.stop()


def agent_of(visits: Visits, login: str) -> Visit:
    """An agent at their desk; patient, since the circuit has many of them at once."""
    agent = visits()
    agent.context.set_default_timeout(60_000)
    return sign_in(agent, login)


def answer_task(agent: Visit, story: Story, answers: dict[str, str], button: str) -> None:
    """Open what awaits the agent's service on this case, answer, and come back to the list."""
    wait(lambda: story.reference in agent.open(TASKS).text(), "nothing awaits this service")
    agent.check()
    agent.follow(story.reference).sees(story.reference, "Réponses", "Pièces").check()
    answer(agent, answers)
    agent.press(button)
    assert agent.path == TASKS, agent.text()


def test_a_permit_goes_round_and_is_approved_by_the_state(visits: Visits, tmp_path: Path) -> None:
    story = PermitStory(PERMIT, visits(phone=True, quiet=True))
    story.file()
    story.person.open(story.draft + "/").sees("Si l’administration ne répond pas", "Mise en demeure possible")
    story.person.check()
    office, mayor = agent_of(visits, "mairie@demo.sn"), agent_of(visits, "maire@demo.sn")
    urbanism, consulted = agent_of(visits, "urbanisme@demo.sn"), agent_of(visits, "avis@demo.sn")
    prefect = agent_of(visits, "prefet@demo.sn")
    office.open(f"{story.draft}/instruction/").check().press("Déclarer recevable").check()
    answer_task(urbanism, story, {"Favorable": ""}, "Rendre l’avis")
    answer_task(
        consulted,
        story,
        {"Favorable avec réserves": "", "Observations (facultatif)": "Respecter les bornes."},
        "Rendre l’avis",
    )
    answer_task(consulted, story, {"Favorable": ""}, "Rendre l’avis")
    answer_task(urbanism, story, {"Taxe d’urbanisme": "3 000", "Timbre": "1 000"}, "Fixer le montant")
    story.told("montant fixé")
    story.person.open(story.draft + "/").sees("4 000 F CFA").check()
    story.person.follow("Payer")
    story.pay()
    office.open(f"{story.draft}/instruction/").sees("Respecter les bornes.").check()
    office.follow("Proposer l’accord").check()
    answer(office, {"Prescriptions à respecter": "Néant"})
    office.press("Proposer l’accord").sees("Accord proposé")
    wait(lambda: story.reference in mayor.open("/dossiers/a-signer/").text(), "nothing to sign")
    mayor.follow(story.reference).press("Signer l’accord").check()
    answer_task(prefect, story, {"Donner le visa": ""}, "Répondre")
    text = Paper(story.receive_act(tmp_path)).text()
    assert "Approbation du préfet" in text, text


def test_a_silent_office_grants_after_a_notice(
    visits: Visits, instance: Instance, clock: Path, tmp_path: Path
) -> None:
    story = PermitStory(PERMIT, visits(phone=True, quiet=True))
    story.file()
    person = story.person
    clock.write_text("29")
    person.open(story.draft + "/").follow("Mettre l’administration en demeure").check()
    person.press("Mettre en demeure").sees("Mise en demeure enregistrée").check()
    story.told("mise en demeure")
    clock.write_text("60")
    heard = instance.run("silence")
    assert heard.returncode == 0, heard.stderr
    story.told("accord tacite")
    person.open(story.draft + "/").sees("Votre demande est accordée", "Pas fait", "Décompte du délai").check()
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="Télécharger l’attestation").click()
    attestation = tmp_path / "attestation.pdf"
    download.value.save_as(attestation)
    words = re.sub(r"\s+", " ", Paper(attestation).text())
    assert "réputée accordée" in words, words
    assert "28 jours" in words, words
    person.follow("Demander l’acte").check().press("Demander l’acte").check()
    prefect = agent_of(visits, "prefet@demo.sn")
    answer_task(prefect, story, {}, "Signer l’acte")
    story.told("Votre document")
    person.open(story.draft + "/").sees("Votre document est prêt").check()
