"""The world of a building permit: the services it consults, the State's representative, a clock to move."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from smartsenegal.kernel.identity.api import Organisation, Principal
from smartsenegal.kernel.sites.api import Site
from smartsenegal.onestop.cases import actions, moment
from smartsenegal.onestop.cases.models import Case
from tests.jobs import drain
from tests.onestop.cases.samples import PERMIT
from tests.onestop.cases.world import FREE, World, fill, person, publish


@dataclass
class Permit:
    """The people of a permit, besides those of the court that instructs it here."""

    world: World
    cadastre: Principal
    fire: Principal
    prefect: Principal
    prefecture: Organisation

    def filed(self) -> Case:
        """A permit whose stamps are paid, declared fit: both services are consulted."""
        case = actions.submit(fill(self.world, "permis-construire").pk, self.world.awa).case
        drain("events.deliver")
        actions.settle_payment(case.pk, "timbres", step="frais")
        return actions.pass_on(case.pk, self.world.moussa).case

    def consulted(self) -> Case:
        """Both opinions given: the amount is to be set."""
        case = self.filed()
        actions.give_opinion(case.pk, self.cadastre, "cadastre", "favourable")
        actions.give_opinion(case.pk, self.fire, "pompiers", "reserved", "Prévoir une issue.")
        return Case.objects.get(pk=case.pk)

    def signed(self) -> Case:
        """Signed by the mayor: the State's approval is awaited."""
        case = self.consulted()
        actions.assess(case.pk, self.world.moussa, "liquidation", {"taxe": 2_000})
        actions.settle_payment(case.pk, "taxe", step="taxe")
        actions.propose(case.pk, self.world.moussa, "granted", fields={"mention": "Néant"})
        return actions.sign(case.pk, self.world.fatou).case


def _service(
    world: World, code: str, name: str, kind: str, role: str, phone: str
) -> tuple[Organisation, Principal]:
    place = world.thies.territory
    service = Organisation.objects.create(code=code, name=name, kind="service", territory=place)
    site = Site.objects.create(code=code, name=name, kind=kind, territory=place, organisation=service)
    site.serves.add(place)
    return service, person(f"Agent {name}", phone, (role, service))


def make_permit(world: World) -> Permit:
    publish(PERMIT)
    publish(replace(FREE, code="certificat-lot", prefix="CL", bulk=True))
    _, cadastre = _service(world, "cadastre-thies", "Cadastre de Thiès", "other", "officer", "+221771000021")
    _, fire = _service(
        world, "pompiers-thies", "Sapeurs-pompiers de Thiès", "police", "officer", "+221771000022"
    )
    prefecture, prefect = _service(
        world, "prefecture-thies", "Préfecture de Thiès", "prefecture", "signatory", "+221771000023"
    )
    return Permit(world, cadastre, fire, prefect, prefecture)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Moves the clock of cases forward: `later(29)` is 29 days from now."""

    def move(days: int) -> None:
        monkeypatch.setattr(moment, "_moved", lambda: timedelta(days=days))

    return move
