import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from smartsenegal.datacenter.facility import actions, queries
from smartsenegal.datacenter.facility.errors import FacilityRefused, ImportRefused
from smartsenegal.datacenter.facility.models import Component, DataCenter, Device, Rack, Reservation
from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity.api import ANONYMOUS, PermissionRefused, system
from smartsenegal.kernel.territory.models import Territory

SYSTEM = system("test")
TOMORROW = timedelta(days=1)


def install(rack: Rack, name: str = "srv", first: int = 1, **values: Any) -> Device:
    return actions.install_device(SYSTEM, rack, name=name, first=first, **{"units": 1, **values})


def test_a_manager_writes_and_others_do_not(manager: Callable[..., Any], center: DataCenter) -> None:
    room = actions.add_room(manager(), center, code="salle-2", name="Salle 2")
    entry = Entry.objects.get(verb="datacenter.room_added", detail__room="salle-2")
    assert entry.subject == f"datacenter:{center.pk}"
    assert Event.objects.filter(kind="datacenter.room_added").count() == 2
    for by in (ANONYMOUS, manager(territory="SN-TH-thies"), manager(role="adviser")):
        with pytest.raises(PermissionRefused):
            actions.change_room(by, room, name="X")
    with pytest.raises(FacilityRefused) as refused:
        actions.add_room(SYSTEM, center, code="salle-2", name="Encore")
    assert refused.value.field == "code"


def test_a_circle_names_its_parts_and_writes_nothing(center: DataCenter) -> None:
    board = Component.objects.get(code="TGBT")
    with pytest.raises(FacilityRefused, match=r"PDU-A ← OND-A1 ← TGBT ← PDU-A") as refused:
        actions.change_component(SYSTEM, board, feeds="RESEAU > GE\nPDU-A")
    assert refused.value.field == "feeds"
    assert [i.source.code for i in board.inputs.all()] == ["RESEAU", "GE"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("code", {"code": "minuscule é"}),
        ("code", {"code": "GE"}),
        ("feeds", {"feeds": "NULLE-PART"}),
        ("feeds", {"feeds": "TGBT + GF-1"}),
        ("capacity", {"capacity": -1}),
        ("mtbf_hours", {"mtbf_hours": 0}),
        ("beta", {"beta": 1.5}),
        ("common_cause", {"beta": 0.1}),
        ("valid_until", {"valid_from": timezone.localdate(), "valid_until": timezone.localdate()}),
    ],
)
def test_a_part_that_makes_no_sense_is_refused(
    center: DataCenter, field: str, values: dict[str, Any]
) -> None:
    given = {"code": "NEUVE", "kind": "ups", "name": "Neuve", "isolation": "own", **values}
    with pytest.raises(FacilityRefused) as refused:
        actions.add_component(SYSTEM, center, **given)
    assert refused.value.field == field
    assert not Component.objects.filter(code="NEUVE").exists()


def test_a_rack_on_three_phases_says_which(rack: Rack) -> None:
    with pytest.raises(FacilityRefused) as refused:
        actions.change_rack(SYSTEM, rack, phase_a="")
    assert refused.value.field == "phase_a"
    rack.refresh_from_db()
    with pytest.raises(FacilityRefused) as refused:
        actions.change_rack(SYSTEM, rack, phase_b="L1")
    assert refused.value.field == "phase_b"
    rack.refresh_from_db()
    with pytest.raises(FacilityRefused) as refused:
        actions.change_rack(SYSTEM, rack, feed_b=rack.feed_a, phase_b="L1")
    assert refused.value.field == "feed_b"


def test_admission_looks_at_everything_above_the_rack(rack: Rack) -> None:
    install(rack, watts=3_900)
    # PDU-A is three-phase, 12 kW: 4 kW on L1 when it carries all alone.
    with pytest.raises(FacilityRefused, match="la phase L1 de PDU-A n’a plus que 100 W"):
        install(rack, "srv-2", 2, watts=200)
    other = queries.racks(rack.room.center).get(code="B02")
    # Two inverters of 8 kW in parallel: one out, 8 kW are left for both racks.
    install(other, watts=3_900)
    with pytest.raises(FacilityRefused, match="la voie A n’a plus que 200 W à OND-A1 … OND-A2"):
        install(rack, "srv-3", 3, watts=201, feeds="AB")
    # Cold: 9 kW with one of two chillers out, 7.8 kW taken.
    with pytest.raises(FacilityRefused, match="le froid"):
        install(rack, "srv-4", 4, watts=1_201, feeds="B")
    install(rack, "srv-5", 5, watts=1_200, feeds="B")
    with pytest.raises(FacilityRefused, match="déjà ce nom"):
        install(rack, "srv-5", 6)


def test_a_path_that_a_rack_has_not_is_refused(rack: Rack) -> None:
    actions.change_rack(SYSTEM, rack, feed_b=None)
    with pytest.raises(FacilityRefused, match="pas de voie B") as refused:
        install(rack, watts=10)
    assert refused.value.field == "feeds"
    install(rack, watts=10, feeds="A")


def test_a_hold_counts_until_it_expires(rack: Rack) -> None:
    soon = timezone.now() + TOMORROW
    made = actions.hold(SYSTEM, rack, holder="Ministère", expires_at=soon, first=1, units=10, watts=2_000)
    with pytest.raises(FacilityRefused, match="U5 est déjà pris"):
        install(rack, first=5)
    Reservation.objects.filter(pk=made.pk).update(expires_at=timezone.now())
    install(rack, first=5)
    with pytest.raises(FacilityRefused, match="expiré"):
        actions.contract(SYSTEM, made)
    with pytest.raises(FacilityRefused, match="passée"):
        actions.hold(SYSTEM, rack, holder="X", expires_at=timezone.now(), first=20)


