from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.datacenter.facility import files
from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.datacenter.facility.rules.feeds import Feed, FeedRefused, read, write
from smartsenegal.datacenter.facility.rules.graph import Plan
from smartsenegal.datacenter.facility.rules.ledger import Claim, Limits
from tests.datacenter.tier.plans import KW, hall

LIMITS = Limits(units=10, watts=4_000, kg=500, ports=8)


def test_feeds_are_read_as_they_are_written() -> None:
    text = "OND-1 + OND-2\nRESEAU > GE\n2 de A, B, C"
    found = read(text)
    assert found == (
        Feed(("OND-1", "OND-2")),
        Feed(("RESEAU", "GE"), "standby"),
        Feed(("A", "B", "C"), "counted", 2),
    )
    assert write(found) == text
    assert read(write(found, " | ")) == found
    assert read("  \n") == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("A + + B", "n’est pas un code"),
        ("A + A", "deux fois"),
        ("4 de A, B", "de 1 à 2"),
        ("0 de A, B", "de 1 à 2"),
        ("<script>", "n’est pas un code"),
        ("A ; B", "n’est pas un code"),
        (" + ".join(f"P{n}" for n in range(65)), "64 pièces au plus"),
    ],
)
def test_a_line_that_cannot_be_read_is_told(line: str, told: str) -> None:
    with pytest.raises(FeedRefused, match=told):
        read(line)


def test_the_ledger_adds_up_and_names_what_strands_the_rest() -> None:
    held, contract = Claim("X", 1, 2, 1_000, state="held"), Claim("Y", 5, 2, 2_000, 100, state="contracted")
    inside = Claim("serveur", 5, 1, 500, within="contracted")
    found = ledger.ledger(LIMITS, [held, contract, inside, Claim("Z", 9, 1, 1_000, 50, 4)])
    assert found.free == {"units": 5, "watts": 0, "kg": 350, "ports": 4}
    assert found.longest == 2
    assert found.stranded == ("watts",)
    assert {state: used["watts"] for state, used in found.used.items()} == {
        "held": 1_000, "contracted": 1_500, "installed": 1_500,
    }  # fmt: skip
    assert ledger.ledger(Limits(units=4), []).free == {"units": 4, "watts": None, "kg": None, "ports": None}


@pytest.mark.parametrize(
    ("new", "field", "told"),
    [
        (Claim("n", 2, 2), "first", "U3 est déjà pris par « Y » (U3 à U4)"),
        (Claim("n", 10, 2), "first", "sort de la baie"),
        (Claim("n", 0, 1), "first", "sort de la baie"),
        (Claim("n", 1, 0), "units", "nombre positif"),
        (Claim("n", 1, 1, -5), "watts", "nombre positif"),
        (Claim("n", 1, 1, 3_001), "watts", "Il reste 3000 W"),
        (Claim("n", 1, 1, 0, 401), "kg", "Il reste 400 kg"),
        (Claim("n", 1, 1, 0, 0, 9), "ports", "Il reste 8 ports"),
        (Claim("n", 1, 2, 3_000, 400, 8), "", ""),
    ],
)
def test_a_claim_that_does_not_fit_names_the_spot(new: Claim, field: str, told: str) -> None:
    found, sentence = ledger.fault(LIMITS, [Claim("Y", 3, 2, 1_000, 100)], new)
    assert (found, told in sentence) == (field, True)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 4)), max_size=8), st.integers(1, 6))
def test_a_place_that_is_found_is_free_and_lowest(ranges: list[tuple[int, int]], wanted: int) -> None:
    claims = [Claim(str(n), first, units) for n, (first, units) in enumerate(ranges)]
    found = ledger.first_free(14, claims, wanted)
    fits = [
        s for s in range(1, 16 - wanted) if not ledger.fault(Limits(14), claims, Claim("n", s, wanted))[1]
    ]
    assert found == (fits[0] if fits else None)
    assert (ledger.longest_free(14, claims) >= wanted) == bool(fits)


def test_what_is_carried_at_rest_and_under_failover() -> None:
    found = ledger.carried(Plan(hall()))
    # 600 kW of racks on two paths; the chillers draw 100 kW through both boards.
    assert (found["JB-A"].normal, found["JB-A"].failover) == (300 * KW, 600 * KW)
    assert (found["OND-A1"].normal, found["OND-A1"].left) == (100 * KW, -300 * KW)
    assert found["TGBT-A"].failover == 700 * KW
    assert found["GF-1"].normal == 120 * KW
    assert found["RESEAU"].left is None


def test_the_narrowest_point_counts_one_member_of_each_group_out() -> None:
    plan = Plan(hall())
    assert ledger.headroom(plan, ["QP-A1"]) == ledger.Narrow("OND-A1 … OND-A3", 0)
    assert ledger.headroom(plan, []) is None


def test_phases_are_added_up() -> None:
    assert ledger.phases([("L1", 300), ("L3", 200), ("3", 900), ("", 50)]) == {
        "L1": 600,
        "L2": 300,
        "L3": 500,
    }


def test_a_file_is_given_back_as_it_was() -> None:
    text = files.write(
        "pieces", [{"code": "A", "name": "Un", "kind": "ups", "beta": 0.1, "three_phase": True}]
    )
    rows, faults = files.read("pieces", text)
    assert faults == []
    assert {k: v for k, v in rows[0][1].items() if v not in ("", None)} == {
        "code": "A", "name": "Un", "kind": "ups", "beta": 0.1, "three_phase": True, "draw_watts": 0,
        "isolation": "neighbours", "is_example": False,
    }  # fmt: skip


def test_faults_of_a_file_name_line_and_column() -> None:
    rows, faults = files.read("pieces", "code,nom,nature,beta\nA,,ups,2\nB,Bé,fusée,\nC,C,ups,0\nC,C,ups,0\n")
    told = [(f.line, f.column) for f in faults]
    assert told == [(2, "nom"), (2, "beta"), (3, "nature"), (5, "")]
    assert [line for line, _ in rows] == [4]
    assert [f.column for f in files.read("baies", "code,hauteur\n")[1]] == ["salle", "hauteur"]
    assert files.read("baies", "salle\x00")[1]
    assert files.read("equipements", 'nom,"\n')[1]


def test_files_of_netbox_are_read() -> None:
    text = "name,site,location,rack,position,u_height,device_type,status\n"
    text += "srv-1,Diamniadio,salle-1,B01,12.0,2,R650,active\n"
    rows, faults = files.read("equipements", text)
    assert faults == []
    assert rows[0][1] == {
        "name": "srv-1", "room": "salle-1", "rack": "B01", "first": 12, "units": 2, "model": "R650",
    }  # fmt: skip
    rows, faults = files.read("baies", "name,site,location,u_height,max_weight\nB07,Diamniadio,salle-1,47,\n")
    assert (faults, rows[0][1]) == ([], {"code": "B07", "room": "salle-1", "units": 47, "max_kg": None})


def test_engines_behind_their_breakers_are_one_group() -> None:
    roomy = [replace(p, capacity=900 * KW) if p.code.startswith("OND-") else p for p in hall()]
    # Three engines of 400 kW, one out: 800 kW for 700 kW.
    assert ledger.headroom(Plan(roomy), ["QP-A1"]) == ledger.Narrow("QG-A1 … QG-A3", 100 * KW)
    # Five chillers of 150 kW, one out: 600 kW for 600 kW.
    assert ledger.headroom(Plan(roomy), ["CTA-1a", "CTA-1b"], "cooling") == ledger.Narrow(
        "CTA-1a … CTA-1b", 0
    )
