"""Services of others: those an administrator keeps, those a person agreed to, and who calls the API."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.idp.oidc.models import Token
from django.db.models import Max, QuerySet

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity.models import Account, ServiceClient, ServiceConsent
from smartsenegal.kernel.identity.queries.agents import manageable_organisations
from smartsenegal.kernel.identity.queries.principals import below
from smartsenegal.kernel.identity.rules import CLIENT_ROLE, LOGIN_SCOPES, Grant, Principal


@dataclass(frozen=True)
class AgreedService:
    """A service that a person lets know them, as their account page shows it."""

    client_id: str
    name: str
    organisation: str
    shared: tuple[str, ...]
    given_at: datetime
    used_at: datetime | None


def services(by: Principal) -> QuerySet[ServiceClient]:
    """Services of the organisations `by` administers, by organisation and name."""
    mine = ServiceClient.objects.filter(organisation__in=manageable_organisations(by))
    return mine.select_related("organisation__territory", "client").order_by("organisation__name", "name")


def service_of(client_id: str) -> ServiceClient | None:
    """The service with this client identifier, with its organisation."""
    return ServiceClient.objects.select_related("organisation", "client").filter(pk=client_id).first()


def subject_for(account_id: UUID | str, client_id: str) -> str:
    """Name of a person at one service (OpenID Connect Core 1.0, 8.1): two services cannot compare."""
    return vault.keyring().blind_index(str(account_id), f"oidc subject {client_id}")[:40]


def account_with_subject(client_id: str, subject: str) -> Account | None:
    """The open account that a service knows by this name."""
    found = (
        ServiceConsent.objects.select_related("account").filter(service=client_id, subject=subject).first()
    )
    return found.account if found and found.account.is_active else None


def consent_of(account: Account, client_id: str) -> ServiceConsent | None:
    """What this person lets this service know; None before they agreed."""
    return ServiceConsent.objects.filter(account=account, service=client_id).first()


def agreed_services(account: Account) -> list[AgreedService]:
    """Services that know this person, the latest agreed first; two queries."""
    consents = account.consents.select_related("service__organisation").order_by("-given_at")
    used = dict(Token.objects.filter(user=account).values_list("client").annotate(at=Max("created_at")))
    return [
        AgreedService(
            c.service_id,
            c.service.name,
            c.service.organisation.name,
            tuple(words for scope, words in LOGIN_SCOPES.items() if scope in c.scopes),
            c.given_at,
            used.get(c.service_id),
        )
        for c in consents
    ]


def client_principal(token: str, ip: str = "") -> Principal | None:
    """Principal of a service that calls the API with this access token (RFC 6750); None when it is not one.

    It may do what its scopes say in its organisation and those below, and nothing elsewhere. Its calls are
    counted under `rate_key`. A token that was given on behalf of a person is not one of these.
    """
    found = Token.objects.lookup(Token.Type.ACCESS_TOKEN, token)
    if found is None or found.user_id is not None or found.client_id is None:
        return None
    service = service_of(found.client_id)
    if service is None or service.suspended_at or service.kind != "api":
        return None
    scopes = frozenset(found.get_scopes()) & frozenset(service.scopes)
    organisation = service.organisation
    grant = Grant(
        CLIENT_ROLE, organisation.pk, organisation.name, below({organisation.pk})[organisation.pk], "", scopes
    )
    return Principal(None, service.name, grants=(grant,), ip=ip, kind="client", client_id=service.pk)
