import hashlib
import os
from dataclasses import replace

import pytest

from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.access.api import REFUSALS, Limits
from smartsenegal.wifi.radius import classes, codec
from smartsenegal.wifi.radius.auth import Authoriser
from smartsenegal.wifi.radius.codec import Packet
from smartsenegal.wifi.radius.snapshot import OpenSession, Snapshot, Used, key_of
from smartsenegal.wifi.sessions.api import device_of, session_key
from tests.wifi.radius.known import DAY, NOON, PHONE, SECRET, access_request, network, record, vendor

MAC = "0a1b2c3d4e5f"
NOON_US = int(NOON * 1e6)


def ask(known: Snapshot, request: bytes, now: float = NOON) -> tuple[Packet, str]:
    """The reply, found authentic, and the cause of a refusal."""
    packet = codec.read(request)
    reply, cause, _ = Authoriser(known).answer(packet, known.gateways[1], now)
    read = codec.read(reply)
    assert codec.answered_by_secret(read, packet.authenticator, SECRET)
    assert reply[20:22] == b"\x50\x12"  # signed first
    assert (read.code == codec.ACCESS_ACCEPT) == (cause == "")
    return read, cause


def test_pap_gets_what_is_left_the_rates_and_a_class() -> None:
    reply, _ = ask(network(), access_request())
    assert reply.number(codec.SESSION_TIMEOUT) == 3600
    assert reply.number(codec.INTERIM_INTERVAL) == 300
    assert vendor(reply, 14122, 8) == (2_000_000).to_bytes(4, "big")
    assert vendor(reply, 14122, 7) == (500_000).to_bytes(4, "big")
    entry = classes.decode(access.installation_key("class"), reply.every(codec.CLASS))
    assert entry
    assert (entry.credential, entry.holder, entry.plan) == (11, 7, 3)


@pytest.mark.parametrize(
    ("name", "password", "cause"),
    [
        ("awa", "wrong", "secret"),
        ("AWA", "secret", ""),
        ("nobody", "secret", "unknown"),
        ("awa@nowhere.org", "secret", "realm"),
        ("awa@UCAD.sn", "secret", "elsewhere"),
        ("awa", None, "method"),
        ("", "secret", "unknown"),
    ],
)
def test_who_proves_nothing_is_refused(name: str, password: str | None, cause: str) -> None:
    reply, why = ask(network(), access_request(name, password))
    assert why == cause
    if cause:
        assert reply.text(codec.REPLY_MESSAGE)


def test_an_unknown_login_is_told_nothing_more_than_a_wrong_password() -> None:
    unknown, _ = ask(network(), access_request("nobody"))
    wrong, _ = ask(network(), access_request("awa", "wrong"))
    assert unknown.text(18) == wrong.text(18) == REFUSALS["secret"]


def test_chap_needs_a_password_that_was_kept() -> None:
    challenge = os.urandom(16)
    response = b"\x05" + hashlib.md5(b"\x05secret" + challenge).digest()
    extra = codec.attribute(codec.CHAP_PASSWORD, response) + codec.attribute(codec.CHAP_CHALLENGE, challenge)
    known = network()
    assert ask(known, access_request(password=None, extra=extra))[1] == "method"
    known.sealed[11] = access.seal_password(1, "awa", "secret")
    assert ask(known, access_request(password=None, extra=extra))[1] == ""
    known.sealed[11] = access.seal_password(1, "awa", "other")
    assert ask(known, access_request(password=None, extra=extra))[1] == "secret"


@pytest.mark.parametrize("name", [MAC, PHONE, "0a:1b:2c:3d:4e:5f"])
def test_a_recognised_device_needs_no_password(name: str) -> None:
    known = network()
    assert ask(known, access_request(name, MAC))[1] == "unknown"
    known.take_credentials([(key_of(1, access.login_of_mac(MAC)), record(12, "mac", None))])
    assert ask(known, access_request(name, MAC))[1] == ""
    assert ask(known, access_request("0a-1b-2c-3d-4e-50", MAC))[1] == "unknown"
    # Nobody logs in by the hash itself.
    assert ask(known, access_request(access.login_of_mac(MAC), ""))[1] == "method"


