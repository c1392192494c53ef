"""Admission and the ledger, against implementations that try everything."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.datacenter.colocation import rules
from smartsenegal.datacenter.colocation.rules import Ask, Left, Path, Stand
from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.datacenter.facility.rules.graph import Gate, Part, Plan
from smartsenegal.datacenter.facility.rules.ledger import Claim, Limits

FREE = Path(Left(10_000, "PDU"))


def stand(code: str = "B-04", *claims: Claim, **values: object) -> Stand:
    given_ = {
        "key": sum(map(ord, code)), "room": "salle-1", "row": "A", "place": 4,
        "limits": Limits(20, 8_000, 800, 24), "paths": {"A": FREE, "B": FREE}, "cold": Left(9_000, "GF"),
    }  # fmt: skip
    return Stand(code=code, claims=claims, **{**given_, **values})  # type: ignore[arg-type]


@st.composite
def racks(draw: st.DrawFn) -> Stand:
    """Any rack: ranges that do not overlap, devices within some of them, limits known or not."""
    units = draw(st.integers(1, 14))
    cuts = sorted(draw(st.sets(st.integers(1, units + 1), max_size=8)))
    claims: list[Claim] = []
    for first, after in list(pairwise(cuts))[::2]:
        state = draw(st.sampled_from(ledger.STATES))
        watts, kg = draw(st.integers(0, 30)), draw(st.integers(0, 30))
        claims.append(Claim(f"c{first}", first, after - first, watts, kg, 1, "AB", state))
        if state != ledger.INSTALLED and draw(st.booleans()):
            claims.append(Claim("srv", first, 1, watts // 2, kg // 3, 1, within=state))
    some = st.none() | st.integers(0, 90)
    limits = Limits(units, draw(some), draw(some), draw(some))
    left = st.builds(Left, some, st.just("X"))
    paths = draw(st.dictionaries(st.sampled_from("AB"), st.builds(Path, left, st.just("L1"), some)))
    key, where = draw(st.integers(1, 10**6)), draw(st.integers(1, 5))
    cold = draw(st.none() | left)
    return Stand(key, f"B{key}", draw(st.sampled_from("rs")), draw(st.sampled_from("AB")), where,
                 limits, tuple(claims), paths, cold)  # fmt: skip


asks = st.builds(
    Ask, st.integers(1, 15), st.integers(0, 90), st.integers(0, 90), st.integers(0, 9),
    st.sampled_from(["AB", "A", "B"]), st.booleans(),
)  # fmt: skip


def admits(rack: Stand, ask: Ask) -> bool:
    """Try every first unit, and add up everything again as if the request stood there."""
    wanted = rack.limits.units if ask.whole else ask.units
    taken = [u for c in rack.claims for u in range(c.first, c.first + c.units)]
    spots = [
        s for s in range(1, rack.limits.units + 1)
        if all(1 <= u <= rack.limits.units and u not in taken for u in range(s, s + wanted))
    ]  # fmt: skip
    outer = [c for c in rack.claims if not c.within]
    for name in ("watts", "kg", "ports"):
        most = getattr(rack.limits, name)
        asked = getattr(ask, name)
        if most is not None and asked and sum(getattr(c, name) for c in outer) + asked > most:
            return False
    bounds = [rack.cold.watts] if rack.cold else [0]
    for name in ask.feeds:
        if name not in rack.paths:
            return False
        bounds += [rack.paths[name].above.watts, rack.paths[name].on_phase]
    fed = all(not ask.watts or bound is None or ask.watts <= bound for bound in bounds)
    return bool(spots) and fed


@settings(deadline=None)
@given(racks(), asks)
def test_admission_agrees_with_trying_everything(rack: Stand, ask: Ask) -> None:
    found = rules.lacks(rack, ask)
    assert (not found) == admits(rack, ask), found
    first = rules.place(rack, ask)
    if not found:
        assert first is not None
        new = Claim("n", first, rules.height(rack, ask), ask.watts, ask.kg, ask.ports, ask.feeds)
        assert ledger.fault(rack.limits, rack.claims, new)[1] == "" or any(
            (ledger.ledger(rack.limits, rack.claims).free[n] or 0) < 0 for n in ("watts", "kg", "ports")
        )


@settings(deadline=None)
@given(st.lists(racks(), min_size=1, max_size=5, unique_by=lambda r: r.key), asks)
def test_the_nearest_rack_is_the_first_of_all_that_take_it(found: list[Stand], ask: Ask) -> None:
    here, *others = found
    near = rules.nearest(found, here, ask)
    taking = [r for r in others if admits(r, ask)]
    assert (near is None) == (not taking)
    if near:
        assert near in taking
        for other in taking:
            closer = (other.room == here.room, other.row == here.row)
            assert (near.room == here.room, near.row == here.row) >= closer
            if (near.room == here.room, near.row == here.row) == closer:
                assert abs(near.place - here.place) <= abs(other.place - here.place)


@settings(deadline=None)
@given(st.lists(racks(), max_size=4))
def test_free_held_contracted_and_installed_always_add_up(found: list[Stand]) -> None:
    book = rules.total(found)
    for name in ledger.DIMENSIONS:
        used = sum(book.used[state][name] for state in ledger.STATES)
        limits = [getattr(r.limits, name) for r in found]
        most = None if None in limits else sum(limits)
        assert book.most[name] == most
        assert book.free[name] == (None if most is None else most - used)
        by_hand = sum(getattr(c, name) for r in found for c in r.claims if c.state == ledger.INSTALLED)
        assert book.used[ledger.INSTALLED][name] == by_hand
        assert all(book.used[state][name] >= 0 for state in ledger.STATES)


@given(racks())
def test_free_ranges_are_what_is_not_taken(rack: Stand) -> None:
    found = rules.free_ranges(rack.limits.units, rack.claims)
    units = [u for r in found for u in r]
    taken = {u for c in rack.claims for u in c.range}
    assert units == [u for u in range(1, rack.limits.units + 1) if u not in taken]
    assert all(a[-1] + 1 < b[0] for a, b in pairwise(found))


@given(st.integers(0, 30), st.lists(st.integers(0, 12), min_size=1, max_size=3), st.integers(0, 30))
def test_power_left_is_what_can_be_added_with_an_engine_out(taken: int, engines: list[int], new: int) -> None:
    """`headroom` from what is there, against the plan made again with the request in it."""

    def plan(watts: int) -> Plan:
        names = tuple(f"GE{n}" for n in range(len(engines)))
        parts = [Part(name, capacity=size) for name, size in zip(names, engines, strict=True)]
        parts += [Part("TGBT", gates=(Gate(names),)), Part("PDU", capacity=25, gates=(Gate(("TGBT",)),))]
        return Plan([*parts, Part("baie", gates=(Gate(("PDU",)),), draws={"power": watts}, load=watts)])

    narrow = ledger.headroom(plan(taken), ["PDU"])
    assert narrow is not None
    remaining = sum(engines) - (max(engines) if len(engines) > 1 else 0)
    demand = plan(taken + new).demand
    index = plan(taken + new).index
    fits = demand[index["TGBT"]] <= remaining and demand[index["PDU"]] <= 25
    assert (new <= narrow.left) == fits


def test_a_refusal_names_every_dimension_the_spot_and_the_nearest_rack() -> None:
    rack = stand("B-04", Claim("X", 1, 11, 5_000, 100), Claim("Y", 18, 3, 2_000, 100))
    near, far = stand("B-06", Claim("Z", 1, 5), place=6), stand("C-01", room="salle-2", place=4)
    told = rules.refusal([rack, near, far], rack, Ask(9, 3_000, 50))
    assert told == (
        "Il manque 3 U contigus dans la baie B-04 ; la plus longue plage libre est U12 à U17 ;"
        " il manque 2\u202f000 W dans la baie B-04 : il en reste 1\u202f000, il en faut 3\u202f000."
        " La baie la plus proche qui la prendrait est salle-1/B-06, de U6 à U14."
    )
    assert "Aucune autre baie" in rules.refusal([rack], rack, Ask(9))
    assert rules.refusal([rack], rack, Ask(6)) == ""


@pytest.mark.parametrize(
    ("rack", "ask", "dimension", "told"),
    [
        (stand("P", Claim("X", 1, 20)), Ask(2), "units", "il manque 2 U dans la baie P, qui est pleine"),
        (stand("P", Claim("X", 3, 1)), Ask(1, whole=True), "units", "U3 est pris par « X »"),
        (stand(limits=Limits(9, kg=100)), Ask(1, kg=101), "kg", "il manque 1 kg de charge"),
        (stand(limits=Limits(9, ports=2)), Ask(1, ports=4), "ports", "il en reste 2, il en faut 4"),
        (stand(paths={"A": FREE}), Ask(1), "feeds", "n’a pas de voie B"),
        (stand(paths={"A": Path(Left(-5, "GE-1"))}), Ask(1, 9, feeds="A"), "failover", "secours à GE-1"),
        (stand(paths={"A": Path(Left(), "L2", 7)}), Ask(1, 9, feeds="A"), "phase", "la phase L2"),
        (stand(cold=Left(8, "GF-1 … GF-2")), Ask(1, 9), "cooling", "à GF-1 … GF-2, une machine à l’arrêt"),
        (stand(cold=None), Ask(1, 9), "cooling", "n’a pas de froid déclaré"),
    ],
)
def test_each_dimension_is_refused_by_its_name(rack: Stand, ask: Ask, dimension: str, told: str) -> None:
    (lack,) = rules.lacks(rack, ask)
    assert lack.dimension == dimension
    assert told in lack.sentence


def test_what_is_not_known_is_said_and_not_counted_as_nothing() -> None:
    rack = stand(limits=Limits(20), paths={"A": Path(), "B": Path()}, cold=Left())
    ask = Ask(1, 500, 10, 2)
    assert rules.lacks(rack, ask) == []
    told = ["la puissance", "le poids", "les ports", "l’énergie au-dessus de la baie", "le froid"]
    assert rules.unchecked(rack, ask) == told
    assert rules.sellable(rack) is None
    assert rules.unchecked(stand(), ask) == []
    assert rules.sellable(stand("B", Claim("X", 1, 1, 6_500))) == 1_500
    assert rules.sellable(stand(cold=None)) == 0


def test_a_price_comes_from_the_tariff_of_the_day_or_is_not_known() -> None:
    begun = [(date(2026, 1, 1), 10_000), (date(2026, 7, 1), 12_000)]
    assert rules.in_force(begun, date(2025, 12, 31)) is None
    assert rules.in_force(begun, date(2026, 6, 30)) == 10_000
    assert rules.in_force(begun, date(2026, 7, 1)) == 12_000
    prices = {"unit": 12_000, "kilowatt": 50_001}
    assert rules.monthly(prices, Ask(3, 1_500)) == 36_000 + 75_002
    assert rules.monthly({"unit": 0}, Ask(3)) == 0
    assert rules.monthly(prices, Ask(1, whole=True)) is None
    assert rules.missing(prices, Ask(1, whole=True)) == ["Une baie entière, par mois"]
    assert rules.missing({}, Ask(1, 1)) == ["Un U, par mois", "Un kW réservé, par mois"]
