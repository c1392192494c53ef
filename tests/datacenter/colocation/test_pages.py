"""Pages of the manager and of the customer: asked, refused with what was typed, done."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.datacenter.colocation import queries
from smartsenegal.datacenter.colocation.actions import leases, requests
from smartsenegal.datacenter.colocation.models import Cross, Hands, Lease, Reading, Tariff, Terms, Visit
from smartsenegal.datacenter.facility.models import DataCenter, Device, Rack
from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity import api as identity
from tests.datacenter.colocation.world import SYSTEM, hold
from tests.datacenter.conftest import BACKEND
from tests.datacenter.facility.test_pages import page

ROOT = "/datacentre/colocation/"
BASE = f"{ROOT}centre/dc-essai/"
Company = Callable[[str], tuple[identity.Principal, identity.Organisation]]


@pytest.fixture
def signed_in(client: Client) -> Callable[[identity.Principal], Client]:
    """Makes a browser in which somebody is signed in."""

    def make(by: identity.Principal) -> Client:
        other = Client()
        other.force_login(identity.Account.objects.get(pk=by.account_id), backend=BACKEND)
        return other

    return make


def test_a_manager_enters_prices_holds_a_place_signs_installs_and_ends(
    browser: Client, rack: Rack, company: Company
) -> None:
    company("Teranga SARL")
    assert "Aucune place n’est louée ni retenue" in page(browser.get(BASE))
    wanted = {
        "customer": "teranga sarl", "rack": str(rack.pk), "units": "43", "watts": "1,5", "feeds": "AB",
        "starts_on": "1er janvier 2026", "expires_on": "31/12/2099", "ports": "2",
    }  # fmt: skip
    told = page(browser.post(f"{BASE}retenir/", wanted))
    assert "Il manque 1 U contigus dans la baie B01 ; la plus longue plage libre est U1 à U42" in told
    assert 'value="1,5"' in told
    assert "vérifiez-le" in page(browser.post(f"{BASE}retenir/", {**wanted, "customer": "Personne"}))
    _, twin = company("TERANGA SARL")
    told = page(browser.post(f"{BASE}retenir/", wanted))
    assert f"{twin.code} à Diamniadio" in told
    twin.delete()
    assert browser.post(f"{BASE}retenir/", {**wanted, "units": "3"}).status_code == 302
    lease = Lease.objects.get()
    address = f"{ROOT}baux/{lease.pk}/"
    assert "Il manque un tarif pour signer" in page(browser.get(address))
    assert "Aucun tarif à la date du bail" in page(browser.post(f"{address}signer/"))
    for kind, amount in (("unit", "10 000"), ("kilowatt", "50000")):
        given = {"kind": kind, "amount": amount, "starts_on": "1er janvier 2020", "source": "Décision 1"}
        assert browser.post(f"{BASE}tarifs/", given).status_code == 302
    page(browser.post(f"{BASE}tarifs/", {**given, "amount": "1,5"}))
    assert Tariff.objects.count() == 2
    assert "10 000 F CFA" in page(browser.get(f"{BASE}tarifs/"))
    assert "105 000 F CFA" in page(browser.get(f"{address}signer/"))
    assert browser.post(f"{address}signer/").status_code == 302
    install = f"/datacentre/dc-essai/baies/{rack.pk}/equipements/nouveau/"
    assert f'<option value="{lease.reservation_id}" selected' in page(
        browser.get(f"{install}?place={lease.reservation_id}")
    )
    device = {
        "name": "srv", "first": "1", "units": "1", "watts": "1", "feeds": "AB",
        "reservation": str(lease.reservation_id),
    }  # fmt: skip
    assert browser.post(install, device).status_code == 302
    assert "srv" in page(browser.get(address))
    assert "Des équipements y sont encore" in page(browser.post(f"{address}terminer/"))
    Device.objects.update(removed_on=timezone.localdate())
    assert browser.post(f"{address}terminer/").status_code == 302
    assert "Terminé" in page(browser.get(BASE))
    assert browser.get(f"{address}ailleurs/").status_code == 404


def test_what_is_left_and_what_is_measured_is_told_by_room_and_rack(
    browser: Client, priced: DataCenter, rack: Rack, company: Company
) -> None:
    leases.sign(SYSTEM, hold(rack, company("Teranga SARL")[1]))
    text = page(browser.get(BASE))
    for words in (
        "Teranga SARL", "salle-1/B01, U1 à U4", "U5 à U42", "38 U d’un seul tenant", "90 000 F CFA", "80 U",
        "15 kW",
    ):  # fmt: skip
        assert words in text
    page(browser.post(f"{BASE}relever/", {"rack": rack.pk, "watts": "", "source": "X"}))
    assert not Reading.objects.exists()
    given = {"rack": rack.pk, "watts": "1,2", "source": "Pince"}
    assert browser.post(f"{BASE}relever/", given).status_code == 302
    assert "Dépasse ce qui est pris" in page(browser.get(BASE))


def test_a_visit_goes_from_the_customer_to_the_door_and_each_reading_is_journalled(
    browser: Client, center: DataCenter, rack: Rack, company: Company, signed_in: Callable[..., Client]
) -> None:
    from tests.datacenter.colocation.world import price

    by, teranga = company("Teranga SARL")
    price(center)
    leases.sign(SYSTEM, hold(rack, teranga))
    own, space = signed_in(by), f"{ROOT}client/{teranga.pk}/"
    given = {
        "center": "dc-essai", "name": "Modou Fall", "phone": "77 123 45 67", "purpose": "Un disque",
        "day": f"{timezone.localdate() + timedelta(days=9):%d/%m/%Y}", "starts_time": "10:00",
        "ends_time": "9:00",
    }  # fmt: skip
    told = page(own.post(f"{space}visites/nouvelle/", given))
    assert "Le départ vient après l’arrivée" in told
    assert 'value="Modou Fall"' in told
    assert own.post(f"{space}visites/nouvelle/", {**given, "ends_time": "12:00"}).status_code == 302
    visit = Visit.objects.get()
    assert "Modou" not in page(own.get(space)) + page(browser.get(f"{BASE}visites/"))
    assert "Modou Fall" in page(own.get(f"{space}visites/{visit.pk}/"))
    assert "Modou Fall" in page(browser.get(f"{BASE}visites/{visit.pk}/"))
    assert Entry.objects.filter(verb="colocation.visitor_read").count() == 2
    assert browser.post(f"{BASE}visites/{visit.pk}/accorder/", {"escort": "Astou"}).status_code == 302
    refused = page(browser.post(f"{BASE}visites/{visit.pk}/entrer/", {"badge": "12"}))
    assert "ce n’est pas l’heure" in refused
    Visit.objects.update(starts_at=timezone.now())
    assert browser.post(f"{BASE}visites/{visit.pk}/entrer/", {"badge": "12"}).status_code == 302
    assert "badge 12" in page(browser.get(f"{BASE}visites/{visit.pk}/"))
    assert browser.post(f"{BASE}visites/{visit.pk}/sortir/").status_code == 302
    assert "Sorti" in page(own.get(space))
    own.post(f"{space}visites/{visit.pk}/annuler/")
    visit.refresh_from_db()
    assert visit.closed_at is None


def test_the_rule_on_names_is_said_before_any_visit(browser: Client, center: DataCenter) -> None:
    assert "Aucune visite ne peut être demandée" in page(browser.get(f"{BASE}visites/"))
    given = {"visit_days": "45", "basis": "Décision du directeur"}
    assert browser.post(f"{BASE}conservation/", given).status_code == 302
    assert Terms.objects.get().visit_days == 45
    assert "45 jours après la visite" in page(browser.get(f"{BASE}visites/"))


def test_hands_and_cables_are_asked_and_answered(
    browser: Client, priced: DataCenter, rack: Rack, company: Company, signed_in: Callable[..., Client]
) -> None:
    by, teranga = company("Teranga SARL")
    neighbour, voisin = company("Voisin SA")
    lease, other = leases.sign(SYSTEM, hold(rack, teranga)), leases.sign(SYSTEM, hold(rack, voisin))
    own, space = signed_in(by), f"{ROOT}client/{teranga.pk}/"
    asked = {"lease": str(lease.pk), "text": "Redémarrer srv-1"}
    assert own.post(f"{space}gestes/nouveau/", asked).status_code == 302
    work = Hands.objects.get()
    browser.post(f"{BASE}gestes/{work.pk}/prendre/")
    done = {"minutes": "30", "answer": "Redémarré, voyant vert"}
    assert browser.post(f"{BASE}gestes/{work.pk}/fait/", done).status_code == 302
    text = page(own.get(space))
    assert "Redémarré, voyant vert" in text
    assert "30 min, 12 501 F CFA" in text
    cable = {"lease": str(lease.pk), "port": "1", "medium": "fibre", "other": "COL-99999", "other_port": "2"}
    assert "Aucun bail n’a ce numéro" in page(own.post(f"{space}raccordements/nouveau/", cable))
    assert own.post(f"{space}raccordements/nouveau/", {**cable, "other": str(other)}).status_code == 302
    cross = Cross.objects.get()
    assert own.post(f"{space}raccordements/{cross.pk}/accepter/").status_code == 404
    browser.post(f"{BASE}raccordements/{cross.pk}/poser/")
    assert "pas encore accepté" in page(browser.get(f"{BASE}demandes/"))
    far = signed_in(neighbour)
    assert "Accepter" in page(far.get(f"{ROOT}client/{voisin.pk}/"))
    far.post(f"{ROOT}client/{voisin.pk}/raccordements/{cross.pk}/accepter/")
    browser.post(f"{BASE}raccordements/{cross.pk}/poser/")
    assert "15 000 F CFA" in page(browser.get(f"{BASE}demandes/"))
    browser.post(f"{BASE}raccordements/{cross.pk}/retirer/")
    assert queries.taken_ports(lease) == set()


def test_a_customer_opens_their_own_pages_only(
    center: DataCenter, priced: DataCenter, rack: Rack, company: Company, signed_in: Callable[..., Client]
) -> None:
    by, teranga = company("Teranga SARL")
    rival, rivale = company("Rivale SARL")
    lease = leases.sign(SYSTEM, hold(rack, teranga))
    other = signed_in(rival)
    assert "Teranga" not in page(other.get(ROOT))
    assert "Aucune place n’est louée" in page(other.get(f"{ROOT}client/{rivale.pk}/"))
    for path in ("", "visites/nouvelle/", "gestes/nouveau/", "raccordements/nouveau/"):
        assert other.get(f"{ROOT}client/{teranga.pk}/{path}").status_code == 403
    work = requests.ask_hands(by, lease, text="X")
    for path in (f"{BASE}", f"{ROOT}baux/{lease.pk}/", f"{BASE}demandes/", f"{BASE}gestes/{work.pk}/fait/"):
        assert other.get(path).status_code == 403
    # A lease of others cannot be slipped into one's own form.
    leases.sign(SYSTEM, hold(rack, rivale))
    slipped = {"lease": str(lease.pk), "text": "Éteindre"}
    assert other.post(f"{ROOT}client/{rivale.pk}/gestes/nouveau/", slipped).status_code == 200
    assert Hands.objects.count() == 1