def test_the_code_of_a_voucher_is_its_secret_and_a_token_has_one() -> None:
    known = network()
    known.take_credentials(
        [
            (key_of(1, "k7f2-9qpd"), record(13, "voucher", None)),
            (key_of(1, "entry"), record(14, "token", "t")),
            (key_of(1, access.login_of_voucher("7KQ2MX40TB")), record(15, "voucher", None)),
        ]
    )
    # One that the desk made is stored under a hash of its code.
    assert ask(known, access_request("7kq2m-x4otb", "7kq2m-x4otb"))[1] == ""
    assert ask(known, access_request("7KQ2M-X40TB", "other"))[1] == "secret"
    assert ask(known, access_request("7KQ2M-X40TC", "7KQ2M-X40TC"))[1] == "unknown"
    assert ask(known, access_request("K7F2-9QPD", "k7f2-9qpd"))[1] == ""
    assert ask(known, access_request("k7f2-9qpd", "other"))[1] == "secret"
    assert ask(known, access_request("entry", "t"))[1] == ""
    assert ask(known, access_request("entry", ""))[1] == "secret"


def test_what_was_given_for_one_place_opens_no_other() -> None:
    """The code of a voucher, a token of one tap, a recognised device, at the gateway of another site."""
    known = network()
    here, there = known.gateways[1].hotspot, 6
    assert here is not None
    for hotspot, cause in ((there, "place"), (here, "")):
        known.take_credentials(
            [
                (
                    key_of(1, access.login_of_voucher("7KQ2MX40TB")),
                    record(15, "voucher", None, hotspot=hotspot),
                ),
                (key_of(1, "entry"), record(14, "token", "t", hotspot=hotspot)),
                (key_of(1, access.login_of_mac(MAC)), record(12, "mac", None, hotspot=hotspot)),
            ]
        )
        assert ask(known, access_request("7kq2m-x40tb", "7kq2m-x40tb"))[1] == cause
        assert ask(known, access_request("entry", "t"))[1] == cause
        assert ask(known, access_request(MAC, MAC))[1] == cause


def test_the_token_of_a_device_is_of_no_use_to_another() -> None:
    known = network()
    bound = record(14, "token", access.of_device("t", MAC))
    known.take_credentials(
        [(key_of(1, "entry"), bound), (key_of(1, "awa"), record(11, "password", f"t@{MAC}"))]
    )
    assert ask(known, access_request("entry", "t"))[1] == ""
    other = access_request("entry", "t").replace(PHONE.encode(), b"0A-1B-2C-3D-4E-60")
    packet = codec.read(other)
    assert Authoriser(known).answer(packet, known.gateways[1], NOON)[1] == "secret"
    assert ask(known, access_request("awa", "t"))[1] == "secret"  # a token alone is bound


@pytest.mark.parametrize(
    ("closed", "cause"),
    [("blocked", "blocked"), ("used", "used"), ("erased", "blocked"), ("expired", "expired")],
)
def test_a_closed_credential_says_why_once_proved(closed: str, cause: str) -> None:
    known = network()
    known.take_credentials([(key_of(1, "awa"), record(11, closed=closed))])
    reply, why = ask(known, access_request())
    assert why == cause
    assert reply.text(18) == REFUSALS[cause]
    assert ask(known, access_request(password="wrong"))[1] == "secret"


def test_use_of_today_and_in_all_counts() -> None:
    known = network(limits=Limits(3, daily_octets=1000, daily_seconds=600))
    known.usage[7] = Used(DAY, 60, 400, before_seconds=9, before_octets=5000)
    reply, _ = ask(known, access_request())
    assert reply.number(codec.SESSION_TIMEOUT) == 540
    assert vendor(reply, 14559, 3) == (600).to_bytes(4, "big")
    known.usage[7] = Used(DAY, 60, 1000)
    assert ask(known, access_request())[1] == "volume"
    known.usage[7] = Used(DAY - 1, 600, 1000)
    assert ask(known, access_request())[1] == ""
    known.take_credentials([(key_of(1, "awa"), record(11, octets=1000))])
    assert ask(known, access_request())[1] == "used"


def test_a_device_that_is_on_since_yesterday_is_the_same_device() -> None:
    known = network()
    yesterday = device_of(b"j" * 32, MAC)
    known.take_session(b"s", OpenSession(7, yesterday, 5, NOON_US - 60_000_000, 300))
    assert ask(known, access_request())[1] == ""
    known.take_session(b"s", OpenSession(7, b"another", 5, NOON_US - 60_000_000, 300))
    assert ask(known, access_request())[1] == "devices"
    known.take_session(b"s", OpenSession(7, b"another", 5, NOON_US - 901_000_000, 300))
    assert ask(known, access_request())[1] == ""


def test_a_place_that_is_full_says_so() -> None:
    known = network()
    known.hotspots[5] = 1
    known.take_session(b"s", OpenSession(8, b"other", 5, NOON_US, 300))
    known.count_clients(NOON_US)
    assert ask(known, access_request())[1] == "full"


