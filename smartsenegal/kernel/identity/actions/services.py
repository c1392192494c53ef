"""Services of others: registered, given a secret, suspended; and what people let them know.

allauth's `Client` is what the protocol reads: it is written here from our `ServiceClient`, and nowhere else.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.actions.journal import record
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import Account, Organisation, ServiceClient, ServiceConsent
from smartsenegal.kernel.identity.queries.services import subject_for
from smartsenegal.kernel.identity.rules import (
    API_SCOPES,
    LOGIN_SCOPES,
    SERVICE_KINDS,
    Principal,
    is_return_address,
)
from smartsenegal.lib.text import TextRefused, clean


@transaction.atomic
def register_service(
    by: Principal,
    organisation: Organisation,
    *,
    kind: str,
    name: str,
    scopes: Iterable[str],
    purpose: str = "",
    redirect_uris: Iterable[str] = (),
    logout_uris: Iterable[str] = (),
    is_public: bool = False,
) -> tuple[ServiceClient, str]:
    """Register a service of an organisation; returns it and its secret, which is kept nowhere in clear.

    A public service (a phone's application) has no secret: "". Raises PermissionRefused when `by` does not
    administer the organisation, IdentityRefused for an address, a scope or a name that cannot be.
    """
    _check_manager(by, organisation)
    service = ServiceClient(
        organisation=organisation,
        kind=kind,
        name=_text(name, 100, "name", "Donnez le nom du service, tel que les gens le connaissent."),
        purpose=_text(purpose, 300, "purpose", "Dites à quoi servent les données.")
        if kind == "login"
        else "",
        is_public=is_public and kind == "login",
        redirect_uris=list(dict.fromkeys(redirect_uris)),
        logout_uris=list(dict.fromkeys(logout_uris)),
        scopes=list(dict.fromkeys(scopes)),
    )
    _check(service)
    client = Client(id=f"sn-{secrets.token_hex(12)}")
    client.set_secret(secrets.token_urlsafe(32))
    client.save()
    service.client = client
    secret = _new_secret(service)
    service.save(force_insert=True)
    _publish(service)
    _tell(by, service, "registered", {"kind": kind, "scopes": service.scopes, "public": service.is_public})
    return service, secret


@transaction.atomic
def change_service(
    by: Principal,
    service: ServiceClient,
    *,
    name: str,
    scopes: Iterable[str],
    purpose: str = "",
    redirect_uris: Iterable[str] = (),
    logout_uris: Iterable[str] = (),
) -> None:
    """Change what a service is called, asks for, where it takes people back. Raises as `register_service`."""
    _check_manager(by, service.organisation)
    service = _locked(service)
    before = set(service.scopes)
    service.name = _text(name, 100, "name", "Donnez le nom du service, tel que les gens le connaissent.")
    if service.kind == "login":
        service.purpose = _text(purpose, 300, "purpose", "Dites à quoi servent les données.")
    service.redirect_uris = list(dict.fromkeys(redirect_uris))
    service.logout_uris = list(dict.fromkeys(logout_uris))
    service.scopes = list(dict.fromkeys(scopes))
    _check(service)
    service.save()
    _publish(service)
    if before - set(service.scopes):
        # A right that is taken back does not live on in tokens given before.
        Token.objects.filter(client=service.client).delete()
    _tell(by, service, "changed", {"scopes": service.scopes})


@transaction.atomic
def rotate_secret(by: Principal, service: ServiceClient) -> str:
    """Give a service another secret; returns it. The old one and what it obtained are worth nothing at once.

    Raises PermissionRefused as `register_service`, IdentityRefused for a service without secret.
    """
    _check_manager(by, service.organisation)
    service = _locked(service)
    if service.is_public:
        raise IdentityRefused("Une application sans secret n’en reçoit pas.")
    secret = _new_secret(service)
    service.save(update_fields=["secret_at"])
    Token.objects.filter(client=service.client).delete()
    _tell(by, service, "secret_rotated")
    return secret


@transaction.atomic
def suspend_service(by: Principal, service: ServiceClient, reason: str) -> None:
    """Shut a service out at once: its tokens are worth nothing, nobody signs in to it any more.

    Raises PermissionRefused as `register_service`, IdentityRefused without a reason.
    """
    _check_manager(by, service.organisation)
    if not reason.strip():
        raise IdentityRefused("Indiquez le motif de la suspension.", "reason")
    service = _locked(service)
    service.suspended_at = service.suspended_at or timezone.now()
    service.save(update_fields=["suspended_at"])
    _publish(service)
    Token.objects.filter(client=service.client).delete()
    _tell(by, service, "suspended", reason=reason)


@transaction.atomic
def resume_service(by: Principal, service: ServiceClient) -> None:
    """Let a suspended service in again, with the secret it had. Raises PermissionRefused as above."""
    _check_manager(by, service.organisation)
    service = _locked(service)
    service.suspended_at = None
    service.save(update_fields=["suspended_at"])
    _publish(service)
    _tell(by, service, "resumed")


def _locked(service: ServiceClient) -> ServiceClient:
    return (
        ServiceClient.objects.select_for_update(of=("self",))
        .select_related("organisation__territory", "client")
        .get(pk=service.pk)
    )


def _check_manager(by: Principal, organisation: Organisation) -> None:
    path = organisation.territory.path
    if not by.may("identity.manage", organisation_id=organisation.pk, territory_path=path):
        raise PermissionRefused("Vous n’administrez pas cet organisme.")


def _text(value: str, length: int, field: str, missing: str) -> str:
    try:
        kept = clean(value, length)
    except TextRefused as refused:
        raise IdentityRefused(str(refused), field) from None
    if not kept:
        raise IdentityRefused(missing, field)
    return kept


def _check(service: ServiceClient) -> None:
    if service.kind not in dict(SERVICE_KINDS):
        raise ValueError(f"unknown kind of service {service.kind!r}")
    known = API_SCOPES if service.kind == "api" else LOGIN_SCOPES
    if not service.scopes or not set(service.scopes) <= set(known):
        raise IdentityRefused("Choisissez ce à quoi le service a droit.", "scopes")
    if service.kind == "api":
        service.redirect_uris, service.logout_uris = [], []
        return
    if "openid" not in service.scopes:
        service.scopes = ["openid", *service.scopes]
    if not service.redirect_uris:
        raise IdentityRefused("Indiquez l’adresse où la personne revient.", "redirect_uris")
    for field in ("redirect_uris", "logout_uris"):
        for uri in getattr(service, field):
            if not is_return_address(uri, service.is_public):
                raise IdentityRefused(
                    f"Cette adresse ne convient pas : {uri}. Il faut https, en entier.", field
                )


def _new_secret(service: ServiceClient) -> str:
    if service.is_public:
        return ""
    secret = secrets.token_urlsafe(32)
    service.client.set_secret(secret)
    service.client.save(update_fields=["secret"])
    service.secret_at = timezone.now()
    return secret


def _publish(service: ServiceClient) -> None:
    """Write what the protocol reads; a suspended service can do nothing by it."""
    client, open_ = service.client, service.suspended_at is None
    grants = ["client_credentials"] if service.kind == "api" else ["authorization_code", "refresh_token"]
    client.name = service.name
    client.type = Client.Type.PUBLIC if service.is_public else Client.Type.CONFIDENTIAL
    client.set_grant_types(grants if open_ else [])
    client.set_response_types(["code"] if open_ and service.kind == "login" else [])
    client.set_redirect_uris(service.redirect_uris if open_ else [])
    client.set_post_logout_redirect_uris(service.logout_uris if open_ else [])
    client.set_scopes(service.scopes)
    client.set_default_scopes(service.scopes if service.kind == "api" else ["openid"])
    client.save()


def _tell(
    by: Principal,
    service: ServiceClient,
    verb: str,
    detail: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    told = {"organisation": service.organisation.code, **(detail or {})}
    audit.record(by.actor, f"identity.service_{verb}", f"service:{service.pk}", told, reason)
    events.emit(f"service.{verb}", f"service:{service.pk}", {"organisation": service.organisation.code})


# --- what a person lets a service know --------------------------------------------------------


@transaction.atomic
def give_consent(
    account: Account, service: ServiceClient, scopes: Iterable[str], ip: str = ""
) -> ServiceConsent:
    """Note what a person lets a service know; what was agreed before stays agreed."""
    asked = [s for s in LOGIN_SCOPES if s in set(scopes)]
    consent, created = ServiceConsent.objects.select_for_update().get_or_create(
        account=account,
        service=service,
        defaults={
            "subject": subject_for(account.pk, service.pk),
            "scopes": asked,
            "given_at": timezone.now(),
        },
    )
    more = [s for s in asked if s not in consent.scopes]
    if more:
        consent.scopes = [s for s in LOGIN_SCOPES if s in {*consent.scopes, *more}]
        consent.given_at = timezone.now()
        consent.save(update_fields=["scopes", "given_at"])
    if created or more:
        record("consent_given", account, detail={"service": service.pk, "scopes": consent.scopes}, ip=ip)
    return consent


def note_sign_in(account: Account, service: ServiceClient, scopes: Iterable[str], ip: str = "") -> None:
    """Journal that the person was sent to a service with what it may know of them."""
    detail = {"service": service.pk, "scopes": sorted(scopes)}
    record("signed_in_to_service", account, detail=detail, ip=ip)


@transaction.atomic
def withdraw_consent(account: Account, client_id: str, by: Principal) -> None:
    """Take back what a service was let know: its tokens for this person are worth nothing at once.

    Raises PermissionRefused for the account of someone else.
    """
    if by.account_id != str(account.pk):
        raise PermissionRefused("Ce compte n’est pas le vôtre.")
    gone, _ = ServiceConsent.objects.filter(account=account, service=client_id).delete()
    Token.objects.filter(user=account, client=client_id).delete()
    if gone:
        record("consent_withdrawn", account, by.actor, {"service": client_id})
