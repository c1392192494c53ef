from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from smartsenegal.cable.network import api as network
from smartsenegal.cable.network.models import Link, Span
from smartsenegal.cable.optics import actions, queries
from smartsenegal.cable.optics.errors import OpticsRefused
from smartsenegal.cable.optics.examples import load_examples
from smartsenegal.cable.optics.models import Assumptions, Deduction, Format
from smartsenegal.kernel.identity.api import PermissionRefused, system

SYSTEM = system("test")
BASE = "/cable/optique/"
SHARE = f"{BASE}liaisons/share/"


def page(response: Any) -> str:
    assert response.status_code == 200, response
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.fixture
def bare(db: None) -> Link:
    """A link of the length of SHARE between two points, whose fibre pairs nobody knows."""
    a, b = (
        network.add_node(SYSTEM, code=code, name=code, role="abroad", country="Monde") for code in ("a", "b")
    )
    cable = network.add_system(SYSTEM, code="share", name="SHARE", kind="submarine")
    network.add_link(SYSTEM, code="ace", name="ACE", a=a, b=b, system=cable)
    return network.add_link(
        SYSTEM, code="share", name="SHARE, Dakar – Praia", a=a, b=b, system=cable,
        length_km=720, lit_gbps=100, design_gbps=16_000,
    )  # fmt: skip


@pytest.fixture
def share(bare: Link) -> Link:
    load_examples(SYSTEM)
    return bare


def typed(**more: Any) -> dict[str, Any]:
    """The assumptions of the example as a browser sends them."""
    given = Assumptions.objects.get(link__code="share")
    names = [f.name for f in Assumptions._meta.fields if f.name not in ("id", "link", "is_example")]
    sent = {name: getattr(given, name) for name in names}
    return {name: "" if value is None else value for name, value in sent.items()} | more


def test_share_bears_its_design_on_one_pair_if_the_hypotheses_hold(planner: Client, share: Link) -> None:
    text = page(planner.get(SHARE))
    for words in (
        "Exemple inventé", "La lumière permet la conception", "inconnu : compté pour une paire", "hypothèse",
        "Polarisation", "Réparations : 12", "au moins 19,2 Tbit/s", "Borne de Shannon",
    ):  # fmt: skip
        assert words in text
    assert "ss-curve__line--old" in text
    text = page(planner.get(BASE))
    assert "SHARE, Dakar – Praia" in text
    assert "ACE" in text


def test_the_examples_never_overwrite_what_somebody_changed(share: Link) -> None:
    actions.suppose(SYSTEM, share, margin_db=3.0, is_example=False)
    Format.objects.filter(gbps=300).delete()
    assert load_examples(SYSTEM) == 0
    assert queries.assumptions_of(share).margin_db == 3.0  # type: ignore[union-attr]
    assert not Format.objects.filter(gbps=300).exists()


def test_what_is_sold_needs_assumptions_modulations_and_counts_known_pairs(bare: Link) -> None:
    share = bare
    assert queries.sellable_gbps(share) is None
    load_examples(SYSTEM)
    assert queries.sellable_gbps(share) == 96 * 200
    share.fibre_pairs = 2
    assert queries.sellable_gbps(share) == 2 * 96 * 200
    Format.objects.update(valid_until=date(2025, 1, 1))
    assert queries.sellable_gbps(share) is None
    assert queries.formats(date(2024, 12, 31))


def test_the_inventory_describes_the_spans_when_it_knows_them(planner: Client, share: Link) -> None:
    lengths = (100, 70, 90, 60, 80, 80, 80, 80, 80)
    Span.objects.bulk_create(
        [Span(link=share, order=n, length_km=length) for n, length in enumerate(lengths, 1)]
    )
    seen = queries.outlook(share)
    assert seen is not None
    assert seen.line.lengths_km == lengths
    assert "9 de 60 à 100 km" in page(planner.get(SHARE))
    assert "L’inventaire les décrit" in page(planner.get(f"{SHARE}hypotheses/"))


def test_a_link_of_unknown_length_says_so(planner: Client, share: Link) -> None:
    sent = typed(is_example="")
    answer = planner.post(f"{BASE}liaisons/ace/hypotheses/", sent)
    assert "La longueur de cette liaison n’est pas connue" in page(answer)
    assert not Assumptions.objects.filter(link__code="ace").exists()
    Link.objects.filter(code="share").update(length_km=None)
    assert "Les hypothèses ne tiennent plus" in page(planner.get(SHARE))
    assert "n’est pas connue" in page(planner.get(BASE))


