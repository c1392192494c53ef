"""A full site that lives for a while: devices come, look, leave. What must hold at each moment."""

from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.wifi.access import line, rules
from smartsenegal.wifi.access.line import SECOND, Ticket

START_US = 1_800_000_000 * SECOND
LOOK = 10 * SECOND


class Site:
    """A site and its line, as web processes drive it: a turn each ten seconds."""

    def __init__(self, at_most: int) -> None:
        self.at_most, self.now = at_most, START_US
        self.tickets: dict[bytes, Ticket] = {}
        self.on: dict[bytes, int] = {}  # device → token
        self.calls: list[bytes] = []
        self.away: set[bytes] = set()

    def come(self, name: int) -> None:
        device = b"%d" % name
        if device not in self.tickets and device not in self.on:
            self.now += 1
            self.tickets[device] = Ticket(device, self.now, self.now)

    def go_in(self, name: int) -> None:
        """The device whose place is held gets a token and is on."""
        ticket = self.tickets.get(b"%d" % name)
        if ticket and ticket.until_us > self.now and ticket.credential is None:
            where = rules.Where(1, None, self.at_most, len(self.on), claimed=self.claimed() - 1)
            assert not isinstance(decide(where, seated=True), rules.Refusal)
            self.on[ticket.device] = name
            self.tickets[ticket.device] = Ticket(
                ticket.device, ticket.asked_us, ticket.seen_us, self.now + line.ENTER_SECONDS * SECOND, name
            )

    def leave(self, name: int) -> None:
        self.on.pop(b"%d" % name, None)

    def look_away(self, name: int) -> None:
        self.away.add(b"%d" % name)

    def come_back(self, name: int) -> None:
        self.away.discard(b"%d" % name)

    def claimed(self) -> int:
        return line.standing(self.tickets.values(), self.now).claimed

    def tick(self, _: int = 0) -> None:
        self.now += LOOK
        for device, t in self.tickets.items():
            if device not in self.away:
                self.tickets[device] = Ticket(device, t.asked_us, self.now, t.until_us, t.credential)
        before = dict(self.tickets)
        change = line.turn(before.values(), self.at_most, len(self.on), set(self.on.values()), self.now)
        left = {device: line.after(t, change, self.now) for device, t in before.items()}
        self.tickets = {device: t for device, t in left.items() if t}
        self.calls += change.called
        self.check(before, change)

    def check(self, before: dict[bytes, Ticket], change: line.Turn) -> None:
        waits = [t for t in before.values() if not t.until_us and line.is_present(t, self.now)]
        called = [t for t in waits if t.device in change.called]
        # No overtaking: whoever is called asked before all who are present and go on waiting.
        others = [t.asked_us for t in waits if t.device not in change.called]
        assert all(t.asked_us < least for t in called for least in others)
        # Never more than the limit, with every place that is held taken.
        held = [
            t for t in self.tickets.values() if t.until_us > self.now and t.credential not in self.on.values()
        ]
        assert len(self.on) + len(held) <= self.at_most
        # No place stays empty while somebody present waits.
        assert not others or len(self.on) + len(held) == self.at_most
        # Who has no ticket gets nothing while somebody waits.
        where = rules.Where(1, None, self.at_most, len(self.on), claimed=self.claimed())
        assert isinstance(decide(where), rules.Refusal) or not others


def decide(where: rules.Where, *, seated: bool = False) -> rules.Grant | rules.Refusal:
    plan = rules.Limits(plan=1)
    return rules.decide(
        rules.Right(1),
        [rules.Rule(plan=1)],
        {1: plan},
        rules.Use(),
        where,
        b"x",
        1_800_000_000.0,
        seated=seated,
    )


acts = st.sampled_from(["come", "come", "come", "go_in", "go_in", "leave", "look_away", "come_back", "tick"])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 4), st.lists(st.tuples(acts, st.integers(0, 9)), max_size=120))
def test_nobody_overtakes_nothing_overflows_no_place_is_left_empty(
    at_most: int, life: list[tuple[str, int]]
) -> None:
    site = Site(at_most)
    for act, name in life:
        getattr(site, act)(name)


@given(st.integers(1, 4), st.integers(1, 12))
def test_nobody_starves(at_most: int, coming: int) -> None:
    """Each who waits is called in turn, though new ones keep coming."""
    site = Site(at_most)
    for name in range(coming):
        site.come(name)
    for later in range(coming * 3):
        site.tick()
        for device in list(site.tickets):
            site.go_in(int(device))
        site.tick()  # the turn sees who is on
        site.leave(next((int(d) for d in site.on), 0))
        site.come(1000 + later)
    assert site.calls[:coming] == [b"%d" % name for name in range(coming)]


def test_a_ticket_that_nobody_looks_at_is_passed_then_lost() -> None:
    at = START_US
    old, young = Ticket(b"old", at, at), Ticket(b"young", at + 1, at + 1)
    later = at + (line.PRESENT_SECONDS + 1) * SECOND
    looks = Ticket(b"young", at + 1, later)
    assert line.turn([old, looks], 1, 0, (), later).called == (b"young",)
    assert line.turn([Ticket(b"old", at, later), looks], 1, 0, (), later).called == (b"old",)
    lost = at + (line.LOST_SECONDS + 1) * SECOND
    assert line.turn([old, young], 0, 0, (), lost).gone == (b"old", b"young")


def test_a_place_that_nobody_takes_goes_to_the_next_and_its_holder_to_the_end() -> None:
    at = START_US
    first, second = Ticket(b"first", at, at), Ticket(b"second", at + 1, at + 1)
    change = line.turn([first, second], 1, 0, (), at + 2)
    held = line.after(first, change, at + 2)
    assert held is not None
    assert line.turn([held, second], 1, 0, (), at + 3).called == ()
    over = held.until_us + 1
    waiting = Ticket(b"second", at + 1, over)
    assert line.turn([held, waiting], 1, 0, (), over).called == (b"second",)
    there = line.standing([held, waiting], over)
    assert line.asked_at(there, b"first", at, over) == over
    assert line.asked_at(there, b"second", 0, over) == at + 1
    assert line.asked_at(there, b"third", 0, over) == over


def test_a_row_that_was_lost_comes_back_with_the_time_its_page_tells() -> None:
    nothing = line.Standing()
    assert line.asked_at(nothing, b"x", START_US, START_US + 9) == START_US
    assert line.asked_at(nothing, b"x", START_US + 10, START_US + 9) == START_US + 9


def test_how_long_it_takes_is_measured_or_not_said() -> None:
    assert line.minutes_to_wait(0, 2, 900) is None
    # One leaves each minute: the tenth place comes in ten minutes, give or take three.
    assert line.minutes_to_wait(9, 15, 900) == (6, 14)
    assert line.minutes_to_wait(0, 900, 900) == (1, 2)