def test_a_device_within_a_contract_uses_its_range_and_power(rack: Rack) -> None:
    soon = timezone.now() + TOMORROW
    made = actions.hold(SYSTEM, rack, holder="Ministère", expires_at=soon, first=1, units=4, watts=1_000)
    actions.contract(SYSTEM, made)
    made.refresh_from_db()
    install(rack, first=2, watts=600, reservation=made)
    book = ledger.ledger(queries.limits(rack), queries.claims(rack))
    assert [book.used[s]["watts"] for s in ("held", "contracted", "installed")] == [0, 400, 600]
    assert book.free["watts"] == 7_000
    for name, values in {"watts": {"watts": 500}, "first": {"first": 4, "units": 2}}.items():
        with pytest.raises(FacilityRefused) as refused:
            install(rack, "autre", reservation=made, **{"first": 3, **values})
        assert refused.value.field == name
    with pytest.raises(FacilityRefused, match="U2"):
        install(rack, "autre", first=2, reservation=made)
    with pytest.raises(FacilityRefused, match="encore"):
        actions.release(SYSTEM, made)
    actions.remove_device(SYSTEM, Device.objects.get())
    actions.release(SYSTEM, made)
    assert queries.claims(rack) == []


def test_a_device_in_a_hold_that_expired_counts_by_itself(rack: Rack) -> None:
    soon = timezone.now() + TOMORROW
    made = actions.hold(SYSTEM, rack, holder="Ministère", expires_at=soon, first=1, units=4, watts=1_000)
    install(rack, first=2, watts=600, reservation=made)
    Reservation.objects.update(expires_at=timezone.now())
    book = ledger.ledger(queries.limits(rack), queries.claims(rack))
    assert [book.used[s]["watts"] for s in ("held", "installed")] == [0, 600]
    with pytest.raises(FacilityRefused, match="U2 est déjà pris"):
        install(rack, "autre", first=2)
    made.refresh_from_db()
    with pytest.raises(FacilityRefused, match="n’est plus de cette baie"):
        install(rack, "autre", first=3, reservation=made)


def test_a_rack_cannot_shrink_under_what_is_in_it(rack: Rack) -> None:
    install(rack, first=30, units=2)
    with pytest.raises(FacilityRefused, match="jusqu’à U31"):
        actions.change_rack(SYSTEM, rack, units=20)


def test_a_file_with_one_fault_writes_nothing(center: DataCenter) -> None:
    text = (
        "salle,baie,nom,u,hauteur_u,puissance_w\n"
        "salle-1,B01,a,1,2,100\nsalle-1,B01,b,2,1,100\nsalle-9,B01,c,9,1,1\n"
    )
    outcome = actions.preview(SYSTEM, center, "equipements", text)
    assert [(f.line, f.column) for f in outcome.faults] == [(3, "u"), (4, "baie")]
    with pytest.raises(ImportRefused):
        actions.import_file(SYSTEM, center, "equipements", text)
    assert not Device.objects.exists()
    good = "salle,baie,nom,u,hauteur_u\nsalle-1,B01,a,1,2\nsalle-1,B01,b,3,1\n"
    assert len(actions.preview(SYSTEM, center, "equipements", good).done) == 2
    assert not Device.objects.exists()
    actions.import_file(SYSTEM, center, "equipements", good)
    assert Device.objects.count() == 2


def test_a_file_may_name_a_part_further_down_and_is_refused_for_a_circle(center: DataCenter) -> None:
    text = "code,nom,nature,alimentee_par\nX1,X,breaker,X2\nX2,X,breaker,X3\nX3,X,breaker,X1\n"
    outcome = actions.preview(SYSTEM, center, "pieces", text)
    assert [(f.line, f.column) for f in outcome.faults] == [(4, "alimentee_par")]
    assert "X1 ← X2 ← X3 ← X1" in outcome.faults[0].sentence


def test_the_plan_of_a_day_has_what_stands_on_that_day(rack: Rack) -> None:
    center = rack.room.center
    install(rack, watts=1_000)
    install(rack, "seul", 9, watts=200, feeds="A")
    plan = queries.plan(center)
    loads = {plan.parts[i].code: plan.parts[i].load for i in plan.loads}
    assert loads == {"salle-1/B01": 1_000, "salle-1/B01·A": 200}
    assert plan.demand[plan.index["PDU-A"]] == 1_200
    assert plan.demand[plan.index["PDU-B"]] == 1_000
    Component.objects.filter(code="PDU-B").update(valid_until=timezone.localdate())
    assert "PDU-B" not in queries.plan(center).index
    assert queries.undeclared(center) == []
    rack.cooling.clear()
    assert queries.undeclared(center) == [rack]


@pytest.mark.django_db(transaction=True)
def test_two_admissions_at_once_do_not_overfill_a_rack() -> None:
    place = Territory.objects.create(code="SN", name="Sénégal", kind="country", path="SN")
    center = actions.add_center(SYSTEM, code="dc", name="Centre", place=place)
    room = actions.add_room(SYSTEM, center, code="s", name="Salle")
    rack = actions.add_rack(SYSTEM, room, code="B", units=42, max_kg=100)
    told: list[str] = []
    together = threading.Barrier(2)

    def put(name: str, first: int) -> None:
        together.wait()
        try:
            actions.install_device(SYSTEM, rack, name=name, first=first, units=1, kg=60, feeds="")
            told.append("in")
        except FacilityRefused as refused:
            told.append(refused.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=put, args=each) for each in (("a", 1), ("b", 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["in", "kg"]
