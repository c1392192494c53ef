import hmac
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.codec import Discard

SECRET = b"xyzzy5461"
# RFC 2865 §7.1: nemo logs in with "arctangent".
NEMO = bytes.fromhex(
    "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee"
    "0406c0a80110050600000003"
)
NEMO_ACCEPT = bytes.fromhex("0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103")
# RFC 2865 §7.2: flopsy answers with CHAP.
FLOPSY = bytes.fromhex(
    "010100472aee86f08d0d55969ca5978e0d3367a20108666c6f707379031316e97557c316185895f293ff63440772"
    "750406c0a80110050600000014060600000002070600000001"
)
FLOPSY_ACCEPT = bytes.fromhex(
    "0201003815efbc7dab26cfa3dc34d9c03c8601a40606000000020706000000010806fffffffe0a06000000020d06"
    "000000010c06000005dc"
)
# RFC 2865 §7.3: mopsy is challenged, and answers wrong.
MOPSY = bytes.fromhex(
    "01020039f3a47a1f6a6d76710b947ab93041a03901076d6f70737902123365757377828"
    "9b570885e15084825c50406c0a80110050600000007"
)
MOPSY_CHALLENGE = bytes.fromhex(
    "0b02004e36f3c8764ae8c71157403c0c71ff9c4512304368616c6c656e67652033323736393433302e2020456e746572"
    "20726573706f6e73652061742070726f6d70742e180a3332373639343330"
)
MOPSY_AGAIN = bytes.fromhex(
    "01030043b122556d428a13d0d6253807c457ecf001076d6f7073790212692c1f205fc081b919b95195f561a581"
    "0406c0a80110050600000007180a3332373639343330"
)
MOPSY_REJECT = bytes.fromhex("03030014a42f4fca45916c4e09c8340f9e746aa0")


def test_the_first_example_of_the_standard() -> None:
    packet = codec.read(NEMO)
    assert packet.text(codec.USER_NAME) == "nemo"
    assert codec.reveal(packet.values[codec.USER_PASSWORD], SECRET, packet.authenticator) == b"arctangent"
    assert codec.hide(b"arctangent", SECRET, packet.authenticator) == packet.values[codec.USER_PASSWORD]
    assert codec.answer(codec.ACCESS_ACCEPT, packet, SECRET, NEMO_ACCEPT[20:], sign=False) == NEMO_ACCEPT


def test_the_second_example_of_the_standard() -> None:
    packet = codec.read(FLOPSY)
    assert codec.chap(packet, b"arctangent")
    assert not codec.chap(packet, b"arctangents")
    assert codec.answer(codec.ACCESS_ACCEPT, packet, SECRET, FLOPSY_ACCEPT[20:], sign=False) == FLOPSY_ACCEPT


def test_the_third_example_of_the_standard() -> None:
    first, again = codec.read(MOPSY), codec.read(MOPSY_AGAIN)
    assert codec.reveal(first.values[codec.USER_PASSWORD], SECRET, first.authenticator) == b"challenge"
    assert codec.answer(11, first, SECRET, MOPSY_CHALLENGE[20:], sign=False) == MOPSY_CHALLENGE
    assert again.values[codec.STATE] == b"32769430"
    assert codec.reveal(again.values[codec.USER_PASSWORD], SECRET, again.authenticator) == b"99101462"
    assert codec.answer(codec.ACCESS_REJECT, again, SECRET, sign=False) == MOPSY_REJECT


def test_a_reply_is_signed_first_and_gives_proxy_states_back_in_order() -> None:
    proxies = codec.attribute(33, b"first") + codec.attribute(33, b"") + codec.attribute(33, b"last")
    data = codec.request(1, 7, SECRET, proxies + codec.attribute(1, b"nemo"), bytes(range(16)))
    packet = codec.read(data)
    assert codec.signed(packet, SECRET)
    assert not codec.signed(packet, b"other")
    reply = codec.answer(codec.ACCESS_REJECT, packet, SECRET, codec.attribute(18, "Non"))
    read = codec.read(reply)
    assert reply[20:22] == b"\x50\x12"
    assert reply.endswith(proxies)
    assert codec.answered_by_secret(read, packet.authenticator, SECRET)
    assert not codec.answered_by_secret(read, packet.authenticator, b"other")
    assert not codec.answered_by_secret(read, bytes(16), SECRET)


def test_an_accounting_request_is_sealed_by_its_authenticator() -> None:
    packet = codec.read(codec.request(codec.ACCOUNTING_REQUEST, 1, SECRET, codec.attribute(44, b"1")))
    assert codec.sealed_by_secret(packet, SECRET)
    assert not codec.sealed_by_secret(packet, b"other")


def test_counters_beyond_four_gigaoctets() -> None:
    data = codec.attribute(42, 5) + codec.attribute(52, 2) + codec.attribute(43, b"\1")
    packet = codec.read(codec.request(4, 1, SECRET, data))
    assert packet.octets(42, 52) == 2 * 2**32 + 5
    assert packet.octets(43, 53) == 0


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (codec.attribute(8, bytes([10, 1, 2, 3])), "10.1.2.3"),
        (codec.attribute(8, b"\xff\xff\xff\xfe"), None),
        (codec.attribute(168, bytes.fromhex("20010db8000000000000000000000001")), "2001:db8::1"),
        (codec.attribute(97, b"\0\x40" + bytes.fromhex("20010db8")) + codec.attribute(96, bytes(7) + b"\2"),
         "2001:db8::2"),
        (b"", None),
    ],
)  # fmt: skip
def test_the_address_of_a_device(attributes: bytes, expected: str | None) -> None:
    assert codec.read(codec.request(4, 1, SECRET, attributes)).address() == expected


