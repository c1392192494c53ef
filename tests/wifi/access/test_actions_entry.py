from datetime import timedelta

import pytest
from django.utils import timezone

from smartsenegal.wifi.access import actions_entry as entry
from smartsenegal.wifi.access.models import Credential
from smartsenegal.wifi.access.queries import right_of, token
from smartsenegal.wifi.access.secrets import login_of_mac, verifier

pytestmark = pytest.mark.django_db
PHONE = "0a1b2c3d4e5f"


def given(holder: int = 7, **values: int) -> Credential:
    made = entry.give_token(holder, timezone.now() + timedelta(hours=1), **values)
    return Credential.objects.get(pk=made.credential)


def test_a_token_is_stored_as_what_checks_it() -> None:
    made = entry.give_token(7, timezone.now() + timedelta(hours=1), seconds_in_all=60)
    row = token(made.credential)
    assert row is not None
    assert (row.kind, row.holder, row.login) == ("token", 7, made.login)
    assert bytes(row.verifier or b"") == verifier(made.password)
    assert row.sealed is None
    assert right_of(row).seconds_in_all == 60
    # 80 bits in base 32, as long as CoovaChilli's PAP takes in one block.
    assert len(made.login) == len(made.password) == 16
    assert made.login != made.password


def test_a_device_is_recognised_under_a_hash_and_forgotten_when_asked() -> None:
    known = entry.recognise_device(given(), PHONE)
    assert known.login == login_of_mac(PHONE)
    assert PHONE not in known.login
    assert known.valid_until is not None
    assert known.valid_until > timezone.now() + timedelta(days=29)
    assert entry.recognise_device(given(), PHONE).pk == known.pk
    assert entry.forget_devices(7) == 1
    assert entry.forget_devices(7) == 0
    known.refresh_from_db()
    assert known.closed_because == "withdrawn"


def test_a_device_that_changed_hands_is_its_new_holders() -> None:
    first = entry.recognise_device(given(7), PHONE)
    second = entry.recognise_device(given(8), PHONE)
    first.refresh_from_db()
    assert first.closed_because == "withdrawn"
    assert (second.holder, second.closed_because) == (8, "")


def test_a_device_recognised_by_a_voucher_ends_with_it() -> None:
    voucher = given(7, seconds_in_all=3600)
    assert entry.recognise_device(voucher, PHONE).valid_until == voucher.valid_until


def test_a_token_can_be_closed() -> None:
    row = given()
    entry.close_token(row)
    row.refresh_from_db()
    assert right_of(row).closed_because == "withdrawn"


def test_what_is_over_is_deleted_two_days_later_and_nothing_else() -> None:
    old, fresh = given(), given()
    late = timezone.now() - entry.KEPT - timedelta(seconds=1)
    Credential.objects.filter(pk=old.pk).update(valid_until=late)
    password = Credential.objects.create(
        realm=old.realm, login="awa", kind="password", holder=9, valid_until=late
    )
    assert entry.forget_entries() == 1
    assert entry.forget_entries() == 0
    assert set(Credential.objects.values_list("pk", flat=True)) == {fresh.pk, password.pk}
