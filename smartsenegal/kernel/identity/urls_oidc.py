"""Addresses of OpenID Connect, under the names that allauth reverses."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from smartsenegal.kernel.identity.views import oidc

app_name = "idp"

_doors: list[URLPattern] = [
    path(".well-known/openid-configuration", oidc.configuration, name="configuration"),
    path(".well-known/jwks.json", oidc.jwks, name="jwks"),
    path("oidc/authorize", oidc.authorization, name="authorization"),
    path("oidc/token", oidc.token, name="token"),
    path("oidc/userinfo", oidc.user_info, name="userinfo"),
    path("oidc/revoke", oidc.revoke, name="revoke"),
    path("oidc/logout", oidc.logout, name="logout"),
]
urlpatterns: list[URLPattern | URLResolver] = [path("", include((_doors, "oidc")))]
