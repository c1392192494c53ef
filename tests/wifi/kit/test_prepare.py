"""A kit is prepared with keys of its own, for its dates; its file and its key are given once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.wifi.kit.conftest import plain

if TYPE_CHECKING:
    from smartsenegal.wifi.access.api import VoucherBatch
    from smartsenegal.wifi.kit.models import Kit
    from smartsenegal.wifi.network.api import Nas

pytestmark = pytest.mark.django_db


def test_the_file_holds_the_kit_s_own_gateway_and_no_secret_of_the_place(
    prepare: Callable[..., Kit], gateway: Nas
) -> None:
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit import actions_prepare, rules
    from smartsenegal.wifi.network.api import Nas, open_secret

    kit, by = prepare(vouchers=5), system("test")
    key = rules.key_of(actions_prepare.show_key(by, kit))
    _, told = rules.open_settings(actions_prepare.take_file(by, kit), key)
    (lent,) = Nas.objects.filter(state="lent")
    assert [row["pk"] for row in told["gateways"]] == kit.gateways == [lent.pk]
    assert (lent.secret, lent.answered_from) == (None, kit.starts_at)
    assert lent.answered_until == kit.expires_at + timedelta(hours=1)
    assert open_secret(gateway.code, bytes(gateway.secret or b"")).decode() not in str(told)
    assert len(told["vouchers"]) == 25
    assert {row["site"] for row in told["vouchers"]} == {gateway.hotspot.site.code}  # type: ignore[union-attr]
    until = [datetime.fromisoformat(row["valid_until"]) for row in told["vouchers"]]
    until += [datetime.fromisoformat(row["ends_at"]) for row in told["rules"]]
    assert set(until) == {kit.expires_at}


def test_the_file_and_the_key_are_given_once(prepare: Callable[..., Kit]) -> None:
    from smartsenegal.kernel.audit.models import Entry
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit import actions_prepare
    from smartsenegal.wifi.kit.errors import KitRefused

    kit, by = prepare(), system("test")
    for act, word in ((actions_prepare.take_file, "déjà été pris"), (actions_prepare.show_key, "déjà été")):
        act(by, kit)
        with pytest.raises(KitRefused, match=word):
            act(by, kit)
    kit.refresh_from_db()
    assert kit.state == "away"
    told = Entry.objects.filter(subject=f"wifi_kit:{kit.id}").order_by("pk").values_list("verb", flat=True)
    assert list(told) == ["wifi.kit_prepared", "wifi.kit_exported", "wifi.kit_key_shown"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ends_at": timedelta(days=-1), "starts_at": timedelta(days=-3)}, "ends_on"),
        ({"starts_at": timedelta(days=4)}, "ends_on"),
        ({"due_at": timedelta(days=1)}, "back_days"),
    ],
)
def test_dates_that_make_no_sense_are_refused(
    prepare: Callable[..., Kit], given: dict[str, timedelta], field: str
) -> None:
    from smartsenegal.wifi.kit.errors import KitRefused
    from smartsenegal.wifi.kit.models import Kit

    now = datetime.now(UTC)
    with pytest.raises(KitRefused) as why:
        prepare(**{name: now + shift for name, shift in given.items()})
    assert why.value.field == field
    assert not Kit.objects.exists()


def test_vouchers_that_cannot_be_read_any_more_are_not_left_out_in_silence(
    prepare: Callable[..., Kit], vouchers: VoucherBatch
) -> None:
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.access.models import VoucherBatch
    from smartsenegal.wifi.kit import actions_prepare
    from smartsenegal.wifi.kit.errors import KitRefused

    kit = prepare()
    VoucherBatch.objects.update(codes=None)
    with pytest.raises(KitRefused) as why:
        actions_prepare.take_file(system("test"), kit)
    assert "ne sont plus lisibles" in plain(why.value.sentence)
    kit.refresh_from_db()
    assert kit.state == "prepared"


def test_vouchers_that_one_kit_has_are_not_given_to_another(
    prepare: Callable[..., Kit], gateway: Nas
) -> None:
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit import actions_close, queries
    from smartsenegal.wifi.kit.errors import KitRefused

    assert gateway.hotspot
    assert len(queries.batches([gateway.hotspot])) == 1
    kit = prepare()
    assert queries.batches([gateway.hotspot]) == []
    with pytest.raises(KitRefused) as why:
        prepare("Magal")
    assert why.value.field == "batches"
    actions_close.revoke(system("test"), kit)
    prepare("Magal", batches=[])


def test_one_prepares_and_revokes_a_kit_only_where_one_manages(
    prepare: Callable[..., Kit], engineer: Callable[..., Any]
) -> None:
    from smartsenegal.kernel.identity.api import PermissionRefused
    from smartsenegal.wifi.kit import actions_close, actions_prepare, queries

    kit, elsewhere = prepare(), engineer(territory="SN-DK")
    hotspots = queries.hotspots_of(kit.sites)
    acts: list[Callable[[], Any]] = [
        lambda: actions_prepare.prepare(
            elsewhere, name="x", hotspots=hotspots, starts_at=kit.starts_at, ends_at=kit.expires_at,
            due_at=kit.due_at,
        ),
        lambda: actions_prepare.take_file(elsewhere, kit),
        lambda: actions_prepare.show_key(elsewhere, kit),
        lambda: actions_close.revoke(elsewhere, kit),
        lambda: actions_close.say_returned(elsewhere, kit),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(PermissionRefused):
            act()
    assert queries.kits(elsewhere) == []
    assert queries.kit(elsewhere, kit.pk) is None
