from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.kernel.sites.api import Site
from smartsenegal.wifi.access.api import Credential, local_realm
from smartsenegal.wifi.network.api import AccessPoint, Hotspot, Nas, Zone
from smartsenegal.wifi.sessions import actions, api, rules
from smartsenegal.wifi.sessions.models import DayKey, Event, Session, Usage
from smartsenegal.wifi.sessions.rules import INTERIM, OFF, ON, START, STOP, Heard, State
from tests.kernel.sites.conftest import country  # noqa: F401 - a fixture
from tests.wifi.sessions.conftest import Events
from tests.wifi.sessions.test_rules import KEYS, SECOND, heard

DAY = 86_400
told = st.builds(
    Heard, st.sampled_from([START, STOP, INTERIM, INTERIM, ON, OFF]), st.integers(1, 2),
    st.sampled_from(KEYS),
    st.integers(1, 40).map(lambda n: n * DAY // 10 * SECOND), st.integers(0, 50), st.integers(0, 2**40),
    st.integers(0, 2**40), st.sampled_from([None, 1, 5]),
)  # fmt: skip


def of_one_gateway(events: list[Heard]) -> list[Heard]:
    """A key names its gateway: each session is of one."""
    return [
        e if e.kind in (ON, OFF) else Heard(**{**_fields(e), "nas": 1 + (e.session == KEYS[2])})
        for e in events
    ]


def _fields(e: Heard) -> dict[str, object]:
    return {name: getattr(e, name) for name in Heard.__slots__}


def stored() -> dict[bytes, State]:
    return {
        bytes(s.key): State(
            s.nas, s.started_us, s.updated_us, s.ended_us, s.cause, s.seconds, s.octets_in, s.octets_out
        )
        for s in Session.objects.all()
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(told, max_size=14), st.lists(st.integers(1, 5), max_size=20), st.randoms())
def test_the_fold_in_sql_is_the_naive_one(
    events: Events, heard: list[Heard], cuts: list[int], chance: object
) -> None:
    """Whatever comes, in any order, repeated, in batches of any size."""
    for model in (Event, Session, Usage):
        model._default_manager.all()._raw_delete("default")
    whole = of_one_gateway([*heard, *heard[: len(heard) // 3]])
    chance.shuffle(whole)  # type: ignore[attr-defined]
    left = list(whole)
    while left:
        size = cuts.pop() if cuts else len(left)
        events.write(left[:size])
        left = left[size:]
        actions.fold_all()
    expected = rules.fold(whole)
    assert stored() == expected
    used = {u.day: (u.seconds, u.octets) for u in Usage.objects.filter(holder=7)}
    assert sum(s for s, _ in used.values()) == sum(s.seconds for s in expected.values())
    assert sum(o for _, o in used.values()) == sum(s.octets_in + s.octets_out for s in expected.values())
    assert all(s.calling == "" for s in Session.objects.exclude(ended_us=None))
    assert not Event.objects.exclude(calling="").exists()


def test_use_is_counted_on_the_day_it_grew(events: Events) -> None:
    midnight = DAY * 20_000
    events.write(
        [
            heard(START, midnight - 600),
            heard(INTERIM, midnight - 60, 540, 10),
            heard(STOP, midnight + 300, 900, 25),
        ]
    )
    assert actions.fold_events() == 3
    days = {u.day: (u.seconds, u.octets) for u in Usage.objects.all()}
    assert days == {date(2024, 10, 3): (540, 30), date(2024, 10, 4): (360, 45)}


def test_folding_again_changes_nothing(events: Events) -> None:
    events.write([heard(START, 100), heard(INTERIM, 400, 300, 5)])
    assert actions.fold_events() == 2
    assert actions.fold_events() == 0
    events.write([heard(INTERIM, 400, 300, 5)])
    actions.fold_events()
    assert Usage.objects.get().seconds == 300


def test_an_open_session_keeps_what_disconnects_it_and_an_ended_one_forgets(events: Events) -> None:
    events.write([heard(START, 100)])
    actions.fold_events()
    assert (Session.objects.get().calling, Session.objects.get().address) == (events.calling, "10.0.0.1")
    assert Event.objects.get().calling == ""
    events.write([heard(STOP, 200, 100)])
    actions.fold_events()
    assert (Session.objects.get().calling, Session.objects.get().address) == ("", None)
    assert api.open_sessions(7) == []


def test_a_session_is_where_its_access_point_is(country: None, events: Events) -> None:  # noqa: F811
    hotspot = Hotspot.objects.create(site=Site.objects.earliest("pk"), ssid="Wifi Sénégal")
    zone = Zone.objects.create(hotspot=hotspot, code="hall", name="Hall")
    AccessPoint.objects.create(zone=zone, name="1", mac="aabbccddeeff")
    nas = Nas.objects.create(
        hotspot=hotspot, code="n", gateway="hostapd", network="10.0.0.1", interim_seconds=90
    )
    events.access_point = "AA-BB-CC-DD-EE-FF:Wifi Sénégal"
    key = rules.session_key(nas.pk, "s", b"")
    events.write([Heard(START, nas.pk, key, 100 * SECOND)])
    actions.fold_events()
    found = Session.objects.get()
    assert (found.hotspot, found.zone, found.interim_seconds) == (hotspot.pk, zone.pk, 90)
    # The gateway of another site that names it places its devices at its own; one of no site, there.
    other = Hotspot.objects.create(site=Site.objects.exclude(pk=hotspot.site_id).earliest("pk"), ssid="W")
    for of, where in ((other, (other.pk, None)), (None, (hotspot.pk, zone.pk))):
        nas = Nas.objects.create(hotspot=of, code=f"n{of and of.pk}", gateway="hostapd", network="")
        key = rules.session_key(nas.pk, "s", b"")
        events.write([Heard(START, nas.pk, key, 100 * SECOND)])
        actions.fold_events()
        found = Session.objects.get(nas=nas.pk)
        assert (found.hotspot, found.zone) == where
        Nas.objects.filter(pk=nas.pk).update(state="retired")


@pytest.mark.django_db
def test_the_days_are_made_once_and_in_advance() -> None:
    actions.ensure_days(date(2026, 11, 26))
    keys = api.day_keys([date(2026, 11, 26), date(2026, 11, 27)])
    actions.ensure_days(date(2026, 11, 26))
    assert api.day_keys([date(2026, 11, 26), date(2026, 11, 27)]) == keys
    assert len(set(keys.values())) == 2
    DayKey.objects.filter(day=date(2026, 11, 26)).update(sealed=None)
    assert date(2026, 11, 26) not in api.day_keys([date(2026, 11, 26)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('wifi_sessions_event_20261127')")
        assert cursor.fetchone() != (None,)


def test_the_first_use_of_a_voucher_is_noted_once(events: Events) -> None:
    realm = local_realm()
    for kind, login in (("voucher", "a"), ("token", "b")):
        Credential.objects.create(realm=realm, login=login, kind=kind, holder=7)
    events.write([heard(STOP, 700, 600)])  # its Start was lost
    actions.fold_events()
    events.write([heard(START, 90_000)])
    actions.fold_events()
    voucher, token = Credential.objects.order_by("-kind")
    assert voucher.first_used_at == datetime.fromtimestamp(100, UTC)
    assert token.first_used_at is None