def test_an_access_point_says_where_it_is_to_a_gateway_of_its_own_site_alone() -> None:
    """The gateway of a site that names an access point of another is asked for at its own."""
    known = network()
    known.hotspots, known.zones, known.access_points = {5: None, 6: None}, {9: 6}, {"aabbccddeeff": 9}
    known.rules[2] = replace(known.rules[1], hotspot=6, closed=True, number=2)
    known.index_rules()
    called = codec.attribute(codec.CALLED_STATION, "AA-BB-CC-DD-EE-FF:Wifi Sénégal")
    for hotspot, zone, where in ((6, 9, 6), (None, 9, 6), (5, None, 5)):
        known.gateways[1] = replace(known.gateways[1], hotspot=hotspot)
        assert ask(known, access_request(extra=called))[1] == ("closed" if where == 6 else "")
        found = known.where(known.gateways[1], "aabbccddeeff")
        assert (found.hotspot, found.zone) == (where, zone)
    assert ask(known, access_request())[1] == ""


def test_a_user_is_named_to_an_operator_only_when_asked() -> None:
    asked = codec.attribute(codec.CHARGEABLE_USER, b"\0")
    here, _ = ask(network(), access_request(extra=asked + codec.attribute(codec.OPERATOR_NAME, "1here.sn")))
    again, _ = ask(network(), access_request(extra=asked + codec.attribute(codec.OPERATOR_NAME, "1here.sn")))
    there, _ = ask(network(), access_request(extra=asked + codec.attribute(codec.OPERATOR_NAME, "1there.sn")))
    assert here.values[89] == again.values[89] != there.values[89]
    assert 89 not in ask(network(), access_request())[0].values


def test_a_session_asked_for_again_keeps_its_name() -> None:
    same = codec.attribute(codec.SESSION_ID, "80000001")
    known = network()
    first, again, other = (
        classes.decode(access.installation_key("class"), ask(known, access_request(extra=e))[0].every(25))
        for e in (same, same, b"")
    )
    assert first == again != other


def test_a_gateway_that_numbers_anew_folds_no_two_sessions_of_a_phone() -> None:
    """Restarted, it gives the same Acct-Session-Id to the same phone: another session, unless one goes on."""
    number = "80000001"
    known = network()

    def key_given(now: float) -> bytes:
        request = access_request(extra=codec.attribute(codec.SESSION_ID, number))
        entry = classes.decode(
            access.installation_key("class"), ask(known, request, now)[0].every(codec.CLASS)
        )
        assert entry
        return session_key(1, number, entry.nonce)

    first = key_given(NOON)
    known.take_session(first, OpenSession(7, device_of(b"k" * 32, MAC), 5, NOON_US, 300))
    assert key_given(NOON + 3600) == first  # 802.1X asks again in the middle of it
    known.take_session(first, OpenSession(7, device_of(b"k" * 32, "0a1b2c3d4e50"), 5, NOON_US, 300))
    assert key_given(NOON + 3600) != first  # another phone of the same person had that number
    known.take_session(first, None)
    assert key_given(NOON + 3600) != first


def test_eap_is_refused_by_its_own_failure_without_a_message() -> None:
    reply, why = ask(network(), access_request(password=None, extra=codec.attribute(79, b"\2\x09\0\x06\1a")))
    assert why == "method"
    assert reply.values[79] == bytes((4, 9, 0, 4))
    assert 18 not in reply.values


def test_mikrotik_gets_its_own_words() -> None:
    limits = Limits(3, daily_octets=5 * 2**32 + 7, down_kbps=2000, up_kbps=500)
    reply, _ = ask(network("mikrotik", limits=limits), access_request())
    assert vendor(reply, 14988, 8) == b"500k/2000k"
    assert vendor(reply, 14988, 17) == (7).to_bytes(4, "big")
    assert vendor(reply, 14988, 18) == (5).to_bytes(4, "big")


def test_an_open_credential_goes_before_a_closed_one_of_the_same_login() -> None:
    known = network()
    key = key_of(1, "awa")
    known.take_credentials([(key, record(20)), (key, record(11, closed="withdrawn"))])
    found = known.credential(1, "awa")
    assert found
    assert found.id == 20
    known.take_credentials([(key, record(11, closed="withdrawn")), (key, record(20, closed="used"))])
    assert known.credential(1, "awa").right.closed_because == "used"  # type: ignore[union-attr]


def test_a_credential_that_changes_its_login_leaves_nothing_behind() -> None:
    known = network()
    known.take_credentials([(key_of(1, "erased-11"), record(11, closed="erased"))])
    assert known.credential(1, "awa") is None
    assert known.credential(1, "erased-11") is not None
