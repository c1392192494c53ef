"""Who uses the HTTP API with a program: a person with their session, an administration with its token."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from smartsenegal.cable.capacity import actions as capacity
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.models import Case
from tests.cable.capacity.ring import build
from tests.onestop.cases.partner import token_of
from tests.onestop.cases.world import World, fill, make_world

ADDRESS = "/api/v1/openapi.json"
PROCEDURE, PIECE = "certificat-gratuit", "extrait"
OF_OFFICE = ("/api/v1/instruction", "/api/v1/webhooks", "/api/v1/tmf-api")


@dataclass
class Citizen:
    """Awa and her world; `headers` say who she is, `office` who the court's own system is."""

    world: World
    headers: dict[str, str]
    office: dict[str, str]
    filed: Case
    bought: dict[str, str]  # what the office has of the cable, by parameter

    def document(self) -> Any:
        return schemathesis.openapi.from_wsgi(ADDRESS, get_wsgi_application())

    def draft(self) -> Case:
        """Her one draft, whatever became of the one before."""
        return actions.open_draft(self.world.awa, PROCEDURE)

    def headers_for(self, path: str) -> dict[str, str]:
        """Who calls this operation."""
        return self.office if path.startswith(OF_OFFICE) else self.headers

    def known(self, case: schemathesis.Case) -> schemathesis.Case:
        """The same call about things that exist: past the door, to what the action does with the rest."""
        of_office = case.path.startswith("/api/v1/instruction")
        asked = self.filed if of_office else self.draft()
        real = {"case_id": str(asked.pk), "code": PROCEDURE, "piece": PIECE, "step": "examen"}
        real |= self.bought
        for name in set(case.path_parameters) & set(real):
            case.path_parameters[name] = real[name]
        return case


def make_citizen() -> Citizen:
    world = make_world()
    filed = actions.submit(fill(world).pk, world.awa).case
    fill(world)
    client = Client()
    client.force_login(world.account(world.awa))
    token = _get_new_csrf_string()
    session = client.cookies["session"].value
    headers = {
        "Cookie": f"session={session}; csrftoken={token}",
        "X-CSRFToken": token,
        "Accept-Encoding": "identity",
    }
    bearer = token_of(Organisation.objects.get(pk=world.thies.pk))
    office = {"Authorization": f"Bearer {bearer}", "Accept-Encoding": "identity"}
    return Citizen(world, headers, office, filed, bought_by(world.thies.pk))


def bought_by(customer: int) -> dict[str, str]:
    """A ring of which a lease is sold: what was asked for, an open offer, an order and a service."""
    ring, system = build(), identity.system("test")
    buyer = Organisation.objects.get(pk=customer)
    capacity.publish_terms(
        system, product=ring.plain, carrier=buyer, valid_from=date(2020, 1, 1), hold_days=9, notice_days=1,
        early_percent=0, payment_days=1, money_rounding="up", credit_percent=0, credit_free_seconds=0,
        credit_cap_percent=0, source="Essai",
    )  # fmt: skip
    asked = [capacity.ask(system, buyer, capacity.Wish(ring.plain, 1, 12)) for _ in range(2)]
    quotes = [each.quote for each in asked if each.quote]
    order = capacity.accept(system, quotes[1])
    for state in ("inProgress", "completed"):
        order = capacity.advance(system, order, state)
    return {
        "offering_id": str(ring.plain.pk),
        "price_id": f"{ring.plain.tariffs.get().pk}-setup_fcfa",
        "kind": "lease",
        "qualification_id": str(asked[0]),
        "quote_id": quotes[0].number,
        "order_id": str(order),
        "product_id": str(order.service),
    }
