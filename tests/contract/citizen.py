"""Who uses the HTTP API with a program: a person with their session, an administration with its token."""

from dataclasses import dataclass
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.models import Case
from tests.onestop.cases.partner import token_of
from tests.onestop.cases.world import World, fill, make_world

ADDRESS = "/api/v1/openapi.json"
PROCEDURE, PIECE = "certificat-gratuit", "extrait"


@dataclass
class Citizen:
    """Awa and her world; `headers` say who she is, `office` who the court's own system is."""

    world: World
    headers: dict[str, str]
    office: dict[str, str]
    filed: Case

    def document(self) -> Any:
        return schemathesis.openapi.from_wsgi(ADDRESS, get_wsgi_application())

    def draft(self) -> Case:
        """Her one draft, whatever became of the one before."""
        return actions.open_draft(self.world.awa, PROCEDURE)

    def headers_for(self, path: str) -> dict[str, str]:
        """Who calls this operation."""
        return self.office if path.startswith(("/api/v1/instruction", "/api/v1/webhooks")) else self.headers

    def known(self, case: schemathesis.Case) -> schemathesis.Case:
        """The same call about things that exist: past the door, to what the action does with the rest."""
        of_office = case.path.startswith("/api/v1/instruction")
        asked = self.filed if of_office else self.draft()
        real = {"case_id": str(asked.pk), "code": PROCEDURE, "piece": PIECE, "step": "examen"}
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
    return Citizen(world, headers, office, filed)
