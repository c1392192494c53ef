from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, system
from smartsenegal.wifi.network import actions as network
from smartsenegal.wifi.network.models import Hotspot
from smartsenegal.wifi.privacy import queries
from smartsenegal.wifi.privacy.actions import legal, requests, retention
from smartsenegal.wifi.privacy.errors import DataRefused
from smartsenegal.wifi.privacy.models import LegalBatch, LegalDay, LegalRequest
from smartsenegal.wifi.sessions.api import Event, Session, Usage, fold_all
from smartsenegal.wifi.sessions.models import DayKey
from smartsenegal.wifi.sessions.rules import START, STOP, Heard
from tests.wifi.privacy.conftest import WORDS, Events

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
NOON_US = int(NOON.timestamp()) * 1_000_000
MINUTE = 60_000_000


def ceremony(officer: Any) -> Any:
    return legal.make_key(officer, [("Coumba Diouf", WORDS[0]), ("Abdoulaye Seck", WORDS[1])])


def heard(kind: int, minute: int, nas: int = 1, session: bytes = b"one") -> Heard:
    return Heard(kind, nas, session.ljust(16, b"."), NOON_US + minute * MINUTE, minute * 60 * (kind == STOP))


def asked(officer: Any, **values: Any) -> LegalRequest:
    given = {
        "reference": "RP 1234/2026", "authority": "Tribunal de grande instance de Thiès", "ground": "Enquête",
        "starts_at": NOON - timedelta(hours=1), "ends_at": NOON + timedelta(hours=1), "address": "10.0.0.1",
    }  # fmt: skip
    return requests.ask(officer, **{**given, **values})


@pytest.mark.django_db
def test_addresses_leave_the_events_and_enter_the_log_together(officer: Any, events: Events) -> None:
    ceremony(officer)
    events.write([heard(START, 0), heard(STOP, 5)])
    fold_all()
    assert not Event.objects.exclude(calling="").exists()
    batch = LegalBatch.objects.get()
    assert batch.count == 1
    assert b"10.0.0.1" not in bytes(batch.sealed or b"")
    assert queries.chain_faults() == []
    assert queries.log().lines == 1


@pytest.mark.django_db
def test_nothing_is_kept_before_a_ceremony(country: None, events: Events) -> None:
    events.write([heard(START, 0)])
    fold_all()
    assert not LegalBatch.objects.exists()


@pytest.mark.django_db
def test_a_turn_that_fails_undoes_the_log_too(officer: Any, events: Events, monkeypatch: Any) -> None:
    ceremony(officer)
    events.write([heard(START, 0)])
    monkeypatch.setattr("smartsenegal.wifi.sessions.folding.FORGET", "SELECT 1/0")
    with pytest.raises(DatabaseError), transaction.atomic():
        fold_all()
    assert not LegalBatch.objects.exists()
    assert Event.objects.exclude(calling="").count() == 1


@pytest.mark.django_db
def test_an_approved_request_gives_its_lines_once_and_no_other(
    officer: Any, inspector: Any, events: Events, hotspot: Hotspot
) -> None:
    ceremony(officer)
    nas = network.add_gateway(system("test"), hotspot, gateway="generic", network="192.0.2.9")
    events.write([heard(START, 0, nas.pk), heard(START, 0, nas.pk + 1, b"two")])
    fold_all()
    events.calling = "0A-00-00-00-00-02"
    events.write([heard(START, 200, nas.pk, b"three")])
    fold_all()
    request = asked(officer, hotspot=hotspot, address=None)
    with pytest.raises(DataRefused, match="approuvée"):
        requests.open_log(officer, request, WORDS)
    requests.decide(inspector, request, approve=True, reason="Réquisition vérifiée")
    with pytest.raises(DataRefused, match="n’ouvrent pas"):
        requests.open_log(officer, request, (WORDS[0], WORDS[0]))
    opened = requests.open_log(officer, request, WORDS)
    assert [(line["nas"], line["mac"], line["ip"]) for line in opened.lines] == [
        (nas.pk, "0a1b2c3d4e5f", "10.0.0.1")
    ]
    with pytest.raises(DataRefused, match="une seule fois"):
        requests.open_log(officer, request, WORDS)
    verbs = [
        e.verb.removeprefix("wifi.legal_")
        for e in audit.of_subject(f"wifi_legal:{request.pk}").order_by("id")
    ]
    assert verbs == ["asked", "failed", "approved", "failed", "opened", "failed"]
    assert queries.requests_by_year() == [
        (timezone.now().year, {"asked": 1, "refused": 0, "opened": 1, "lines": 1})
    ]


