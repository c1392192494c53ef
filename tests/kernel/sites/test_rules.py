import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.sites import rules
from smartsenegal.kernel.sites.rules import Candidate, competence

codes = st.sampled_from(["a", "b", "c", "SN"])
states = st.sampled_from([rules.OPEN, rules.SUSPENDED, rules.CLOSED])


@st.composite
def networks(draw: st.DrawFn) -> list[Candidate]:
    size = draw(st.integers(0, 6))

    def replacement(of: int) -> int | None:
        others = [n for n in range(size) if n != of]
        return draw(st.sampled_from([None, *others]))

    served = st.frozensets(codes, max_size=2)
    return [Candidate(n, f"Service {n}", draw(states), draw(served), replacement(n)) for n in range(size)]


@given(networks(), st.lists(codes, min_size=1, unique=True))
def test_the_answer_is_an_open_site_or_a_sentence(sites: list[Candidate], enclosing: list[str]) -> None:
    answer = competence(enclosing, sites, "Mairie", "Thiès Nord")
    known = {s.id: s for s in sites}
    if answer.found is None:
        assert answer.reason
    else:
        assert known[answer.found].state == rules.OPEN
        assert answer.reason == ""
        assert answer.asked is not None


@given(networks(), st.lists(codes, min_size=1, unique=True))
def test_the_site_asked_serves_the_nearest_territory_that_has_one(
    sites: list[Candidate], enclosing: list[str]
) -> None:
    answer = competence(enclosing, sites, "Mairie", "Thiès Nord")
    nearest = next((code for code in enclosing if any(code in s.serves for s in sites)), None)
    if nearest is None:
        assert answer.asked is None
    else:
        asked = next(s for s in sites if s.id == answer.asked)
        assert nearest in asked.serves
        if any(nearest in s.serves and s.state == rules.OPEN for s in sites):
            assert answer.found == answer.asked


@given(networks())
def test_the_order_of_the_sites_changes_nothing(sites: list[Candidate]) -> None:
    first = competence(["a", "SN"], sites, "Mairie", "Thiès")
    assert competence(["a", "SN"], list(reversed(sites)), "Mairie", "Thiès") == first


def test_a_chain_of_replacements_is_followed() -> None:
    sites = [
        Candidate(1, "A", rules.CLOSED, frozenset({"a"}), 2),
        Candidate(2, "B", rules.SUSPENDED, frozenset(), 3),
        Candidate(3, "C", rules.OPEN, frozenset()),
    ]
    answer = competence(["a"], sites, "Espace", "A")
    assert (answer.asked, answer.found) == (1, 3)


def test_a_circle_ends_in_a_sentence() -> None:
    sites = [
        Candidate(1, "L’Espace de A", rules.CLOSED, frozenset({"a"}), 2),
        Candidate(2, "B", rules.SUSPENDED, frozenset(), 1),
    ]
    answer = competence(["a"], sites, "Espace", "A")
    assert answer.found is None
    assert (
        answer.reason
        == "L’Espace de A\u00a0: ce service est fermé et aucun autre ne le remplace pour l’instant."
    )


@given(
    st.dictionaries(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 6)), max_size=7),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_a_replacement_that_is_accepted_leads_to_an_end(
    replacements: dict[int, int | None], site: int, replacement: int
) -> None:
    if rules.replaces_in_a_circle(site, replacement, replacements):
        return
    at: int | None = replacement
    for _ in range(10):
        if at is None:
            return
        assert at != site
        at = replacements.get(at)
    raise AssertionError("the chain has no end")


@pytest.mark.parametrize(
    ("hours", "fault"),
    [
        ({}, ""),
        ({"mon": [["08:00", "12:30"], ["13:30", "17:00"]]}, ""),
        ({"mon": []}, ""),
        ({"lundi": []}, "par jour de la semaine"),
        ([], "par jour de la semaine"),
        ({"mon": [["08:00"]]}, "une heure de début"),
        ({"mon": [["8:00", "12:00"]]}, "écrivez les heures"),
        ({"mon": [["08:00", "24:00"]]}, "écrivez les heures"),
        ({"sat": [["12:00", "08:00"]]}, "se suivre"),
        ({"sat": [["08:00", "08:00"]]}, "se suivre"),
        ({"sat": [["08:00", "12:00"], ["11:00", "13:00"]]}, "se suivre"),
    ],
)
def test_hours_fault(hours: object, fault: str) -> None:
    found = rules.hours_fault(hours)
    assert fault in found
    assert bool(found) == bool(fault)


def test_hours_are_said_in_french() -> None:
    lines = dict(rules.hours_lines({"mon": [["08:00", "12:30"], ["13:30", "17:00"]]}))
    assert lines["Lundi"] == "de 8\u00a0h à 12\u00a0h\u00a030 et de 13\u00a0h\u00a030 à 17\u00a0h"
    assert lines["Dimanche"] == "Fermé"
    assert rules.hours_lines({}) == []
    assert rules.hours_lines({"mon": []}) == []
