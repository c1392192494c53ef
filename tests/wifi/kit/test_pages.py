"""The pages of the kits: prepared from a plan or from places, given once, and closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from smartsenegal.lib.dates import format_date
from tests.wifi.kit.conftest import plain

if TYPE_CHECKING:
    from django.test import Client

    from smartsenegal.wifi.access.api import VoucherBatch
    from smartsenegal.wifi.kit.models import Kit
    from smartsenegal.wifi.network.api import Nas

pytestmark = pytest.mark.django_db
KITS = "/wifi/kits/"
PLAIN = {"back_days": "3", "vouchers": "0"}


def text(answer: Any) -> str:
    return " ".join(plain(answer.content.decode()).replace("&nbsp;", " ").split())


def days(first: int, last: int) -> dict[str, str]:
    today = datetime.now(UTC).date()
    named = {"starts_on": first, "ends_on": last}
    return {name: f"{today + timedelta(days=shift):%d/%m/%Y}" for name, shift in named.items()}


def test_a_kit_is_prepared_given_once_and_listed(
    network: Client, gateway: Nas, vouchers: VoucherBatch
) -> None:
    from smartsenegal.wifi.kit.models import Kit

    sent = {"name": "Gamou", **days(0, 2), "back_days": "3", "vouchers": "4", "batches": [vouchers.pk]}
    missing = network.post(f"{KITS}nouveau/", sent)
    assert missing.status_code == 422
    assert "Cochez au moins un point Wi-Fi." in text(missing)
    assert 'value="Gamou"' in text(missing)
    made = network.post(f"{KITS}nouveau/", {**sent, "hotspots": [gateway.hotspot_id]})
    kit = Kit.objects.get()
    page = f"{KITS}{kit.pk}/"
    assert made.headers["Location"] == page
    assert kit.expires_at - kit.starts_at == timedelta(days=3)
    assert kit.due_at - kit.expires_at == timedelta(days=3)
    assert len(kit.batches) == 2
    key = network.post(f"{page}cle/")
    assert key.headers["Cache-Control"] == "no-store"
    assert "Elle n’est montrée qu’une fois" in text(key)
    assert network.post(f"{page}cle/").status_code == 302
    assert "déjà été montrée" in text(network.get(page))
    file = network.post(f"{page}fichier/")
    assert file.headers["Content-Disposition"] == 'attachment; filename="kit-gamou.sealed"'
    assert file.content.startswith(b"SSKIT2")
    assert network.post(f"{page}fichier/").status_code == 302
    seen = text(network.get(KITS))
    assert "Gamou" in seen
    assert "Sorti" in seen
    assert "Place du Marché" in seen


def test_the_form_opens_with_the_event_of_a_plan_and_the_kit_leads_back_to_it(
    network: Client, gateway: Nas, engineer: Callable[..., Any]
) -> None:
    from smartsenegal.wifi.kit.models import Kit
    from smartsenegal.wifi.planner import actions

    now = datetime.now(UTC)
    plan = actions.keep(
        engineer(), name="Magal", hotspots=[gateway.hotspot], starts_at=now, ends_at=now + timedelta(days=1),
        answers={}, result={},
    )  # fmt: skip
    form = text(network.get(f"{KITS}nouveau/", {"plan": plan.pk}))
    assert "D’après le plan « Magal »." in form
    assert plain(format_date(now.date())) in form
    assert "checked" in form
    sent = {
        "name": "Magal",
        **days(0, 1),
        **PLAIN,
        "hotspots": [gateway.hotspot_id],
    }
    made = network.post(f"{KITS}nouveau/?plan={plan.pk}", sent)
    assert Kit.objects.get().plan == plan.pk
    assert f"/wifi/planification/plans/{plan.pk}/" in text(network.get(made.headers["Location"]))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"starts_on": "hier"}, "Écrivez"),
        ({**days(3, 1)}, "La fin vient après le début"),
        ({**days(-9, -8)}, "déjà passée"),
        ({"vouchers": "5001"}, "Écrivez 5000 au plus."),
    ],
)
def test_a_fault_is_told_and_nothing_is_prepared(
    network: Client, gateway: Nas, given: dict[str, str], sentence: str
) -> None:
    from smartsenegal.wifi.kit.models import Kit
    from smartsenegal.wifi.network.api import Nas as Gateway

    sent = {
        "name": "Gamou",
        **days(0, 2),
        **PLAIN,
        "hotspots": [gateway.hotspot_id],
    }
    answer = network.post(f"{KITS}nouveau/", {**sent, **given})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Kit.objects.exists()
    assert not Gateway.objects.filter(state="lent").exists()


def test_a_kit_said_lost_tells_so_and_takes_nothing(network: Client, out: Kit) -> None:
    page = f"{KITS}{out.pk}/"
    assert "Ses clés sont refusées à l’instant" in text(network.get(f"{page}revoquer/"))
    assert network.post(f"{page}revoquer/").headers["Location"] == page
    said = text(network.get(page))
    assert "Perdu" in said
    assert "Reprendre ce fichier" not in said
    assert network.post(f"{page}rendu/").status_code == 422


def test_a_late_kit_is_told_late_and_one_never_used_may_be_returned(network: Client, out: Kit) -> None:
    past = datetime.now(UTC) - timedelta(days=9)
    type(out).objects.update(
        starts_at=past, expires_at=past + timedelta(days=1), due_at=past + timedelta(days=2)
    )
    assert "En retard" in text(network.get(KITS))
    assert network.post(f"{KITS}{out.pk}/rendu/").status_code == 302
    assert "Rendu" in text(network.get(f"{KITS}{out.pk}/"))


def test_kits_elsewhere_are_not_seen(client: Client, engineer: Callable[..., Any], out: Kit) -> None:
    from smartsenegal.kernel.identity import api as identity
    from tests.wifi.network.conftest import BACKEND

    stranger = identity.Account.objects.get(pk=engineer(territory="SN-DK").account_id)
    client.force_login(stranger, backend=BACKEND)
    assert "Gamou" not in text(client.get(KITS))
    for page in ("", "revoquer/", "rendu/"):
        assert client.get(f"{KITS}{out.pk}/{page}").status_code == 404
    assert client.post(f"{KITS}{out.pk}/cle/").status_code == 404
