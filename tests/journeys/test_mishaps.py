"""What goes wrong in people's hands: two tabs, two presses, the way back, a session that ends."""

import pytest
from playwright.sync_api import Browser

from tests.instance import Instance
from tests.journeys.conftest import Visits
from tests.journeys.people import OFFICER, answer, messages, sign_in, sign_up, typed, wait
from tests.journeys.story import RECORD, RESIDENCE, SPACE, Story
from tests.journeys.visit import PHONE, Visit


@pytest.fixture
def started(visits: Visits) -> Story:
    """A person at the first question of a residence certificate, on a phone."""
    story = Story(RESIDENCE, visits(phone=True))
    return start(story)


def start(story: Story) -> Story:
    story.person.quiet = True
    story.person.open(f"/demarches/{story.errand.code}/conditions/")
    story.say_yes()
    sign_up(story.person, story.phone, "Awa Ndiaye")
    story.draft = story.person.path.split("/questions/")[0]
    story.person.quiet = False
    return story


def to_check(story: Story) -> None:
    story.fill()
    story.person.sees("Vérifiez vos réponses")


def another_tab(visit: Visit) -> Visit:
    tab = Visit(visit.context.new_page(), visit.base, visit.script, faults=visit.faults)
    tab.listen(tab.page)
    tab.page.goto(visit.page.url)
    return tab


# --- the way back ---------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without-javascript"])
def test_going_back_to_correct_an_answer_keeps_the_correction(visits: Visits, script: bool) -> None:
    """With the browser's own button, which may show the very page that was sent once already."""
    story = start(Story(RESIDENCE, visits(phone=True, script=script)))
    person = story.person
    answer(person, story.errand.identity).press("Continuer").sees("Où habitez-vous ?")
    person.page.go_back()
    answer(person, {"Prénoms": "Fatou"})
    person.press("Continuer")
    person.open(f"{story.draft}/questions/identite/")
    assert typed(person, "Prénoms") == "Fatou"


def test_a_page_that_the_browser_kept_whole_can_be_corrected_too(
    remembering: Browser, instance: Instance
) -> None:
    """Phones show again the very page that was sent, its hidden fields included."""
    context = remembering.new_context(locale="fr-FR", **PHONE)
    story = start(Story(RESIDENCE, Visit.begin(context, instance.url, script=True)))
    person = story.person
    key = person.page.locator("[name=request_key]")
    shown = key.input_value()
    answer(person, story.errand.identity).press("Continuer").sees("Où habitez-vous ?")
    person.page.evaluate("setTimeout(() => history.back(), 20)")
    person.page.wait_for_url("**/questions/identite/", wait_until="commit")
    wait(lambda: key.input_value() == shown, "the page was not kept whole")
    answer(person, {"Prénoms": "Fatou"}).press("Continuer").sees("Où habitez-vous ?")
    person.open(f"{story.draft}/questions/identite/")
    assert typed(person, "Prénoms") == "Fatou"
    assert not person.faults, person.faults
    context.close()


def test_the_way_back_of_the_page_keeps_what_was_answered(started: Story) -> None:
    person = started.person
    answer(person, started.errand.identity).press("Continuer")
    person.follow("Retour", exact=True).sees("Qui êtes-vous ?")
    assert {label: typed(person, label) for label in ("Prénoms", "Nom", "Commune de naissance")} == {
        label: started.errand.identity[label] for label in ("Prénoms", "Nom", "Commune de naissance")
    }


def test_going_back_after_sending_does_not_send_twice(started: Story) -> None:
    person = started.person
    to_check(started)
    started.send()
    person.page.go_back()
    person.press("Envoyer").check()
    assert started.reference in person.text()
    only_one(started)


# --- two presses, two tabs ---------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without-javascript"])
def test_a_double_press_sends_one_request(visits: Visits, script: bool) -> None:
    story = start(Story(RECORD, visits(phone=True, script=script)))
    to_check(story)
    with story.person.page.expect_navigation(url="**/paiements/**"):
        story.person.page.get_by_role("button", name="Envoyer").dblclick()
    story.person.sees(story.errand.price)
    only_one(story)


def only_one(story: Story) -> None:
    """One request in the person's space, one number, one SMS that asks to pay."""
    person = story.person.open(SPACE).check(names=["Awa Ndiaye"])
    assert person.page.locator(".ss-files__item").count() == 1, person.text()
    asked = wait(lambda: asking_to_pay(story), "no SMS asks to pay")
    assert len(asked) == 1, asked


def asking_to_pay(story: Story) -> list[str]:
    return [m for m in messages(story.person, story.phone) if "enregistrée. Payez" in m]


def test_a_page_of_before_the_sending_says_what_happened(started: Story) -> None:
    """The other tab still shows the draft: it neither changes nor loses what was sent."""
    to_check(started)
    tab = another_tab(started.person)
    question = another_tab(started.person)
    question.follow("Modifier Votre identité")
    started.send()
    tab.press("Envoyer").check()
    assert started.reference in tab.text(), tab.text()
    answer(question, {"Prénoms": "Fatou"})
    question.expected.append(409)
    question.press("Continuer").check(names=["Fatou"])
    assert "Fatou" not in started.person.open(f"{started.draft}/").text()
    only_one(started)


def test_two_officers_at_once_the_second_is_told_and_keeps_their_words(visits: Visits) -> None:
    story = Story(RESIDENCE, visits(quiet=True))
    story.file()
    story.person.quiet = True
    story.pay()
    first = sign_in(visits(), OFFICER)
    wait(lambda: story.reference in first.open("/dossiers/a-traiter/").text(), "not in the queue")
    first.open(f"{story.draft}/instruction/refuser/")
    second = another_tab(first)
    second.open(f"{story.draft}/instruction/accorder/").press("Proposer l’accord").sees("Accord proposé")
    first.page.get_by_label(story.errand.reason).check()
    first.page.get_by_label("Explication pour le demandeur").fill("La facture n’est pas à son nom.")
    first.expected.append(409)
    first.press("Proposer le refus").check()
    first.sees("Ce dossier a changé depuis que vous l’avez ouvert")
    assert typed(first, "Explication pour le demandeur") == "La facture n’est pas à son nom."


# --- the session ------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without-javascript"])
def test_a_session_that_ends_in_a_form_loses_nothing(visits: Visits, script: bool) -> None:
    """What was answered before is kept, the way in leads back to the question, and so is what was typed."""
    story = start(Story(RESIDENCE, visits(phone=True, script=script)))
    person = story.person
    answer(person, story.errand.identity).press("Continuer").sees("Où habitez-vous ?")
    answer(person, {"Commune": "Thiès Nord", "Adresse": "Villa 12, près de la grande mosquée"})
    person.context.clear_cookies(name="session")
    person.press("Continuer").sees("Quel est votre numéro de téléphone ?").check()
    enter_again(story)
    person.sees("Où habitez-vous ?").check()
    assert typed(person, "Adresse") == "Villa 12, près de la grande mosquée"
    person.press("Continuer").sees("Une preuve de votre adresse")
    person.open(f"{story.draft}/questions/identite/")
    assert typed(person, "Nom") == "Ndiaye"


def enter_again(story: Story) -> None:
    """By a code, an earlier one being still on the telephone."""
    import re

    from tests.journeys.people import enter_code

    person = story.person
    earlier = frozenset(
        c for m in messages(person, story.phone) for c in re.findall(r"\b\d{6}\b", m) if "code" in m
    )
    person.page.get_by_label("Quel est votre numéro de téléphone").fill(story.phone)
    person.press("Recevoir un code").check()
    enter_code(person, story.phone, earlier=earlier)
