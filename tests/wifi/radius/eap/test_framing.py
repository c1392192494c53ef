"""Fragments of TLS messages, attributes of EAP-TTLS, identities, packets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.radius.eap import avps, identities, packets
from smartsenegal.wifi.radius.eap.avps import Avp
from smartsenegal.wifi.radius.eap.framing import Inbox, Outbox, is_acknowledgement
from smartsenegal.wifi.radius.eap.packets import Malformed

LENGTH, MORE, START = 0x80, 0x40, 0x20


@given(st.binary(max_size=5000), st.integers(16, 1100))
def test_what_is_cut_is_put_together(message: bytes, size: int) -> None:
    outbox, inbox = Outbox(size), Inbox(5000)
    fragment, whole, count = outbox.put(message), None, 1
    while whole is None:
        assert len(fragment) <= size
        whole = inbox.take(fragment)
        if whole is None:
            assert outbox
            fragment, count = outbox.next(), count + 1
    assert whole == message
    assert not outbox
    assert (count == 1) == (len(message) + 1 <= size)


def more(total: int, data: bytes) -> bytes:
    return bytes([LENGTH | MORE]) + total.to_bytes(4, "big") + data


@pytest.mark.parametrize(
    "fragments",
    [
        [b""],
        [bytes([START])],
        [bytes([LENGTH]) + b"\0\0"],
        [bytes([MORE]) + b"no length"],
        [more(10, b"")],
        [more(3, b"four")],
        [more(4, b"four")],
        [more(10, b"1234"), more(11, b"5678")],
        [more(10, b"1234"), bytes([MORE])],
        [more(10, b"1234"), b"\x005678"],
        [more(10, b"1234"), b"\x00" + b"567890a"],
        [bytes([LENGTH]) + (9).to_bytes(4, "big") + b"four"],
        [more(101, b"1"), bytes([MORE]) + b"2" * 100],
        [b"\x00" + b"1" * 101],
    ],
)
def test_lengths_that_lie_are_refused(fragments: list[bytes]) -> None:
    inbox = Inbox(100)
    with pytest.raises(Malformed):
        [inbox.take(fragment) for fragment in fragments]


@given(st.lists(st.binary(max_size=60), max_size=40))
def test_an_inbox_never_holds_more_than_its_limit(fragments: list[bytes]) -> None:
    inbox = Inbox(100)
    for fragment in fragments:
        try:
            whole = inbox.take(fragment)
        except Malformed:
            inbox = Inbox(100)
        else:
            assert whole is None or len(whole) <= 100
        assert sum(map(len, inbox._parts)) <= 100


def test_an_acknowledgement_says_nothing() -> None:
    assert is_acknowledgement(b"\0")
    assert is_acknowledgement(b"\1")
    for data in (b"", b"\0\0", bytes([LENGTH]), bytes([MORE]), bytes([START])):
        assert not is_acknowledgement(data)


names = st.tuples(st.sampled_from([0, 311, 2**32 - 1]), st.integers(0, 2**32 - 1))


@given(st.lists(st.builds(Avp, names, st.binary(max_size=40), st.booleans()), max_size=10))
def test_attributes_are_read_as_written(written: list[Avp]) -> None:
    octets = b"".join(avp.encode() for avp in written)
    # A vendor of 0 is no vendor: that is how RADIUS's own attributes are named.
    assert avps.decode(octets) == written


@given(st.binary(max_size=200))
def test_any_octets_are_attributes_or_malformed(octets: bytes) -> None:
    try:
        found = avps.decode(octets)
    except Malformed:
        return
    assert sum(len(avp.value) for avp in found) <= len(octets)


GOOD = Avp(avps.USER_NAME, b"awa").encode()


@pytest.mark.parametrize(
    "octets",
    [
        GOOD[:7],
        GOOD[:-2],
        GOOD[:5] + b"\0\0\7" + GOOD[8:],
        GOOD[:5] + b"\0\0\xff" + GOOD[8:],
        GOOD[:4] + b"\x41" + GOOD[5:],
        GOOD[:-1] + b"\1",
        bytes.fromhex("0000000b c000000b 00000137"),
        GOOD * 33,
    ],
    ids=["head", "value", "short", "long", "flag", "padding", "vendor", "many"],
)
def test_attributes_are_read_strictly(octets: bytes) -> None:
    with pytest.raises(Malformed):
        avps.decode(octets)


def test_the_last_padding_may_be_missing() -> None:
    assert avps.decode(GOOD[:-1]) == [Avp(avps.USER_NAME, b"awa")]


def test_an_attribute_comes_once_and_none_that_is_mandatory_is_passed_over() -> None:
    known = frozenset({avps.USER_NAME})
    optional = Avp((0, 4), b"\0" * 4, mandatory=False).encode()
    assert avps.one_of_each(GOOD + optional, known) == {avps.USER_NAME: b"awa"}
    for octets in (GOOD + GOOD, GOOD + Avp((0, 4), b"\0" * 4).encode()):
        with pytest.raises(Malformed):
            avps.one_of_each(octets, known)


@pytest.mark.parametrize(
    ("written", "outer", "read"),
    [
        ("awa@ucad.sn", "", "awa@ucad.sn"),
        (" Awa@UCAD.sn ", "esp.sn", "awa@ucad.sn"),
        ("awa", "ucad.sn", "awa@ucad.sn"),
        ("awa", "", "awa"),
        ("Aïcha", "ucad.sn", "aïcha@ucad.sn"),
    ],
)
def test_an_account_has_one_name(written: str, outer: str, read: str) -> None:
    assert identities.canonical(written, outer) == read


def test_what_names_nobody_is_refused() -> None:
    for empty in ("", "  ", "@ucad.sn"):
        with pytest.raises(identities.BadIdentity):
            identities.canonical(empty, "ucad.sn")
    for octets in (b"\xff", b"a\0b", b"a\nb", b"a" * 254):
        with pytest.raises(identities.BadIdentity):
            identities.decode(octets)


def test_the_realm_is_after_the_last_at() -> None:
    assert identities.realm_of("a@b@UCAD.sn") == "ucad.sn"
    assert identities.realm_of("awa") == ""


@given(st.binary(max_size=40))
def test_any_octets_are_a_response_or_malformed(octets: bytes) -> None:
    try:
        packet = packets.decode_response(octets)
    except Malformed:
        return
    assert octets.startswith(packet.encode())
