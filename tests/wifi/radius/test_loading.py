import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from smartsenegal.kernel.sites.models import Site
from smartsenegal.wifi.access.api import Credential, Plan, PlanRule, Realm, verifier
from smartsenegal.wifi.network.api import Hotspot, Nas, seal_secret
from smartsenegal.wifi.radius.loading import Loader
from smartsenegal.wifi.radius.snapshot import Snapshot
from smartsenegal.wifi.sessions.api import Session, Usage, ensure_days, today


@pytest.fixture
def loader(gateway: Nas) -> object:
    ensure_days(today())
    found = Loader(Snapshot())
    found.load()
    yield found
    found.close()


def test_what_is_loaded_is_what_the_database_has(loader: Loader, gateway: Nas) -> None:
    known = loader.snapshot
    found = known.gateway_of(bytes([127, 0, 0, 1]))
    assert found
    assert (found.code, found.secret, found.interim_seconds) == ("gw", b"xyzzy5461", 60)
    assert known.gateway_of(bytes(10) + b"\xff\xff\x7f\0\0\1") == found
    assert known.gateway_of(bytes([10, 0, 0, 1])) is None
    assert len(known.day_keys) == 2
    credential = known.credential(Realm.objects.get().pk, "awa")
    assert credential
    assert credential.verifier == verifier("secret")
    assert (credential.kind, credential.right.holder, credential.right.valid_until) == ("password", 7, None)
    assert credential.right.hotspot is None
    assert [limits.session_seconds for limits in known.plans.values()] == [3600]


def test_a_look_takes_what_changed(loader: Loader, gateway: Nas) -> None:
    known = loader.snapshot
    realm = Realm.objects.get()
    until = timezone.now() + timedelta(hours=1)
    Credential.objects.create(
        realm=realm,
        login="Billet",
        kind="voucher",
        holder=9,
        valid_until=until,
        octets_in_all=2**40,
        hotspot=4,
    )
    Credential.objects.filter(login="awa").update(closed_because="blocked")
    Plan.objects.update(session_seconds=60)
    PlanRule.objects.update(closed=True)
    Nas.objects.create(
        code="v6", gateway="hostapd", network="2001:db8::/32", secret=seal_secret("v6", b"other")
    )
    Nas.objects.filter(pk=gateway.pk).update(
        network="127.0.0.0/8", lenient_reason="ancienne", answered_until=until
    )
    gateway.certificates.create(fingerprint="ab", serial="cd", revoked_at=timezone.now())
    gateway.certificates.create(fingerprint="ef", serial="01")
    loader.look()
    assert known.revoked == {(gateway.pk, "ab"), (gateway.pk, "cd")}
    assert known.gateways[gateway.pk].until == pytest.approx(until.timestamp(), abs=1e-3)
    assert known.gateways[gateway.pk].is_answered()
    voucher = known.credential(realm.pk, "billet")
    assert voucher
    assert (voucher.right.octets_in_all, voucher.right.hotspot) == (2**40, 4)
    assert voucher.right.valid_until == pytest.approx(until.timestamp(), abs=1e-3)
    assert known.credential(realm.pk, "awa").right.closed_because == "blocked"  # type: ignore[union-attr]
    assert next(iter(known.plans.values())).session_seconds == 60
    assert known.rules_at(None)[0].closed
    assert known.gateway_of(bytes.fromhex("20010db8") + bytes(12)).code == "v6"  # type: ignore[union-attr]
    assert known.gateway_of(bytes([127, 9, 9, 9])).lenient  # type: ignore[union-attr]


def test_use_and_sessions_follow(loader: Loader) -> None:
    known = loader.snapshot
    now_us = time.time_ns() // 1000
    for shift, octets in ((2, 5), (1, 10), (0, 100)):
        Usage.objects.create(holder=7, day=today() - timedelta(days=shift), seconds=octets, octets=octets)
    session = Session.objects.create(
        key=b"k" * 16, nas=1, holder=7, device=b"d", nas_session="s", started_us=now_us, updated_us=now_us
    )
    loader.look()
    use = known.use(7, now_us)
    assert (use.octets_today, use.octets_in_all, use.devices) == (100, 115, frozenset({b"d"}))
    Usage.objects.filter(holder=7, day=today() - timedelta(days=2)).update(octets=6)
    session.ended_us = now_us
    session.save()
    loader.look()
    assert known.use(7, now_us).octets_in_all == 116
    assert known.use(7, now_us).devices == frozenset()
    assert known.of_holder == {}


def test_what_commits_late_is_not_missed(loader: Loader) -> None:
    """A transaction begun before a look and committed after it is taken by the next."""
    import psycopg

    parameters = connection.get_connection_params()
    kept = {k: v for k, v in parameters.items() if k not in {"context", "cursor_factory", "pool"}}
    with psycopg.connect(**kept) as slow:
        slow.execute("UPDATE wifi_access_plan SET session_seconds = 77")
        Plan.objects.create(code="later", name="Plus tard")
        loader.look()
        assert 77 not in {p.session_seconds for p in loader.snapshot.plans.values()}
        slow.commit()
    loader.look()
    assert 77 in {p.session_seconds for p in loader.snapshot.plans.values()}


def test_many_credentials_load_whole(gateway: Nas) -> None:
    """More rows than one batch of the copy holds: none is lost."""
    count = 20_000
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO wifi_access_credential"
            " (realm_id, login, kind, holder, verifier, closed_because, made_at, version)"
            " SELECT %s, 'user' || n, 'password', n, sha256(n::text::bytea), '', now(), 0"
            " FROM generate_series(1, %s) n",
            [Realm.objects.get().pk, count],
        )
    ensure_days(today())
    loader = Loader(Snapshot())
    loader.load()
    loader.close()
    assert len(loader.snapshot.credentials) == count + 1


def test_a_site_is_shut_and_opened_by_its_own_row(loader: Loader, shop: Hotspot, gateway: Nas) -> None:
    loader.look()
    known = loader.snapshot
    for state, shut in (("suspended", True), ("closed", True), ("open", False)):
        Site.objects.filter(pk=shop.site_id).update(state=state)  # the row of the hotspot itself stays
        loader.look()
        where = known.where(known.gateways[gateway.pk], None)
        assert (where.hotspot, where.shut) == (shop.pk, shut)
    Site.objects.filter(pk=shop.site_id).update(state="suspended")
    again = Loader(Snapshot())
    again.load()
    assert again.snapshot.shut == {shop.pk}
    again.close()
