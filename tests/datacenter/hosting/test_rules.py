"""Rules of the hosting: amounts, steps, use and price, without a database."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.datacenter.hosting.contrib.base import Boot, Spec
from smartsenegal.datacenter.hosting.contrib.libvirt import domain
from smartsenegal.datacenter.hosting.rules import machines, metering, objects, quotas, roles
from smartsenegal.datacenter.hosting.rules.machines import Done, Real, Wanted
from smartsenegal.datacenter.hosting.rules.quotas import Amounts

START = datetime(2026, 11, 1, tzinfo=UTC)
END = datetime(2026, 12, 1, tzinfo=UTC)
amounts = st.builds(Amounts, *[st.integers(0, 1000)] * 5)
moments = st.integers(-3_000_000, 6_000_000).map(lambda s: START + timedelta(seconds=s, milliseconds=s % 7))


@settings(max_examples=40)
@given(amounts, amounts, amounts)
def test_what_lacks_is_exactly_what_would_have_to_be_added(
    most: Amounts, used: Amounts, asked: Amounts
) -> None:
    missing = quotas.lacking(most, used, asked)
    enough = most + Amounts(**missing)
    assert quotas.lacking(enough, used, asked) == {}
    for name in missing:
        one_less = replace(enough, **{name: getattr(enough, name) - 1})
        assert list(quotas.lacking(one_less, used, asked)) == [name]


def test_amounts_are_told_in_their_units() -> None:
    told = [quotas.memory(mib).replace("\u00a0", " ") for mib in (64, 512, 1024, 1536, 1792, 4096)]
    assert told == ["64 Mio", "512 Mio", "1 Gio", "1,5 Gio", "1,75 Gio", "4 Gio"]
    sizes = [quotas.octets(n).replace("\u00a0", " ") for n in (0, 7, 1024, 1_500_000, 1024**4, 5 * 1024**6)]
    assert sizes == ["0 octet", "7 octets", "1 Kio", "1,4 Mio", "1 Tio", "5120 Pio"]


def test_a_role_lets_one_do_what_those_below_it_do() -> None:
    table = {role: [roles.may(role, what) for what in ("read", "operate", "own")] for role, _ in roles.ROLES}
    assert table == {
        "reader": [True, False, False], "operator": [True, True, False], "owner": [True, True, True],
    }  # fmt: skip
    assert not roles.may("", "read")
    assert roles.best("", "reader", "operator", "") == "operator"
    assert roles.best("", "") == ""


# --- machines ---------------------------------------------------------------------------------


class Pretended:
    """What a hypervisor does of the steps, in four lines each: the rules must lead it where it is wanted."""

    def __init__(self, real: Real, done: Done) -> None:
        self.real, self.done = real, done

    def do(self, step: str, wanted: Wanted) -> None:
        state = self.real.state
        needs = {
            "create": "absent", "start": "stopped", "define": "stopped", "grow": "stopped",
            "remove": "stopped", "resume": "paused", "shutdown": "running", "reset": "running",
            "wipe": "absent",
        }  # fmt: skip
        assert step not in needs or state == needs[step], (step, state)
        assert step != "destroy" or state in ("running", "paused", "crashed"), state
        size = {"vcpus": wanted.vcpus, "memory_mib": wanted.memory_mib}
        after = {
            "create": ("stopped", size), "define": ("stopped", size), "start": ("running", {}),
            "resume": ("running", {}), "destroy": ("stopped", {}), "remove": ("absent", {}),
        }  # fmt: skip
        if step in after:
            self.real = replace(self.real, state=after[step][0], **after[step][1])
        if step in ("create", "grow"):
            self.done = replace(self.done, disk_gib=wanted.disk_gib)
        elif step == "wipe":
            self.done = replace(self.done, disk_gib=0)
        elif step in ("start", "reset"):
            self.done = replace(self.done, reboots=wanted.reboots)


wanteds = st.builds(
    Wanted, st.sampled_from(["running", "stopped", "deleted"]), st.integers(1, 2), st.integers(1, 2),
    st.integers(1, 2), st.integers(0, 2), st.booleans(), st.sampled_from([0, machines.GRACE]),
)  # fmt: skip
reals = st.builds(
    Real, st.sampled_from(["running", "stopped", "paused", "crashed", "absent"]), st.integers(1, 2),
    st.integers(1, 2),
)  # fmt: skip


@given(wanteds, reals, st.builds(Done, st.integers(0, 2), st.integers(0, 2)))
def test_rounds_lead_any_machine_to_what_is_wanted_and_stop(wanted: Wanted, real: Real, done: Done) -> None:
    host = Pretended(real, done)
    for waited in (0, machines.GRACE, 2 * machines.GRACE):
        now = replace(wanted, since=wanted.since + waited)
        for step in machines.steps(now, host.real, host.done):
            host.do(step, now)
    last = replace(wanted, since=machines.GRACE)
    assert machines.as_wanted(last, host.real, host.done)
    assert host.real.state == {"deleted": "absent"}.get(wanted.state, wanted.state)
    if wanted.state == "stopped":
        assert (host.real.vcpus, host.real.memory_mib) == (wanted.vcpus, wanted.memory_mib)
        assert host.done.disk_gib >= wanted.disk_gib


def test_a_guest_is_asked_before_its_power_is_cut() -> None:
    real, wanted = Real("running", 1, 1), Wanted("stopped", 1, 1, 1)
    assert machines.steps(wanted, real, Done(1)) == ("shutdown",)
    assert machines.steps(replace(wanted, since=machines.GRACE), real, Done(1)) == ("destroy",)
    assert machines.steps(replace(wanted, hard=True), real, Done(1)) == ("destroy",)


def test_a_console_is_shown_without_what_would_drive_a_terminal() -> None:
    raw = b"\x1b[2J\x1b[31mrouge\x1b[0m\r\n\x1b]0;titre\x07\x00\x07fin \xc3\xa9 \xff<b>"
    assert machines.printable(raw) == "rouge\nfin é <b>"
    assert machines.printable(b"x" * 100, most=10) == "x" * 10


def test_hostile_words_stay_words_in_a_machine_of_libvirt() -> None:
    from xml.etree import ElementTree

    spec = Spec("k", "</title><x>", 1, 64, 1, Boot(arguments="a & <b>"), 'ssh-rsa "A"></entry>')
    root = domain(spec, "qemu", {"kernel": "/i/vmlinuz"}, "/c", "")
    again = ElementTree.fromstring(ElementTree.tostring(root))
    assert again.findtext("title") == "</title><x>"
    assert again.findtext("os/cmdline") == "a & <b>"
    assert [each.tag for each in again] == [
        "name", "uuid", "title", "memory", "vcpu", "os", "sysinfo", "features", "on_crash", "devices",
    ]  # fmt: skip


# --- objects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "Archives", "é", "-a", "a-", "a--b", "a/b", "a.b", "x" * 43])
def test_a_bucket_badly_named_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Écrivez"):
        objects.bucket_name("jokko", typed)


def test_a_policy_opens_these_buckets_and_nothing_of_their_settings() -> None:
    for allowed in (objects.READ_ONLY, objects.CLEAN, objects.FULL):
        told = json.loads(objects.policy(["jokko-b", "jokko-a"], allowed))["Statement"][0]
        assert told["Resource"] == [f"arn:aws:s3:::jokko-{n}{e}" for n in "ab" for e in ("", "/*")]
        assert ("s3:PutObject" in told["Action"]) == (allowed == objects.FULL)
        assert ("s3:DeleteObject" in told["Action"]) == (allowed != objects.READ_ONLY)
        for never in ("*", "Bypass", "CreateBucket", "DeleteBucket", "PutBucket", "LockConfiguration"):
            assert not any(never in act for act in told["Action"])
    assert objects.policy([], objects.FULL).count("arn:") == 1
    assert [objects.rights(w, o) for w in (False, True) for o in (False, True)] == [
        "read", "read", "full", "clean",
    ]  # fmt: skip


# --- use and price ----------------------------------------------------------------------------

steps = st.lists(
    st.builds(
        metering.Step, moments, st.booleans(), st.integers(1, 8), st.integers(64, 9999), st.integers(0, 99)
    ),
    max_size=8,
).map(lambda found: sorted(found, key=lambda s: s.at))  # fmt: skip


@settings(max_examples=40)
@given(steps, moments)
def test_use_adds_up_wherever_the_period_is_cut(history: list[metering.Step], cut: datetime) -> None:
    middle = min(max(cut.replace(microsecond=0), START), END)
    whole = metering.used(history, START, END)
    parts = [metering.used(history, START, middle), metering.used(history, middle, END)]
    assert whole == {kind: sum(part[kind] for part in parts) for kind in whole}
    # Made in the middle, it owes from then on.
    assert metering.used(metering.since(history, middle), START, END) == parts[1]


@settings(max_examples=25)
@given(steps)
def test_use_is_what_counting_each_second_gives(history: list[metering.Step]) -> None:
    # An hour is enough to count second by second, the slow and plain way.
    start, end = START + timedelta(days=3), START + timedelta(days=3, hours=1)
    moved = [replace(s, at=start + (s.at - START) / 500) for s in history]
    slow = dict.fromkeys(("vcpu", "memory", "disk"), 0)
    for second in range(3600):
        # The state that held during a second is that of its beginning.
        known = [s for s in moved if (s.at - start).total_seconds() // 1 <= second]
        if known:
            slow["disk"] += known[-1].disk_gib
            slow["vcpu"] += known[-1].vcpus * known[-1].running
            slow["memory"] += known[-1].memory_mib * known[-1].running
    assert metering.used(moved, start, end) == slow


def test_a_month_with_a_price_that_changes_is_rounded_once_a_line() -> None:
    prices = {
        "vcpu": [
            metering.Price(START - timedelta(days=99), Decimal("4.25")),
            metering.Price(START + timedelta(days=15), Decimal("5")),
        ],
        "disk": [metering.Price(START + timedelta(days=29), Decimal("0.001"))],
        "memory": [metering.Price(START, Decimal(0))],
    }
    history = [
        metering.Step(START, True, 2, 2048, 10),
        metering.Step(END - timedelta(hours=1), False, 2, 1, 10),
    ]
    lines = metering.bill([history], [], prices, START, END)
    told = [(line.kind, str(metering.hours(line.kind, line.quantity)), line.amount) for line in lines]
    assert told == [
        ("vcpu", "720.000", 3060), ("vcpu", "718.000", 3590), ("memory", "1438.000", 0),
        ("disk", "6960.000", None), ("disk", "240.000", 0),
    ]  # fmt: skip
    assert metering.total(lines) is None
    assert metering.total(line for line in lines if line.kind != "disk") == 6650
    assert metering.amount("disk", 3600, Decimal("0.5")) == 1


def test_a_bucket_counts_what_was_measured_until_the_next_measure() -> None:
    samples = [
        metering.Sample(START - timedelta(days=1), 1024**3), metering.Sample(START + timedelta(hours=2), 0),
    ]  # fmt: skip
    lines = metering.bill([], [samples], {"objects": [metering.Price(START, Decimal(10))]}, START, END)
    assert [(line.kind, line.amount) for line in lines] == [("objects", 20)]
    assert metering.bill([], [], {}, START, END) == []
