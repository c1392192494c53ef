"""What comes back of a kit: once, whole, of its own machine, gateways and dates; nothing once it is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.wifi.kit.conftest import counted, pack, pieces, plain, row

if TYPE_CHECKING:
    from django.test import Client

    from smartsenegal.wifi.access.api import VoucherBatch
    from smartsenegal.wifi.kit.models import Kit, Return

pytestmark = pytest.mark.django_db(transaction=True)


def take(data: bytes, **values: Any) -> Return:
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit.actions_return import take

    return take(system("test"), data, **values)


def refused(data: bytes, **values: Any) -> str:
    from smartsenegal.wifi.kit.errors import KitRefused

    with pytest.raises(KitRefused) as why:
        take(data, **values)
    return plain(why.value.sentence)


def verbs() -> list[str]:
    from smartsenegal.kernel.audit.models import Entry

    found = Entry.objects.filter(verb__startswith="wifi.kit").order_by("pk")
    return [entry.verb.removeprefix("wifi.kit_") for entry in found]


def test_a_file_that_is_cut_or_altered_gives_what_comes_before_and_the_rest_is_added_once(
    no_events: None, out: Kit
) -> None:
    from smartsenegal.wifi.kit import queries

    parts = pieces(out, *(pack(n, row(out, n)) for n in range(1, 11)))
    before = len(verbs())
    cut = take(b"".join(parts[:7])[:-3])
    assert (cut.new, "coupé" in cut.fault) == (4, True)
    assert verbs()[before:] == ["file_received", "reconciled"]  # a part that was taken is told too
    between = take(b"".join(parts[:8]))  # cut where no piece is torn
    assert (between.new, "coupé" in between.fault) == (2, True)
    altered = bytearray(b"".join(parts))
    altered[-5] ^= 1
    last = take(bytes(altered))
    assert (last.new, "abîmé" in last.fault) == (3, True)
    assert counted() == (9, 45, 63)
    whole = take(b"".join(parts))
    assert (whole.new, whole.fault) == (1, "")
    assert take(b"".join(parts)).new == 0
    assert counted() == (10, 50, 70)
    report = queries.report(out)
    assert report.sent == report.settled == report.taken
    assert len(report.returns) == 5


def test_a_file_of_another_kit_of_another_machine_or_of_nothing_is_refused_whole(
    no_events: None, out: Kit, prepare: Callable[..., Kit]
) -> None:
    other = prepare("Magal", batches=[])
    one = pack(1, row(out))
    assert "jamais été pris" in refused(b"".join(pieces(other, pack(1, row(other)))))
    assert "celui d’un autre kit, « Gamou »" in refused(b"".join(pieces(out, one)), only=other)
    foreign = pieces(out, one)
    foreign[0] = b"SSEVT2" + UUID(int=9).bytes
    assert "Aucun kit" in refused(b"".join(foreign))
    foreign[0] = b"SSEVT2" + other.id.bytes
    assert "jamais été pris" in refused(b"".join(foreign))
    assert "coupé dès son début" in refused(pieces(out)[0])
    assert "pas de cette sorte" in refused(b"PK\x03\x04 not one of ours, whatever it is called")
    assert counted()[0] == 0
    assert take(b"".join(pieces(out, one))).new == 1
    # Another machine was made of the same file; pieces of the two cannot be put together either.
    second = pieces(out, pack(1, row(out, 2)), pack(2, row(out, 3)), machine=UUID(int=2))
    assert "Une autre machine" in refused(b"".join(second))
    mixed = take(b"".join([*pieces(out, one), second[-1]]))
    assert (mixed.new, "deux machines" in mixed.fault) == (0, True)
    assert counted() == (1, 5, 7)


def test_what_is_not_the_kit_s_to_bring_is_refused_event_by_event_and_counted(
    no_events: None, out: Kit, vouchers: VoucherBatch
) -> None:
    from smartsenegal.wifi.access.api import Credential, local_realm
    from smartsenegal.wifi.kit import queries, rules

    ours = Credential.objects.filter(batch=vouchers).first()
    assert ours is not None
    theirs = Credential.objects.create(realm=local_realm(), login="awa", kind="password", holder=7)
    late = int((out.expires_at + rules.CLOSING).timestamp() * 1_000_000)
    rows = [
        row(out, 1, credential=ours.pk, holder=ours.holder),
        row(out, 2, credential=1 << 48, holder=1 << 61),  # an access that the kit gave itself
        row(out, 3, nas=out.gateways[0] + 1),
        row(out, 4, received_us=late),
        row(out, 5, received_us=late - 1),  # the last report of who was in
        row(out, 6, day=(out.starts_at - timedelta(days=400)).date().isoformat()),
        row(out, 7, credential=theirs.pk, holder=theirs.holder),
        row(out, 8, session="not hexadecimal"),
    ]
    # A row that is no event counts for one, without its octets: nobody knows what they are.
    given = pack(1, *rows, octets_in=35, octets_out=49)
    made = take(b"".join(pieces(out, given)))
    assert (made.new, made.fault) == (1, "")
    assert counted() == (3, 15, 21)
    report = queries.report(out)
    assert {reason: counts.events for reason, counts in report.refused.items()} == {
        "gateway": 1, "dates": 2, "holder": 1, "shape": 1,
    }  # fmt: skip
    assert report.sent == report.settled
    assert (report.sessions, report.used, report.vouchers) == (3, 1, 20)
    # A pack that does not add up is refused whole.
    wrong = take(b"".join(pieces(out, given, pack(2, row(out, 9), octets_in=6))))
    assert (wrong.new, "ne fait pas son compte" in plain(wrong.fault)) == (0, True)
    assert counted()[0] == 3


def test_a_kit_is_returned_when_all_is_settled_and_its_keys_are_forgotten(no_events: None, out: Kit) -> None:
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.wifi.kit import actions_close
    from smartsenegal.wifi.kit.errors import KitRefused
    from smartsenegal.wifi.network.api import Nas

    parts = pieces(out, pack(1, row(out, 1)), pack(2, row(out, 2)))
    take(b"".join(parts[:3]))
    with pytest.raises(KitRefused, match="Il manque des événements"):
        actions_close.say_returned(system("test"), out)
    take(b"".join(parts))
    actions_close.say_returned(system("test"), out)
    out.refresh_from_db()
    assert (out.state, out.key) == ("returned", None)
    assert {nas.state for nas in Nas.objects.filter(pk__in=out.gateways)} == {"retired"}
    assert "révoquées" in refused(b"".join(parts))
    assert counted() == (2, 10, 14)


def test_a_stolen_kit_opens_nothing_any_more(
    no_events: None, out: Kit, gateway: Any, vouchers: VoucherBatch
) -> None:
    from smartsenegal.wifi.access.api import Credential
    from smartsenegal.wifi.network.api import Nas
    from tests.wifi.kit.conftest import central

    first, both = (pieces(out, *(pack(n, row(out, n)) for n in range(1, upto))) for upto in (2, 3))
    take(b"".join(first))
    assert central("revoke", str(out.id))[0] == 0
    out.refresh_from_db()
    assert (out.state, out.key) == ("lost", None)
    lent = Nas.objects.get(pk=out.gateways[0])
    assert (lent.state, lent.secret) == ("retired", None)
    # The gateway of the place never gave the kit its secret: it goes on.
    assert bytes(Nas.objects.get(pk=gateway.pk).secret) == bytes(gateway.secret)
    assert not Credential.objects.filter(batch=vouchers, closed_because="").exists()
    assert "perdu" in refused(b"".join(both))
    assert counted() == (1, 5, 7)  # what came back before stays
    assert central("revoke", "no-such-kit")[0] == 1


def test_the_page_takes_the_file_and_tells_the_balance(no_events: None, network: Any, out: Kit) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = f"/wifi/kits/{out.pk}/"

    def send(data: bytes) -> str:
        answer = network.post(f"{page}retour/", {"file": SimpleUploadedFile("events.sealed", data)})
        told = answer if answer.status_code == 422 else network.get(page)
        return " ".join(plain(told.content.decode()).replace("&nbsp;", " ").split())

    parts = pieces(out, pack(1, row(out, 1)), pack(2, row(out, 2), row(out, 3, nas=out.gateways[0] + 1)))
    assert "pas de cette sorte" in send(b"not a file of a kit, that is sure")
    cut = send(b"".join(parts[:3]))
    assert "Ce fichier est coupé" in cut
    assert "Le solde n’est pas juste" in cut
    assert "Encore manquants" in cut
    assert "Dire rendu" not in cut
    whole = send(b"".join(parts))
    assert "Le solde est juste, à l’octet près." in whole
    assert "Refusés : d’une passerelle qui n’est pas celle du kit" in whole
    assert "2 connexions, 0 des 20 tickets utilisés." in whole
    assert "Dire rendu" in whole


def test_a_large_file_is_read_by_the_worker_and_its_page_says_how_far(
    no_events: None, out: Kit, network: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from smartsenegal.wifi.kit import actions_return, store
    from smartsenegal.wifi.kit.views import returns
    from tests.jobs import drain

    def send(data: bytes) -> str:
        file = SimpleUploadedFile("gamou.events", data)
        answer = network.post(f"/wifi/kits/{out.pk}/retour/", {"file": file}, follow=True)
        return plain(" ".join(answer.content.decode().replace("&nbsp;", " ").split()))

    monkeypatch.setattr(returns, "AT_ONCE", 0)
    data = b"".join(pieces(out, *(pack(n, row(out, n)) for n in range(1, 4))))
    assert "En lecture : 0 sur 3 événements." in send(data)
    assert counted() == (0, 0, 0)
    whole, calls = actions_return._take_pack, []

    def dies(kit: Kit, pack: dict[str, Any]) -> bool:
        calls.append(pack)
        if len(calls) > 2:
            raise SystemExit("killed")
        return whole(kit, pack)

    monkeypatch.setattr(actions_return, "_take_pack", dies)
    with pytest.raises(SystemExit):
        drain("wifi_kit.read_return")
    monkeypatch.setattr(actions_return, "_take_pack", whole)
    page = plain(network.get(f"/wifi/kits/{out.pk}/").content.decode())
    assert "En lecture : 2 sur 3 événements." in page
    assert '<progress id="avance" max="3" value="2">' in page
    made = out.returns.get()
    actions_return.read(made.pk)  # what the next worker does
    made.refresh_from_db()
    assert (made.new, made.read, made.fault, counted()) == (3, 3, "", (3, 15, 21))
    assert not store.is_held(made.pk)
    assert "Lu jusqu’au bout." in plain(network.get(f"/wifi/kits/{out.pk}/").content.decode())
    # A file of nothing is refused at once, and holds no place.
    assert "Aucun kit" in send(b"SSEVT2" + UUID(int=9).bytes)
    assert out.returns.count() == 1
