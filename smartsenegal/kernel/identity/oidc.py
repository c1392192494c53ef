"""How allauth's OpenID Connect provider reaches our accounts, our keys and what people agreed to."""

from collections.abc import Iterable
from typing import Any, Literal

from allauth.core import context
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.internal.private_keys import filter_keys
from allauth.idp.oidc.models import Client, PrivateKey
from django.conf import settings

from smartsenegal.kernel.identity import actions, queries
from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.identity.rules import ASSURANCE, LOGIN_SCOPES


class ServicesAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """Claims of OpenID Connect Core 1.0 (section 5.1), pairwise subjects (section 8.1), keys of the vault."""

    scope_display = LOGIN_SCOPES

    def get_issuer(self) -> str:
        return str(settings.PUBLIC_URL).rstrip("/")

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Account,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Only what was proved: a phone or an address that nobody confirmed is not told."""
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        contact = queries.contact_of(user.pk)
        granted = set(scopes)
        if "profile" in granted:
            claims |= {"name": user.name, "locale": user.language}
        if "phone" in granted and contact and contact.phone:
            claims |= {"phone_number": contact.phone, "phone_number_verified": True}
        if "email" in granted and contact and contact.email:
            claims |= {"email": contact.email, "email_verified": True}
        if "assurance" in granted:
            claims |= {"acr": user.assurance, "assurance": dict(ASSURANCE)[user.assurance]}
        return claims

    def populate_id_token(
        self, id_token: dict[str, Any], client: Client, scopes: Iterable[str], **kwargs: Any
    ) -> None:
        """When and how the person signed in, and the level they were asked for, as far as is known.

        `auth_time`, `amr` and `acr` of OpenID Connect Core 1.0, section 2.
        """
        origin = getattr(context.request, "oidc_origin", None)
        if origin is None:
            return
        told = {"auth_time": origin.auth_time, "amr": list(origin.amr), "acr": origin.acr}
        id_token.update({name: value for name, value in told.items() if value})

    def get_user_sub(self, client: Client, user: Account) -> str:
        return queries.subject_for(user.pk, client.pk)

    def get_user_by_sub(self, client: Client, sub: str) -> Account | None:
        return queries.account_with_subject(client.pk, sub)

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        found = queries.signing_keys()
        if not found:
            actions.rotate_signing_keys()
            found = queries.signing_keys()
        keys = [
            PrivateKey(pem=k.pem, not_before=k.not_before, issued_at=k.not_before, expires_at=k.expires_at)
            for k in found
        ]
        return list(filter_keys(keys, did_activate=did_activate, is_active=is_active))
