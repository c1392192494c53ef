"""Installations of the tests, and a second way to evaluate them: one scenario at a time, by recursion."""

from fractions import Fraction

from smartsenegal.datacenter.tier.rules import Gate, Part, Plan

KW = 1_000


def gate(*sources: str, need: int = 0) -> Gate:
    return Gate(sources, need)


def breaker(code: str, *sources: str, system: str = "power") -> Part:
    return Part(code, system, gates=(gate(*sources),), isolation="switch", work_hours=2, mtbf=500_000, mttr=8)


def hall(zones: int = 6, gensets: int = 3, shared_valve: bool = False, rate: int = 100) -> list[Part]:
    """A hall of `zones` racks of 100 kW: one grid, gensets of 400 kW, paths A and B, five chillers."""
    parts = [Part("RESEAU", utility=True, mtbf=500, mttr=2)]
    parts += [
        Part(f"GE-{n}", capacity=400 * KW, isolation="own", fuelled=True, work_hours=8, mtbf=2_000, mttr=24)
        for n in range(1, gensets + 1)
    ]
    for path in "AB":
        # Each engine has its breaker towards each board.
        boards = [f"QG-{path}{n}" for n in range(1, gensets + 1)]
        parts += [breaker(f"QG-{path}{n}", f"GE-{n}") for n in range(1, gensets + 1)]
        parts += [
            Part(
                f"JB-GE-{path}",
                gates=(gate(*boards),),
                mtbf=1e6,
                mttr=8,
            ),
            breaker(f"QS-{path}", f"JB-GE-{path}"),
            breaker(f"QR-{path}", "RESEAU"),
            Part(f"TGBT-{path}", gates=(gate(f"QR-{path}", f"QS-{path}"),), mtbf=1e6, mttr=12, work_hours=6),
        ]
        for n in range(1, 4):
            parts += [
                breaker(f"QU-{path}{n}", f"TGBT-{path}"),
                Part(
                    f"OND-{path}{n}",
                    capacity=rate * 3 * KW,
                    gates=(gate(f"QU-{path}{n}"),),
                    isolation="own",
                    mtbf=100_000,
                    mttr=12,
                    work_hours=4,
                    common=f"OND-{path}",
                    beta=0.05,
                ),
            ]
        parts.append(
            Part(f"JB-{path}", gates=(gate(*(f"OND-{path}{n}" for n in range(1, 4))),), mtbf=1e6, mttr=8)
        )
        parts += [breaker(f"QF-{path}{n}", f"TGBT-{path}") for n in range(1, 6)]
    parts += [
        Part(
            f"GF-{n}", "cooling", capacity=150 * KW, gates=(gate(f"QF-A{n}", f"QF-B{n}"),), isolation="own",
            draws={"power": 20 * KW}, mtbf=20_000, mttr=24, work_hours=8,
        )
        for n in range(1, 6)
    ]  # fmt: skip
    for side in "ab":
        valves = tuple(f"V-{n}{side}" for n in range(1, 6))
        parts += [breaker(f"V-{n}{side}", f"GF-{n}", system="cooling") for n in range(1, 6)]
        parts.append(Part(f"COL-{side}", "cooling", gates=(gate(*valves),), mtbf=1e6, mttr=24, work_hours=8))
    if shared_valve:
        parts.append(Part("VANNE-COMMUNE", "cooling", gates=(gate("COL-a", "COL-b"),), isolation="own"))
    for z in range(1, zones + 1):
        parts += [breaker(f"QP-{path}{z}", f"JB-{path}") for path in "AB"]
        for side in "ab":
            cold = "VANNE-COMMUNE" if shared_valve else f"COL-{side}"
            parts.append(breaker(f"VE-{z}{side}", cold, system="cooling"))
        parts += [
            Part(f"CTA-{z}{side}", "cooling", capacity=100 * KW, gates=(gate(f"VE-{z}{side}"),),
                 isolation="own", mtbf=50_000, mttr=8, work_hours=2)
            for side in "ab"
        ]  # fmt: skip
        parts.append(
            Part(
                f"ZONE-{z}", gates=(gate(f"QP-A{z}", f"QP-B{z}"), gate(f"CTA-{z}a", f"CTA-{z}b")),
                draws={"power": 100 * KW, "cooling": 100 * KW}, load=100 * KW,
            )
        )  # fmt: skip
    return parts


def works(plan: Plan, code: str, out: set[str]) -> bool:
    """Whether a part works, by recursion: slow, and written apart from the rules."""
    part = next(p for p in plan.parts if p.code == code)
    if code in out:
        return False
    for each in part.gates:
        if len(each.sources) == 1 and not each.need and not part.load:
            source = plan.parts[plan.index[each.sources[0]]]
            if source.system == part.system:
                if not works(plan, source.code, out):
                    return False
                continue
        alive = [s for s in each.sources if works(plan, s, out)]
        if each.need and len(alive) < each.need:
            return False
        if not each.need and sum((plan.coverage[plan.index[s]] for s in alive), Fraction(0)) < 1:
            return False
    return True


def lost(plan: Plan, out: set[str]) -> set[str]:
    return {p.code for p in plan.parts if p.load and not works(plan, p.code, out)}