def test_what_is_beyond_the_length_is_padding_and_what_lacks_is_dropped() -> None:
    assert codec.read(NEMO + b"padding").raw == NEMO
    with pytest.raises(Discard, match="short"):
        codec.read(NEMO[:-1])
    with pytest.raises(Discard, match="length"):
        codec.read(NEMO[:2] + b"\0\x13" + NEMO[4:])
    with pytest.raises(Discard, match="length"):
        codec.read(b"\1\1\x10\x01" + bytes(5000))


@pytest.mark.parametrize("tail", [b"\1\0", b"\1\1", b"\1", b"\1\x05ab", b"\x50\x03a"])
def test_an_attribute_that_does_not_fit_drops_the_packet(tail: bytes) -> None:
    head = b"\1\1" + (20 + len(tail)).to_bytes(2, "big") + bytes(16)
    with pytest.raises(Discard, match="attribute"):
        codec.read(head + tail)


def test_two_signatures_are_one_too_many() -> None:
    twice = codec.request(1, 1, SECRET, codec.attribute(80, bytes(16)), bytes(16))
    with pytest.raises(Discard, match="signed-twice"):
        codec.read(twice)


@given(st.binary(max_size=128), st.binary(min_size=1, max_size=40), st.binary(min_size=16, max_size=16))
def test_a_password_hidden_is_found_again(password: bytes, secret: bytes, authenticator: bytes) -> None:
    hidden = codec.hide(password, secret, authenticator)
    assert codec.reveal(hidden, secret, authenticator) == password.rstrip(b"\0")


def corrupted() -> st.SearchStrategy[bytes]:
    """Packets with any header and any tail, and good ones cut, lengthened or changed in one place."""
    tails = st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=12).map(
        lambda found: b"".join(codec.attribute(kind, value) for kind, value in found)
    )
    good = tails.map(lambda tail: codec.request(1, 9, SECRET, tail, bytes(16)))
    cut = st.tuples(good, st.integers(0, 600)).map(lambda t: t[0][: t[1]])
    longer = st.tuples(good, st.binary(max_size=300)).map(lambda t: t[0] + t[1])
    changed = st.tuples(good, st.integers(0, 5000), st.integers(0, 255)).map(
        lambda t: t[0][: t[1] % len(t[0])] + bytes([t[2]]) + t[0][t[1] % len(t[0]) + 1 :]
    )
    return st.one_of(st.binary(max_size=5000), good, cut, longer, changed)


@given(corrupted())
def test_whatever_comes_nothing_but_discard_is_raised(data: bytes) -> None:
    try:
        packet = codec.read(data)
    except Discard:
        return
    assert 20 <= len(packet.raw) <= 4096
    packet.address()
    packet.octets(42, 52)
    codec.chap(packet, b"password")
    for kind in range(256):
        packet.text(kind)
        packet.number(kind)
        assert (packet.every(kind) or [None])[0] == packet.values.get(kind) or kind == codec.PROXY_STATE
    with suppress(Discard):
        codec.reveal(packet.values.get(2, b""), SECRET, packet.authenticator)
    reply = codec.answer(codec.ACCESS_REJECT, packet, SECRET, codec.attribute(18, "x" * 200))
    assert len(reply) <= 4096 or len(packet.proxy) > 4096 - 38
    assert codec.sealed_by_secret(packet, SECRET) in (True, False)


@given(st.binary(max_size=400), st.integers(0, 10_000))
def test_one_bit_changed_is_seen(tail: bytes, place: int) -> None:
    data = bytearray(codec.request(1, 3, SECRET, codec.attribute(1, tail[:253]), b"0123456789abcdef"))
    bit = place % (8 * len(data))
    data[bit // 8] ^= 1 << bit % 8
    try:
        packet = codec.read(bytes(data))
    except Discard:
        return
    assert not codec.signed(packet, SECRET)


def test_the_signature_is_hmac_md5_over_the_packet_with_the_field_zeroed() -> None:
    data = codec.request(codec.STATUS_SERVER, 5, SECRET, b"", b"a" * 16)
    assert data[22:38] == hmac.digest(SECRET, data[:22] + bytes(16), "md5")


# RFC 5997 §6.1 and §6.2, retyped: a query to each port and its reply, under the secret of its §6.
STATUS_SECRET = b"xyzzy5461"
STATUS = {
    "authentication": (
        "0cda0026 8a54f4686fb394c52866e302185d0623 5012 5a665e2e1e8411f3e243822097c84fa3",
        "02da0014 ef0d552a4bf2d693ec2b6fe8b5411d66",
    ),
    "accounting": (
        "0cb30026 925f6b66dd5fed571fcb1db7ad388260 5012 e8d6eabda910875cd91fdade26367858",
        "05b30014 0f6f92145f107e2f504e860a4860669c",
    ),
}


@pytest.mark.parametrize("port", STATUS)
def test_the_status_packets_of_rfc_5997(port: str) -> None:
    query, reply = (codec.read(bytes.fromhex(text)) for text in STATUS[port])
    assert query.code == codec.STATUS_SERVER
    assert codec.signed(query, STATUS_SECRET)
    assert not codec.signed(query, b"another")
    assert codec.answered_by_secret(reply, query.authenticator, STATUS_SECRET)
    assert codec.answer(reply.code, query, STATUS_SECRET, sign=False) == reply.raw
