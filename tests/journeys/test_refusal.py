"""A request is refused: its reasons and the ways of appeal reach the person."""

import pytest

from tests.journeys.conftest import Visits
from tests.journeys.story import ERRANDS, Story, agents

WORDS = "Le document joint est illisible. Demandez une copie récente, puis faites une nouvelle demande."


@pytest.mark.parametrize("code", sorted(ERRANDS))
def test_a_refusal_tells_why_and_how_to_appeal(visits: Visits, code: str) -> None:
    story = Story(ERRANDS[code], visits(phone=True, quiet=True))
    story.file()
    story.pay()
    officer, signatory = agents(visits(), visits())
    story.refuse(officer, WORDS)
    story.cannot_sign(officer)
    story.sign(signatory, "Signer le refus")
    story.told("refusée. Motifs et voies de recours")
    person = story.person
    person.quiet = False
    person.open(story.draft + "/").sees(story.errand.reason, WORDS, "Si vous n’êtes pas d’accord").check()
    person.sees("écrire au service qui a décidé")
    assert person.page.get_by_role("link", name="Télécharger l’acte").count() == 0
    signatory.open(f"{story.draft}/instruction/").sees("Refusé")


def test_an_officer_sees_the_proposal_come_back(visits: Visits) -> None:
    """The signatory does not agree: the officer reads why, and proposes otherwise."""
    story = Story(ERRANDS["casier-judiciaire-b3"], visits(phone=True, quiet=True))
    story.file()
    story.pay()
    officer, signatory = agents(visits(), visits())
    story.refuse(officer, WORDS)
    signatory.open(f"{story.draft}/instruction/").follow("Renvoyer à l’agent").check()
    signatory.press("Renvoyer").check()
    signatory.page.get_by_label("Ce que l’agent doit revoir").fill("La pièce est lisible à l’agrandissement.")
    signatory.press("Renvoyer").check()
    officer.open(f"{story.draft}/instruction/").sees("La pièce est lisible à l’agrandissement.").check()
    assert officer.page.get_by_role("link", name="Proposer l’accord").count() == 1
