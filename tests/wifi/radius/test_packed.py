"""The packed dictionary is a dictionary, whatever is done to it."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.radius.packed import Packed

keys = st.binary(max_size=4)
values = st.binary(max_size=6)
acts = st.lists(st.one_of(st.tuples(keys, values), keys), max_size=30)


@given(st.lists(st.tuples(keys, values), max_size=40), acts, st.lists(keys, max_size=10))
def test_it_says_what_a_dictionary_says(
    filled: list[tuple[bytes, bytes]], acts: list[tuple[bytes, bytes] | bytes], asked: list[bytes]
) -> None:
    known, right = Packed(), dict(filled)
    known.fill(filled)
    for act in acts:
        if isinstance(act, tuple):
            known[act[0]] = right[act[0]] = act[1]
        else:
            del known[act]
            right.pop(act, None)
    assert dict(known.items()) == right
    assert len(known) == len(right)
    for key in [*asked, *right]:
        assert known.get(key) == right.get(key)
        assert (key in known) == (key in right)


def test_it_is_emptied_by_another_filling() -> None:
    known = Packed()
    known.fill([(b"a", b"1")])
    known[b"b"] = b"2"
    known.fill([(b"c", b"")])
    assert dict(known.items()) == {b"c": b""}


@pytest.mark.parametrize("pair", [(b"k" * 65_536, b""), (b"k", b"v" * 65_536)])
def test_what_is_too_long_is_refused(pair: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="too long"):
        Packed().fill([pair])


def test_a_child_that_reads_copies_nothing() -> None:
    """What a forked process is asked for stays its parent's: its private pages do not grow with the reads."""
    known = Packed()
    pairs = [(b"key%d" % n, os.urandom(60)) for n in range(200_000)]
    known.fill(pairs)
    names = [b"key%d" % n for n in range(0, 200_000, 7)]
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        before = _private()
        right = all(known.get(name) for name in names)
        os.write(write, b"%d %d" % (right, _private() - before))
        os._exit(0)
    os.waitpid(pid, 0)
    right, grown = map(int, os.read(read, 100).split())
    os.close(read)
    os.close(write)
    assert right
    assert grown < 4_000  # kB; the values alone are 12,000, and a dictionary's pages are all copied


def _private() -> int:
    with open("/proc/self/smaps_rollup") as told:
        return sum(int(line.split()[1]) for line in told if line.startswith("Private_"))