@pytest.mark.django_db
def test_who_asks_never_approves_and_a_refusal_is_kept(officer: Any, inspector: Any) -> None:
    request = asked(officer)
    with pytest.raises(PermissionRefused):
        requests.decide(officer, request, approve=True, reason="x")
    with pytest.raises(PermissionRefused):
        asked(inspector)
    requests.decide(inspector, request, approve=False, reason="Sans fondement")
    assert LegalRequest.objects.get().state == "refused"
    with pytest.raises(DataRefused, match="déjà reçu"):
        requests.decide(inspector, request, approve=True, reason="x")
    with pytest.raises(DataRefused):
        requests.open_log(officer, request, WORDS)


@pytest.mark.django_db
def test_a_request_without_limits_is_refused(officer: Any) -> None:
    for values, field in (
        ({"address": None}, "hotspot"),
        ({"ends_at": NOON + timedelta(days=32)}, "ends_on"),
        ({"ends_at": NOON - timedelta(days=1)}, "ends_on"),
    ):
        with pytest.raises(DataRefused) as refused:
            asked(officer, **values)
        assert refused.value.field == field


@pytest.mark.django_db
def test_a_ceremony_takes_two_people_with_words_of_their_own(officer: Any, inspector: Any) -> None:
    for officers, field in (
        ([("A", "trop court"), ("B", WORDS[1])], "words_1"),
        ([("A", WORDS[0]), ("a ", WORDS[1])], "officer_2"),
        ([("A", WORDS[0]), ("B", WORDS[0])], "words_2"),
    ):
        with pytest.raises(DataRefused) as refused:
            legal.make_key(officer, officers)
        assert refused.value.field == field
    with pytest.raises(PermissionRefused):
        ceremony(inspector)


@pytest.mark.django_db
def test_an_altered_batch_is_told_and_the_database_refuses_to_alter_one(officer: Any, events: Events) -> None:
    ceremony(officer)
    for minute in range(3):
        events.write([heard(START, minute, session=b"%d" % minute)])
        fold_all()
    for change in ({"count": 9}, {"sealed": b"x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LegalBatch.objects.filter(number=2).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalBatch.objects.filter(number=2).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE wifi_privacy_legalbatch SET sealed = 'x' WHERE number = 2")
        cursor.execute("DELETE FROM wifi_privacy_legalbatch WHERE number = 1")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert queries.chain_faults() == [2]


@pytest.mark.django_db
def test_days_past_their_time_are_shredded_and_the_chain_stays_whole(
    officer: Any, inspector: Any, events: Events
) -> None:
    ceremony(officer)
    events.write([heard(START, 0)])
    fold_all()
    request = asked(officer)
    requests.decide(inspector, request, approve=True, reason="x")
    later = timezone.localdate() + timedelta(days=365)
    assert retention.purge_all(later)["legal"] == 0
    assert retention.purge_all(later + timedelta(days=1))["legal"] == 1
    assert LegalDay.objects.get().sealed is None
    assert queries.chain_faults() == []
    opened = requests.open_log(officer, request, WORDS)
    assert (opened.lines, opened.shredded) == ([], 1)


@pytest.mark.django_db
def test_purges_prove_what_they_removed(officer: Any, events: Events) -> None:
    events.write([heard(START, 0), heard(STOP, 5)])
    fold_all()
    DayKey.objects.create(day=date(2026, 11, 26), sealed=b"x")
    assert retention.purge_all(date(2026, 11, 28))["day_keys"] == 0
    retention.set_retention(
        officer, "sessions", days=10, basis="Délibération", confirmed=True, effective_from=date(2026, 12, 1)
    )
    removed = retention.purge_all(date(2026, 12, 27))
    assert removed == {"legal": 0, "sessions": 2, "events": 2, "day_keys": 1, "portal": 0}
    assert not Session.objects.exists()
    assert not Usage.objects.exists()
    assert DayKey.objects.get().destroyed_at is not None
    told = [e.detail["count"] for e in audit.of_subject("wifi_retention:events")]
    assert told == [2]


@pytest.mark.django_db
def test_a_duration_is_dated_and_has_its_least(officer: Any) -> None:
    values = {"basis": "Délibération", "confirmed": True, "effective_from": date(2027, 1, 1)}
    with pytest.raises(DataRefused):
        retention.set_retention(officer, "day_keys", days=1, **values)
    retention.set_retention(officer, "legal", days=90, **values)
    assert queries.kept_on(date(2026, 12, 31))["legal"].days == 365
    kept = queries.kept_on(date(2027, 1, 1))["legal"]
    assert (kept.days, kept.confirmed) == (90, True)
