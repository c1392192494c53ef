"""Holds, contracts, visits, hands and cables: what is refused, what is written, what is forgotten."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from smartsenegal.datacenter.colocation import jobs, presenting, queries, rules
from smartsenegal.datacenter.colocation.actions import examples, leases, requests, terms, visits
from smartsenegal.datacenter.colocation.errors import ColocationRefused
from smartsenegal.datacenter.colocation.models import Lease, Visit
from smartsenegal.datacenter.facility import actions as facility
from smartsenegal.datacenter.facility.errors import FacilityRefused
from smartsenegal.datacenter.facility.models import Component, DataCenter, Rack, Reservation
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.events.models import Event
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.identity.api import ANONYMOUS, PermissionRefused
from tests.datacenter.colocation.world import LONG_AGO, SMALL, SYSTEM, hold

HOUR = timedelta(hours=1)
Company = Callable[[str], tuple[identity.Principal, identity.Organisation]]


def test_a_place_is_held_signed_filled_and_ended(priced: DataCenter, rack: Rack, company: Company) -> None:
    _, teranga = company("Teranga SARL")
    lease = hold(rack, teranga)
    assert queries.spot(lease) == "salle-1/B01, U1 à U4"
    assert queries.state(lease) == rules.HELD
    signed = leases.sign(SYSTEM, lease)
    assert (signed.monthly, queries.state(signed)) == (4 * 10_000 + 50_000, rules.SIGNED)
    device = facility.install_device(
        SYSTEM, rack, name="srv", first=2, units=1, watts=400, reservation=signed.reservation
    )
    book = rules.total(queries.stands(priced))
    assert [book.used[s]["watts"] for s in ("held", "contracted", "installed")] == [0, 600, 400]
    assert book.free["watts"] == 15_000
    with pytest.raises(ColocationRefused, match="Des équipements y sont encore"):
        leases.end(SYSTEM, signed)
    facility.remove_device(SYSTEM, device)
    assert queries.state(leases.end(SYSTEM, signed)) == rules.ENDED
    assert rules.total(queries.stands(priced)).free["units"] == 84
    kinds = ["colocation.held", "colocation.signed", "colocation.ended"]
    told = Entry.objects.filter(subject=f"lease:{lease.pk}").order_by("pk")
    assert [entry.verb for entry in told] == kinds
    assert Event.objects.filter(kind__in=kinds).count() == 3
    for act in (leases.sign, leases.drop, leases.end):
        with pytest.raises(ColocationRefused):
            act(SYSTEM, signed)


def test_a_refusal_says_what_lacks_and_where_it_would_fit_and_writes_nothing(
    priced: DataCenter, rack: Rack, company: Company
) -> None:
    _, teranga = company("Teranga SARL")
    facility.install_device(SYSTEM, rack, name="Milieu", first=20, units=10, kg=700)
    with pytest.raises(ColocationRefused) as refused:
        hold(rack, teranga, rules.Ask(22, 500, 150))
    told = refused.value.sentence.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Il manque 3 U contigus dans la baie B01 ; la plus longue plage libre est U1 à U19" in told
    assert "il manque 50 kg de charge dans la baie B01" in told
    assert "la plus proche qui la prendrait est salle-1/B02, de U1 à U22" in told
    assert refused.value.field == "units"
    assert not Reservation.objects.exists()
    with pytest.raises(ColocationRefused, match="n’est pas entière"):
        hold(rack, teranga, rules.Ask(1, whole=True))
    other = queries.facility.racks(priced).get(code="B02")
    assert hold(other, teranga, rules.Ask(1, 500, whole=True)).reservation.units == 42


def test_what_stands_above_the_racks_bounds_what_is_let(
    priced: DataCenter, rack: Rack, company: Company
) -> None:
    _, teranga = company("Teranga SARL")
    # PDU-A has 12 kW on three phases: 4 kW on L1; two chillers of 9 kW: 9 kW with one out.
    with pytest.raises(ColocationRefused, match="sur la phase L1 de la voie A") as refused:
        hold(rack, teranga, rules.Ask(1, 4_001))
    assert refused.value.field == "watts"
    Component.objects.filter(code__in=["GF-1", "GF-2"]).update(capacity=3_000)
    with pytest.raises(ColocationRefused, match="de froid à GF-1 … GF-2, une machine à l’arrêt"):
        hold(rack, teranga, rules.Ask(1, 3_001))
    assert rules.sellable(queries.stands(priced)[0]) == 3_000
    Component.objects.filter(code="GE").update(capacity=2_000)
    with pytest.raises(ColocationRefused, match="en secours à PDU-B, au-dessus de la voie B"):
        hold(rack, teranga, rules.Ask(1, 2_500))


def test_a_hold_that_expires_during_the_signature_is_refused(
    priced: DataCenter, rack: Rack, company: Company
) -> None:
    _, teranga = company("Teranga SARL")
    lease = hold(rack, teranga)
    lease.reservation  # noqa: B018 - read before it expires, as the page that is being signed was
    Reservation.objects.update(expires_at=timezone.now())
    with pytest.raises(ColocationRefused, match=r"La retenue a expiré le .* avant la signature"):
        leases.sign(SYSTEM, lease)
    lease = Lease.objects.get()
    assert (lease.signed_at, lease.monthly, queries.state(lease)) == (None, None, rules.EXPIRED)
    assert hold(rack, company("Autre")[1]).reservation.first == 1


def test_nothing_is_signed_without_a_price_and_what_was_signed_keeps_its_own(
    center: DataCenter, rack: Rack, company: Company
) -> None:
    _, teranga = company("Teranga SARL")
    lease = hold(rack, teranga)
    with pytest.raises(ColocationRefused, match="Un U, par mois\u202f; Un kW réservé, par mois"):
        leases.sign(SYSTEM, lease)
    terms.add_tariff(SYSTEM, center, kind="unit", amount=0, starts_on=LONG_AGO, source="Gratuit")
    terms.add_tariff(SYSTEM, center, kind="kilowatt", amount=7, starts_on=LONG_AGO, source="Essai")
    assert leases.sign(SYSTEM, lease).monthly == 7
    with pytest.raises(ColocationRefused, match="déjà ce jour-là"):
        terms.add_tariff(SYSTEM, center, kind="unit", amount=1, starts_on=LONG_AGO, source="Encore")
    terms.add_tariff(SYSTEM, center, kind="unit", amount=9, starts_on=date(2021, 1, 1), source="Hausse")
    assert Lease.objects.get().monthly == 7


def test_a_place_let_is_not_signed_nor_freed_from_the_rack(
    priced: DataCenter, rack: Rack, company: Company
) -> None:
    lease = hold(rack, company("Teranga SARL")[1])
    for act in (facility.contract, facility.release):
        with pytest.raises(FacilityRefused, match="dans la colocation"):
            act(SYSTEM, lease.reservation)
    assert queries.state(leases.drop(SYSTEM, lease)) == rules.DROPPED
    assert queries.stands(priced)[0].claims == ()


def test_only_who_manages_this_datacentre_lets_places(
    priced: DataCenter, rack: Rack, company: Company, manager: Callable[..., Any]
) -> None:
    owner, teranga = company("Teranga SARL")
    lease = hold(rack, teranga)
    values = {"customer": teranga, "expires_at": timezone.now() + HOUR, "starts_on": LONG_AGO}
    for by in (ANONYMOUS, owner, manager(territory="SN-TH-thies"), manager(role="adviser")):
        with pytest.raises(PermissionRefused):
            leases.hold(by, rack, SMALL, **values)
        for act in (leases.sign, leases.drop, leases.end):
            with pytest.raises(PermissionRefused):
                act(by, lease)
        with pytest.raises(PermissionRefused):
            terms.set_terms(by, priced, visit_days=1, basis="X")
    assert leases.sign(manager(), lease).signed_at


def test_a_reading_stands_beside_what_was_let(priced: DataCenter, rack: Rack) -> None:
    now = timezone.now()
    terms.note_reading(SYSTEM, rack, watts=900, source="Pince", read_at=now - HOUR)
    terms.note_reading(SYSTEM, rack, watts=1_100, source="Pince", read_at=now - HOUR / 2)
    assert queries.measured(priced)[rack.pk].watts == 1_100
    for at, told in ((now + HOUR, "avenir"), (now - HOUR, "déjà un relevé")):
        with pytest.raises(ColocationRefused, match=told):
            terms.note_reading(SYSTEM, rack, watts=1, source="Pince", read_at=at)


# --- visits -----------------------------------------------------------------------------------


def visit(
    by: identity.Principal, center: DataCenter, customer: identity.Organisation, **values: Any
) -> Visit:
    now = timezone.now()
    given = {"purpose": "Changer un disque", "starts_at": now - HOUR, "ends_at": now + HOUR, **values}
    return visits.ask(by, center, customer.pk, visits.Visitor("Modou Fall", "+221771234567"), **given)


def test_a_visitor_comes_in_by_a_badge_and_is_forgotten_on_time(
    priced: DataCenter, rack: Rack, company: Company
) -> None:
    by, teranga = company("Teranga SARL")
    with pytest.raises(ColocationRefused, match="pas de bail en cours"):
        visit(by, priced, teranga)
    leases.sign(SYSTEM, hold(rack, teranga))
    made = visit(by, priced, teranga)
    assert b"Modou" not in bytes(Visit.objects.get().sealed or b"")
    with pytest.raises(ColocationRefused, match="n’attend personne"):
        visits.enter(SYSTEM, made, badge="7")
    visits.approve(SYSTEM, made, escort="Astou Diagne")
    inside = visits.enter(SYSTEM, made, badge="7")
    told = [presenting.visit_state(inside, inside.ends_at + late)[0] for late in (-HOUR, HOUR)]
    assert told == ["À l’intérieur", "Sortie à noter"]
    second = visits.approve(SYSTEM, visit(by, priced, teranga), escort="Astou Diagne")
    with pytest.raises(ColocationRefused, match="déjà à l’intérieur"):
        visits.enter(SYSTEM, second, badge="7")
    with pytest.raises(ColocationRefused, match="notez plutôt sa sortie"):
        visits.refuse(SYSTEM, made, reason="Trop tard")
    assert visits.visitor(by, made) == visits.Visitor("Modou Fall", "+221771234567")
    assert Entry.objects.filter(verb="colocation.visitor_read", actor_id=by.account_id).count() == 1
    day = made.kept_until
    assert day == timezone.localdate(made.ends_at) + timedelta(days=30)
    assert visits.purge(day) == 0
    assert visits.purge(day + timedelta(days=1)) == 1  # the first visitor is still inside
    visits.leave(SYSTEM, made)
    visits.enter(SYSTEM, second, badge="7")
    assert visits.visitor(SYSTEM, second) is None
    assert visits.purge(day + timedelta(days=1)) == 1
    assert not Visit.objects.exclude(sealed=None).exists()
    assert Entry.objects.filter(verb="colocation.visitors_purged").count() == 2


def test_the_worker_forgets_the_names_whose_time_is_over(
    priced: DataCenter, rack: Rack, company: Company
) -> None:
    by, teranga = company("Teranga SARL")
    leases.sign(SYSTEM, hold(rack, teranga))
    visit(by, priced, teranga)
    jobs.purge(0)
    assert Visit.objects.get().sealed is not None
    Visit.objects.update(kept_until=date(2020, 1, 1))
    jobs.purge(0)
    assert Visit.objects.get().sealed is None


def test_a_visit_is_refused_with_its_sentence(priced: DataCenter, rack: Rack, company: Company) -> None:
    by, teranga = company("Teranga SARL")
    leases.sign(SYSTEM, hold(rack, teranga))
    now = timezone.now()
    for values, field in (
        ({"starts_at": now + HOUR, "ends_at": now}, "ends_time"),
        ({"starts_at": now - 2 * HOUR, "ends_at": now - HOUR}, "day"),
        ({"starts_at": now, "ends_at": now + timedelta(days=900)}, "day"),
    ):
        with pytest.raises(ColocationRefused) as refused:
            visit(by, priced, teranga, **values)
        assert refused.value.field == field
    later = visit(by, priced, teranga, starts_at=now + HOUR, ends_at=now + 2 * HOUR)
    visits.approve(SYSTEM, later, escort="Astou Diagne")
    with pytest.raises(ColocationRefused, match="ce n’est pas l’heure"):
        visits.enter(SYSTEM, later, badge="1")
    visits.cancel(by, later)
    with pytest.raises(ColocationRefused, match="déjà décidée"):
        visits.refuse(SYSTEM, later, reason="X")
    priced.colocation_terms.delete()
    with pytest.raises(ColocationRefused, match="combien de temps il garde les noms"):
        visit(by, priced, teranga)


def test_names_are_sealed_again_under_a_new_key(
    priced: DataCenter, rack: Rack, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, teranga = company("Teranga SARL")
    leases.sign(SYSTEM, hold(rack, teranga))
    made = visit(by, priced, teranga)
    assert visits.reseal() == 0
    old = bytes(Visit.objects.get().sealed or b"")
    # As if it had been sealed under another key: only the name of the key says so.
    monkeypatch.setattr(visits, "_open", lambda key, sealed: visits.Visitor("Modou Fall", ""))
    Visit.objects.update(sealed=old[:1] + b"\0\0\0\0" + old[5:])
    assert visits.reseal() == 1
    monkeypatch.undo()
    made.refresh_from_db()
    assert visits.visitor(by, made) == visits.Visitor("Modou Fall", "")


# --- customers --------------------------------------------------------------------------------


def test_a_customer_has_nothing_of_others(priced: DataCenter, rack: Rack, company: Company) -> None:
    by, teranga = company("Teranga SARL")
    rival, other = company("Rivale SARL")
    lease = leases.sign(SYSTEM, hold(rack, teranga))
    made = visit(by, priced, teranga)
    work = requests.ask_hands(by, lease, text="Redémarrer le serveur")
    for act in (
        lambda: visits.visitor(rival, made), lambda: visits.cancel(rival, made),
        lambda: visit(rival, priced, teranga), lambda: requests.ask_hands(rival, lease, text="X"),
        lambda: requests.take_hands(by, work), lambda: visits.approve(by, made, escort="X"),
        lambda: requests.ask_cross(rival, lease, port=1, medium="fibre"),
    ):  # fmt: skip
        with pytest.raises(PermissionRefused):
            act()
    assert [o.name for o in queries.organisations_of(by)] == ["Teranga SARL"]
    assert queries.owns(rival, other.pk)
    assert not queries.owns(rival, teranga.pk)
    assert not queries.owns(ANONYMOUS, teranga.pk)


def test_who_administers_a_body_has_what_it_hosts_and_who_is_above_has_not(
    manager: Callable[..., Any], country: None
) -> None:
    root = identity.organisation("senegal")
    below = identity.Organisation.objects.exclude(pk=root.pk).filter(kind="ministry").first()
    assert below is not None
    above = manager(role="administrator")
    assert queries.owns(above, root.pk)
    assert not queries.owns(above, below.pk)
    account = identity.create_account(SYSTEM, name="Khady Sy", phone="+221772000077", verified=True)
    identity.assign_role(SYSTEM, account, "administrator", below)
    by = identity.principal_for(account)
    assert [o.pk for o in queries.organisations_of(by)] == [below.pk]
    assert queries.owns(by, below.pk, "file")


def test_hands_are_asked_taken_and_priced(priced: DataCenter, rack: Rack, company: Company) -> None:
    by, teranga = company("Teranga SARL")
    lease = hold(rack, teranga)
    with pytest.raises(ColocationRefused, match="n’est pas en cours"):
        requests.ask_hands(by, lease, text="Redémarrer")
    lease = leases.sign(SYSTEM, lease)
    work = requests.take_hands(SYSTEM, requests.ask_hands(by, lease, text="Redémarrer"))
    assert work.taken_at
    done = requests.finish_hands(SYSTEM, work, minutes=20, answer="Fait")
    assert done.amount == 8_334  # 25 001 an hour, rounded up
    with pytest.raises(ColocationRefused, match="déjà sa réponse"):
        requests.decline_hands(SYSTEM, work, answer="Non")
    priced.tariffs.filter(kind="hands").delete()
    other = requests.ask_hands(by, lease, text="Encore")
    assert requests.finish_hands(SYSTEM, other, minutes=20, answer="Fait").amount is None


def test_a_cable_waits_for_the_other_customer_then_takes_both_ports(
    priced: DataCenter, rack: Rack, company: Company
) -> None:
    by, teranga = company("Teranga SARL")
    neighbour, voisin = company("Voisin SA")
    lease, other = leases.sign(SYSTEM, hold(rack, teranga)), leases.sign(SYSTEM, hold(rack, voisin))
    cross = requests.ask_cross(by, lease, port=1, medium="fibre", other=other, other_port=4)
    with pytest.raises(ColocationRefused, match="pas encore accepté"):
        requests.install_cross(SYSTEM, cross)
    with pytest.raises(PermissionRefused):
        requests.accept_cross(by, cross)
    with pytest.raises(PermissionRefused):
        requests.remove_cross(neighbour, cross)
    # What is only asked for takes no port of the other customer: the first that they accept does.
    rival = requests.ask_cross(by, lease, port=2, medium="fibre", other=other, other_port=4)
    requests.accept_cross(neighbour, cross)
    with pytest.raises(ColocationRefused, match="a déjà un raccordement"):
        requests.accept_cross(neighbour, rival)
    requests.refuse_cross(neighbour, rival)
    assert requests.install_cross(SYSTEM, cross).monthly == 15_000
    for values, field in (
        ({"port": 1}, "port"), ({"port": 5}, "port"), ({"port": 0}, "port"),
        ({"port": 2, "other_port": 4}, "other_port"), ({"port": 2, "other_port": None}, "other_port"),
    ):  # fmt: skip
        with pytest.raises(ColocationRefused) as refused:
            requests.ask_cross(by, lease, **{"medium": "fibre", "other": other, "other_port": 3, **values})
        assert refused.value.field == field
    with pytest.raises(ColocationRefused, match="deux ports différents"):
        requests.ask_cross(by, lease, port=2, medium="fibre", other=lease, other_port=2)
    with pytest.raises(ColocationRefused, match="raccordements y aboutissent"):
        leases.end(SYSTEM, other)
    with pytest.raises(ColocationRefused, match="déjà posé"):
        requests.refuse_cross(by, cross)
    requests.remove_cross(SYSTEM, cross)
    assert queries.taken_ports(lease) == queries.taken_ports(other) == set()
    leases.end(SYSTEM, other)
    with pytest.raises(ColocationRefused, match="n’a ce numéro"):
        requests.ask_cross(by, lease, port=2, medium="fibre", other=other, other_port=2)


def test_a_cable_to_a_carrier_is_laid_at_once_and_given_up_by_who_asked(
    priced: DataCenter, rack: Rack, company: Company
) -> None:
    by, teranga = company("Teranga SARL")
    lease = leases.sign(SYSTEM, hold(rack, teranga))
    carrier = facility.add_component(
        SYSTEM, priced, code="OP-1", name="Opérateur", kind="carrier", isolation="own"
    )
    pdu = Component.objects.get(code="PDU-A")
    for end in ({}, {"carrier": pdu}):
        with pytest.raises(ColocationRefused):
            requests.ask_cross(by, lease, port=1, medium="fibre", **end)
    cross = requests.ask_cross(by, lease, port=1, medium="fibre", carrier=carrier)
    requests.refuse_cross(by, cross)
    again = requests.ask_cross(by, lease, port=1, medium="copper", carrier=carrier)
    priced.tariffs.filter(kind="cross").delete()
    with pytest.raises(ColocationRefused, match="Aucun tarif de raccordement"):
        requests.install_cross(SYSTEM, again)


def test_examples_say_so_and_are_entered_once(manager: Callable[..., Any]) -> None:
    by = manager()
    assert not examples.load_examples(by)  # no datacentre yet
    center = facility.load_facts(by)
    assert examples.load_examples(by)
    assert not examples.load_examples(by)
    assert center.tariffs.filter(is_example=True).count() == len(rules.TARIFFS) == center.tariffs.count()