def test_what_is_typed_comes_back_with_the_sentence(planner: Client, share: Link) -> None:
    text = page(planner.post(f"{SHARE}hypotheses/", typed(loss_db_per_km="-0,2", splices="deux")))
    assert "Écrivez un nombre entier." in text
    assert 'value="-0,2"' in text
    for field, value, words in (
        ("loss_db_per_km", "-0,2", "L’atténuation va de 0,05"),
        ("spans", "0", "au moins un tronçon"),
        ("gbaud", "64", "se recouvrent"),
        ("cable_km", "400", "0 à 50 kilomètres"),
        ("launch_dbm", "40", "de -20 à 20 dBm"),
        ("margin_db", "nan", "Écrivez un nombre"),
    ):
        text = page(planner.post(f"{SHARE}hypotheses/", typed(**{field: value})))
        assert words in text
        assert f'href="#id_{field}"' in text
    assert Assumptions.objects.get(link=share).loss_db_per_km == 0.165


def test_hypotheses_typed_the_french_way_are_kept(planner: Client, share: Link) -> None:
    answer = planner.post(f"{SHARE}hypotheses/", typed(launch_dbm="-1,5", line_source="Fiche de 2022"))
    assert answer.status_code == 302
    text = page(planner.get(SHARE))
    assert "Fiche de 2022" in text
    assert "−1,5 dBm" in text


def test_a_deduction_is_added_once_and_removed(planner: Client, share: Link) -> None:
    sent = {"name": "Vrillage", "decibels": "0,7", "stage": "end", "source": ""}
    assert planner.post(f"{SHARE}retraits/nouveau/", sent).status_code == 302
    assert "Vrillage" in page(planner.get(SHARE))
    assert "porte déjà ce nom" in page(planner.post(f"{SHARE}retraits/nouveau/", sent))
    assert "de 0 à 20 dB" in page(planner.post(f"{SHARE}retraits/nouveau/", {**sent, "decibels": "-1"}))
    found = Deduction.objects.get(name="Vrillage")
    for _ in range(2):
        actions.remove_deduction(SYSTEM, found)
    assert "Vrillage" not in page(planner.get(SHARE))
    assert planner.post(f"{BASE}retraits/{found.pk}/enlever/").status_code == 404


def test_a_modulation_is_dated_and_two_never_hold_at_once(planner: Client, share: Link) -> None:
    found = Format.objects.get(gbps=200)
    sent = {
        "name": found.name,
        "gbaud": "32",
        "gbps": "200",
        "required_db": "19",
        "valid_from": "1er mars 2024",
    }
    url = f"{BASE}formats/nouveau/"
    assert "déjà décrit pour une partie de ces jours" in page(planner.post(url, sent))
    ended = {**sent, "required_db": "20", "valid_from": "1er janvier 2024", "valid_until": "1er mars 2024"}
    assert planner.post(f"{BASE}formats/{found.pk}/", ended).status_code == 302
    assert planner.post(url, sent).status_code == 302
    assert [f.required_db for f in queries.formats(date(2024, 2, 29)) if f.gbps == 200] == [20]
    assert [f.required_db for f in queries.formats(date(2024, 3, 1)) if f.gbps == 200] == [19]
    assert "La fin vient après" in page(planner.post(url, {**sent, "valid_until": "1er mars 2023"}))
    assert "de 1 à 10 000 Gbit/s" in page(planner.post(url, {**sent, "name": "Autre", "gbps": "0"}))


def test_without_a_format_of_that_rate_there_is_no_verdict(planner: Client, share: Link) -> None:
    actions.suppose(SYSTEM, share, gbaud=45.0)
    assert "Aucun format n’est décrit à 45 GBd" in page(planner.get(SHARE))
    actions.suppose(SYSTEM, share, gbaud=32.0, margin_db=20.0)
    assert "Rien à vendre" in page(planner.get(SHARE))
    assert queries.sellable_gbps(share) == 0


def test_only_who_manages_the_whole_country_changes_the_hypotheses(
    share: Link, engineer: Callable[..., Any]
) -> None:
    local = engineer(territory="SN-TH")
    for act in (
        lambda: actions.suppose(local, share, margin_db=2.0),
        lambda: actions.deduct(local, share, name="x", decibels=1, stage="end"),
        lambda: actions.remove_deduction(local, Deduction.objects.all()[0]),
        lambda: actions.add_format(local, name="x"),
    ):
        with pytest.raises(PermissionRefused):
            act()


def test_a_refused_hypothesis_leaves_no_trace(share: Link) -> None:
    with pytest.raises(OpticsRefused):
        actions.suppose(SYSTEM, share, area_um2=0.0)
    assert Assumptions.objects.get(link=share).area_um2 == 110
