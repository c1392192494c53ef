"""Several acts at the same moment: real transactions in real threads."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction
from django.utils import timezone

from smartsenegal.datacenter.colocation import queries, rules
from smartsenegal.datacenter.colocation.actions import leases, terms
from smartsenegal.datacenter.colocation.errors import ColocationRefused
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.facility import actions as facility
from smartsenegal.datacenter.facility.models import DataCenter, Rack, Reservation
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.territory.models import Territory
from tests.at_once import at_once
from tests.datacenter.colocation.world import LONG_AGO, SYSTEM, hold

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rack(transactional_db: None) -> Rack:
    place = Territory.objects.create(code="SN", name="Sénégal", kind="country", path="SN")
    center = facility.add_center(SYSTEM, code="dc", name="Centre", place=place)
    room = facility.add_room(SYSTEM, center, code="s", name="Salle")
    feed = facility.add_component(SYSTEM, center, code="PDU-A", name="PDU", kind="pdu", isolation="own")
    cold = facility.add_component(
        SYSTEM, center, code="GF-1", name="Froid", kind="chiller", isolation="own", capacity=5_000
    )
    for kind in ("unit", "kilowatt"):
        terms.add_tariff(SYSTEM, center, kind=kind, amount=1, starts_on=LONG_AGO, source="Essai")
    return facility.add_rack(SYSTEM, room, code="B", units=10, feed_a=feed, cooling=[cold])


@pytest.fixture
def customer(rack: Rack) -> Organisation:
    return Organisation.objects.create(
        code="client", name="Client", kind="company", territory=Territory.objects.get()
    )


def test_admissions_at_once_do_not_overfill_a_rack(rack: Rack, customer: Organisation) -> None:
    ask = rules.Ask(3, 2_000, feeds="A")
    outcomes = at_once(*[lambda: hold(rack, customer, ask)] * 4)
    # Three ranges of 3 U are in 10 U, but the cold bears two of 2 kW.
    assert sum(isinstance(o, Lease) for o in outcomes) == 2, outcomes
    assert sum(isinstance(o, ColocationRefused) for o in outcomes) == 2, outcomes
    spots = sorted(Reservation.objects.values_list("first", "watts"))
    assert spots == [(1, 2_000), (4, 2_000)]


def test_a_hold_that_expires_while_its_signature_waits_is_refused(rack: Rack, customer: Organisation) -> None:
    lease = hold(rack, customer, rules.Ask(3, 2_000, feeds="A"))
    waiting, outcomes = Barrier(2), []

    def sign() -> None:
        waiting.wait()
        try:
            outcomes.append(leases.sign(SYSTEM, lease))
        except ColocationRefused as refused:
            outcomes.append(refused)
        finally:
            connections.close_all()

    thread = Thread(target=sign)
    with transaction.atomic():
        DataCenter.objects.select_for_update(no_key=True).get()
        thread.start()
        waiting.wait()
        Reservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    thread.join(60)
    assert isinstance(outcomes[0], ColocationRefused), outcomes
    assert queries.state(Lease.objects.get()) == rules.EXPIRED


def test_one_place_signed_twice_at_once_is_signed_once(rack: Rack, customer: Organisation) -> None:
    lease = hold(rack, customer, rules.Ask(3, 2_000, feeds="A"))
    outcomes = at_once(*[lambda: leases.sign(SYSTEM, lease)] * 2)
    assert sorted(type(o).__name__ for o in outcomes) == ["ColocationRefused", "Lease"]
