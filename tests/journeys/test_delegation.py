"""A mayor delegates a signature; the assistant signs the permit, which says so; then it is ended at once."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from tests.journeys.acts import Paper
from tests.journeys.conftest import Visits
from tests.journeys.people import answer, choose_file, photograph, wait
from tests.journeys.story import TO_SIGN
from tests.journeys.test_permit import PERMIT, PermitStory, agent_of, answer_task
from tests.journeys.visit import Visit

ASSISTANT = "Cheikh Tidiane Mbaye"


def delegate(mayor: Visit) -> None:
    """The mayor lets the assistant sign, by an act of today, for ten days."""
    today = timezone.localdate()
    mayor.open("/dossiers/delegations/").check().follow("Déléguer ma signature").check()
    answer(
        mayor,
        {
            "À qui": ASSISTANT,
            "Sa qualité": "Le premier adjoint",
            "Premier jour": today.strftime("%d %m %Y"),
            "Dernier jour": (today + timedelta(days=10)).strftime("%d %m %Y"),
            "Numéro de l’acte": "45/2026",
            "Date de l’acte": today.strftime("%d %m %Y"),
        },
    )
    choose_file(mayor, photograph("Arrêté n° 45/2026"))
    mayor.press("Déléguer", exact=True).sees(f"{ASSISTANT} signe pour vous dès maintenant", "45/2026").check()


def ready_to_sign(visits: Visits) -> PermitStory:
    """A permit that went round its services and was proposed to the mayor."""
    story = PermitStory(PERMIT, visits(phone=True, quiet=True))
    story.file()
    office, urbanism = agent_of(visits, "mairie@demo.sn"), agent_of(visits, "urbanisme@demo.sn")
    consulted = agent_of(visits, "avis@demo.sn")
    office.open(f"{story.draft}/instruction/").press("Déclarer recevable")
    answer_task(urbanism, story, {"Favorable": ""}, "Rendre l’avis")
    answer_task(consulted, story, {"Favorable": ""}, "Rendre l’avis")
    answer_task(consulted, story, {"Favorable": ""}, "Rendre l’avis")
    answer_task(urbanism, story, {"Taxe d’urbanisme": "3 000", "Timbre": "1 000"}, "Fixer le montant")
    story.told("montant fixé")
    story.person.open(story.draft + "/").follow("Payer")
    story.pay()
    office.open(f"{story.draft}/instruction/").follow("Proposer l’accord")
    answer(office, {"Prescriptions à respecter": "Néant"})
    office.press("Proposer l’accord").sees("Accord proposé")
    return story


def test_the_assistant_signs_the_permit_for_the_mayor(visits: Visits, tmp_path: Path) -> None:
    story = ready_to_sign(visits)
    mayor, assistant = agent_of(visits, "maire@demo.sn"), agent_of(visits, "adjoint@demo.sn")
    delegate(mayor)
    wait(lambda: story.reference in assistant.open(TO_SIGN).text(), "nothing to sign")
    assistant.check().follow(story.reference).check().press("Signer l’accord")
    assistant.sees("pour Alioune Badara Kébé par délégation", "acte n° 45/2026").check()
    answer_task(agent_of(visits, "prefet@demo.sn"), story, {"Donner le visa": ""}, "Répondre")
    text = Paper(story.receive_act(tmp_path)).text()
    assert "Pour le maire et par délégation, le premier adjoint" in " ".join(text.split()), text
    assert ASSISTANT in text, text
    mayor.page.reload()
    mayor.sees(story.reference, "Décision signée, accord").check()
    mayor.follow("Y mettre fin").check().press("Mettre fin maintenant").sees("La délégation est terminée")
    assistant.open("/dossiers/delegations/").sees("45/2026", "Terminée")
