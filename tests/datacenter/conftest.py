from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from smartsenegal.datacenter.facility.models import DataCenter, Rack

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PARTS = """\
code,nom,nature,voie,alimentee_par,capacite,isolement,triphase,entretien_h,entre_pannes_h,reparation_h,exemple
PDU-A,Coffret A,pdu,A,OND-A1 + OND-A2,12000,own,oui,2,500000,8,oui
PDU-B,Coffret B,pdu,B,OND-B,12000,own,non,2,500000,8,oui
OND-A1,Onduleur A1,ups,A,TGBT,8000,own,non,4,100000,12,oui
OND-A2,Onduleur A2,ups,A,TGBT,8000,own,non,4,100000,12,oui
OND-B,Onduleur B,ups,B,GE,20000,own,non,4,100000,12,oui
TGBT,Tableau général,switchgear,,RESEAU > GE,,own,non,6,1000000,12,oui
RESEAU,Réseau,utility,,,,own,non,,500,2,oui
GE,Groupe,genset,,,30000,own,non,8,2000,24,oui
GF-1,Groupe froid 1,chiller,,TGBT,9000,own,non,8,20000,24,oui
GF-2,Groupe froid 2,chiller,,TGBT,9000,own,non,8,20000,24,oui
"""
RACKS = """\
salle,code,rangee,place,hauteur_u,charge_kg,puissance_w,ports,voie_a,phase_a,voie_b,froid,exemple
salle-1,B01,A,1,42,800,8000,48,PDU-A,L1,PDU-B,GF-1 GF-2,oui
salle-1,B02,A,2,42,800,8000,48,PDU-A,L2,PDU-B,GF-1 GF-2,oui
"""


@pytest.fixture
def country(db: None) -> None:
    """The whole reference territory and its organisations."""
    from tests import reference

    reference.load("territory", "sites")


@pytest.fixture
def manager(country: None) -> Callable[..., Any]:
    """Principal of who manages the datacentres of a territory, or of all the country."""
    from smartsenegal.kernel.identity import api as identity
    from smartsenegal.kernel.territory.models import Territory

    def make(territory: str = "", role: str = "network_engineer") -> Any:
        system = identity.system("test")
        phone = f"+2217710008{identity.Account.objects.count():02}"
        account = identity.create_account(system, name="Rokhaya Thiam", phone=phone, verified=True)
        place = Territory.objects.get(code=territory) if territory else None
        identity.assign_role(system, account, role, identity.organisation("senegal"), place)
        return identity.principal_for(account)

    return make


@pytest.fixture
def browser(manager: Callable[..., Any], client: Client) -> Client:
    """A browser in which who manages the datacentres is signed in."""
    from smartsenegal.kernel.identity import api as identity

    client.force_login(identity.Account.objects.get(pk=manager().account_id), backend=BACKEND)
    return client


@pytest.fixture
def center(country: None) -> "DataCenter":
    """A small datacentre: one room, two racks, two paths of which A is three-phase."""
    from smartsenegal.datacenter.facility import actions
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.kernel.territory.models import Territory

    by = system("test")
    place = Territory.objects.get(code="013-diamniadio")
    made = actions.add_center(by, code="dc-essai", name="Centre d’essai", place=place)
    actions.add_room(by, made, code="salle-1", name="Salle 1", area_m2=250)
    actions.import_file(by, made, "pieces", PARTS)
    actions.import_file(by, made, "baies", RACKS)
    return made


@pytest.fixture
def rack(center: "DataCenter") -> "Rack":
    from smartsenegal.datacenter.facility import queries

    return queries.racks(center).get(code="B01")
