"""The sample country: an account for each role, a morning's requests. Made once, then left alone."""

from smartsenegal.cable.capacity.api import load_examples as load_capacity
from smartsenegal.cable.network.api import load_facts
from smartsenegal.cable.optics.api import load_examples as load_optics
from smartsenegal.cable.peering.api import load_examples as load_peering
from smartsenegal.datacenter.colocation.api import load_examples as load_colocation
from smartsenegal.datacenter.facility.api import load_facts as load_datacenters
from smartsenegal.datacenter.hosting.api import load_examples as load_hosting
from smartsenegal.kernel.identity.api import (
    ROOT_ORGANISATION,
    Account,
    Organisation,
    Principal,
    assign_role,
    create_account,
    find_account,
    organisation,
    principal_for,
    system,
)
from smartsenegal.kernel.sites.api import competent_site
from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.phones import parse_phone
from smartsenegal.run.demo import people
from smartsenegal.run.demo.cases import load_requests
from smartsenegal.run.demo.hosting import load_hosted
from smartsenegal.run.demo.hotspots import load_hotspots
from smartsenegal.run.demo.traffic import load_traffic
from smartsenegal.run.demo.wholesale import load_wholesale

LOADER = system("démonstration")


def load_sample() -> None:
    """Make what is missing of the demonstration's accounts, roles and requests."""
    load_accounts()
    load_hotspots(_principal("network_engineer"))
    load_facts(_principal("network_engineer"))
    load_optics(_principal("network_engineer"))
    load_capacity(_principal("network_engineer"))
    load_peering(_principal("network_engineer"))
    load_datacenters(_principal("network_engineer"))
    load_traffic(_principal("network_engineer"))
    load_wholesale(_principal("network_engineer"))
    load_colocation(_principal("network_engineer"))
    load_hosting(_principal("network_engineer"))
    load_hosted(_principal("network_engineer"))
    load_requests(*(_principal(role) for role in ("officer", "signatory", "cashier")))


def load_accounts() -> None:
    """Make the accounts and roles that are missing."""
    for person in people.ACCOUNTS:
        _ensure(person)


def _principal(role: str) -> Principal:
    login = next(a.login for a in people.ACCOUNTS if a.role == role)
    account = find_account(login)
    assert account is not None
    return principal_for(account)


def _ensure(person: people.Account) -> None:
    account = find_account(person.login)
    if account is not None:
        return
    account = _create(person)
    for unit in _organisations(person):
        assign_role(LOADER, account, person.role, unit)


def _create(person: people.Account) -> Account:
    reach = {"email": person.login} if "@" in person.login else {"phone": parse_phone(person.login)}
    return create_account(LOADER, name=person.name, password=people.PASSWORD, verified=True, **reach)


def _organisations(person: people.Account) -> list[Organisation]:
    if not person.role:
        return []
    if not person.units:
        root = organisation(ROOT_ORGANISATION)
        assert root is not None, "the reference data comes before the sample"
        return [root]
    found = (competent_site(kind, _commune(name)) for kind, name in person.units)
    # One service may be competent twice (the same court for two communes).
    return list({s.organisation_id: s.organisation for s in found if s and s.organisation}.values())


def _commune(name: str) -> str:
    return territory.search(name, kinds=["commune"], limit=1)[0].code
