"""The system of an administration, with the tokens of its services."""

import json
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from smartsenegal.kernel.identity import actions as identity
from smartsenegal.kernel.identity.api import Organisation, principal_for
from smartsenegal.kernel.identity.models import Account, RoleAssignment
from smartsenegal.kernel.identity.rules import API_SCOPES

ROOT = "/api/v1/instruction"
AGENT = {"id": "M-041", "name": "Moussa Diop"}
CHIEF = {"id": "M-002", "name": "Fatou Sow"}


def manager_of(organisation: Organisation) -> Any:
    """An administrator of this organisation."""
    phone = f"+2217710{organisation.pk:05d}"[:13]
    account, _ = Account.objects.get_or_create(
        phone=phone, defaults={"name": "Aminata Cissé", "phone_verified": True}
    )
    RoleAssignment.objects.get_or_create(
        account=account,
        role="administrator",
        organisation=organisation,
        defaults={"starts_on": timezone.localdate()},
    )
    return principal_for(account)


def token_of(organisation: Organisation, scopes: Any = tuple(API_SCOPES), name: str = "Casier") -> str:
    """A token, obtained at the door of services with a secret."""
    service, secret = identity.register_service(
        manager_of(organisation), organisation, kind="api", name=name, scopes=list(scopes)
    )
    asked = {"grant_type": "client_credentials", "client_id": service.pk, "client_secret": secret}
    answer = Client().post(reverse("idp:oidc:token"), asked)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["access_token"])


class Partner:
    """A caller with its token."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def __call__(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        data = "" if body is None else json.dumps(body)
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.generic(method, f"{ROOT}{path}", data, "application/json", headers=headers)
