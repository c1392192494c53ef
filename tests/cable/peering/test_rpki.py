"""RFC 6811 against the naive reading of its text."""

from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.peering import files
from smartsenegal.cable.peering.errors import PeeringRefused
from smartsenegal.cable.peering.rules.rpki import (
    INVALID,
    UNKNOWN,
    VALID,
    BadRoa,
    Roa,
    Table,
    checked,
    prefix_of,
    route,
    verdict,
)
from tests.cable.billing.terms import unhurried

# Few bits, so that prefixes cover each other often.
_v4 = st.builds(
    lambda bits, length: str(IPv4Network(((bits << 24) >> (32 - length) << (32 - length), length))),
    st.sampled_from([41, 42]),
    st.integers(0, 8),
) | st.builds(
    lambda bits, length: str(IPv4Network(((bits << 16) >> (32 - length) << (32 - length), length))),
    st.integers(41 * 256, 41 * 256 + 3),
    st.integers(8, 16),
)
_v6 = st.builds(
    lambda bits, length: str(IPv6Network(((bits << 112) >> (128 - length) << (128 - length), length))),
    st.integers(0x2001, 0x2003),
    st.integers(0, 16),
)
_prefix = _v4 | _v6
_asn = st.integers(0, 3)


@st.composite
def _roas(draw: st.DrawFn) -> Roa:
    prefix = draw(_prefix)
    network = ip_network(prefix)
    return Roa(prefix, draw(st.integers(network.prefixlen, network.max_prefixlen)), draw(_asn))


def naive(roas: list[Roa], prefix: str, origin: int | None) -> str:
    """RFC 6811, section 2, word for word."""
    route = ip_network(prefix)
    covering = [
        r
        for r in roas
        if ip_network(r.prefix).version == route.version and route.subnet_of(ip_network(r.prefix))  # type: ignore[arg-type]
    ]
    if not covering:
        return UNKNOWN
    matched = [r for r in covering if route.prefixlen <= r.longest and r.asn == origin and r.asn != 0]
    return VALID if matched else INVALID


@unhurried
@given(st.lists(_roas(), max_size=8), st.lists(st.tuples(_prefix, _asn | st.none()), max_size=8))
def test_the_state_of_a_route_is_that_of_the_text(
    roas: list[Roa], routes: list[tuple[str, int | None]]
) -> None:
    table = Table.of(roas)
    assert table.count == len(set(roas))
    for prefix, origin in routes:
        assert table.state(prefix, origin) == naive(roas, prefix, origin)
    found = verdict(table, [route(*each) for each in routes])
    assert all(prefix_of(route(*each)) == each[0] for each in routes)
    assert found.valid + found.invalid + found.unknown == len(routes)
    assert files.unpacked(files.packed(roas)) == roas or not roas


def test_as_0_authorises_nobody_and_a_set_is_never_valid() -> None:
    table = Table.of([Roa("196.1.92.0/24", 24, 0), Roa("41.82.0.0/16", 24, 8346)])
    assert table.state("196.1.92.0/24", 0) == INVALID
    assert table.state("41.82.7.0/24", 8346) == VALID
    assert table.state("41.82.7.0/25", 8346) == INVALID
    assert table.state("41.82.7.0/24", None) == INVALID
    assert table.state("41.83.0.0/16", 8346) == UNKNOWN


@pytest.mark.parametrize("bad", [Roa("41.82.0.0/33", 33, 1), Roa("41.82.0.0/16", 15, 1), Roa("::/0", 0, -1)])
def test_a_payload_that_cannot_be_is_refused(bad: Roa) -> None:
    with pytest.raises(BadRoa):
        checked(bad)


def test_files_of_validators_are_read_with_their_date() -> None:
    text = (
        '{"metadata": {"generatedTime": "2026-11-20T10:00:00Z"}, "roas": ['
        '{"asn": "AS8346", "prefix": "41.82.0.0/16", "maxLength": 24, "ta": "afrinic"},'
        '{"asn": 64500, "prefix": "2001:db8::/32", "maxLength": 48}]}'
    )
    found, made = files.roas(text)
    assert found == [Roa("2001:db8::/32", 48, 64500), Roa("41.82.0.0/16", 24, 8346)]
    assert made is not None
    assert made.isoformat() == "2026-11-20T10:00:00+00:00"
    same, unsaid = files.roas(
        "ASN,IP Prefix,Max Length,Trust Anchor\nAS8346,41.82.0.0/16,24,afrinic\nAS64500,2001:db8::/32,48,x\n"
    )
    assert (same, unsaid) == (found, None)
    for bad in (
        "",
        "{",
        '{"roas": 3}',
        '{"roas": []}',
        "a,b\n",
        "ASN,IP Prefix,Max Length\nAS1,41.0.0.0/8,7\n",
    ):
        with pytest.raises(PeeringRefused):
            files.roas(bad)
