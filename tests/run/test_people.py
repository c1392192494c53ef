"""The accounts of the demonstration: each has a service to work in, and a building permit finds them all."""

import pytest

from smartsenegal.kernel.identity.rules import ROLES
from smartsenegal.kernel.sites import actions as sites
from smartsenegal.kernel.sites.api import competent_site
from smartsenegal.kernel.territory import actions as territory
from smartsenegal.onestop.procedures import api as procedures
from smartsenegal.onestop.procedures.actions import DATA
from smartsenegal.run.demo import sample
from smartsenegal.run.demo.people import ACCOUNTS


def test_logins_are_told_apart_and_roles_exist() -> None:
    logins = [a.login for a in ACCOUNTS]
    assert len(set(logins)) == len(logins)
    assert {a.role for a in ACCOUNTS if a.role} <= set(dict(ROLES))


@pytest.mark.django_db
def test_every_step_of_a_building_permit_has_its_agent() -> None:
    territory.load_reference()
    sites.load_reference()
    for account in ACCOUNTS:
        for kind, commune in account.units:
            assert competent_site(kind, sample._commune(commune)), (account.login, kind)
    held = {(kind, a.role) for a in ACCOUNTS for kind, _ in a.units}
    for code in ("permis-construire", "permis-construire-complexe"):
        permit = procedures.from_yaml((DATA / f"{code}.yaml").read_text("utf-8"))
        acting = (s for s in permit.circuit if s.kind != "payment")
        own = permit.authority.unit
        assert {(own if s.unit == "competent" else s.unit, s.role) for s in acting} <= held
