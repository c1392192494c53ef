"""Addresses of `cable.peering`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.cable.peering.views import changes, pages

app_name = "cable_peering"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("nouvelle/", changes.add_session, name="add_session"),
    path("vers/<slug:code>/", pages.session, name="session"),
    path("vers/<slug:code>/modifier/", changes.change_session, name="change_session"),
    path("vers/<slug:code>/bird.conf", pages.configuration, name="configuration"),
    path("routeurs/nouveau/", changes.add_router, name="add_router"),
    path("routeurs/<slug:code>/", pages.router, name="router"),
    path("routeurs/<slug:code>/modifier/", changes.change_router, name="change_router"),
    path("routeurs/<slug:code>/etat/", changes.bring_state, name="bring_state"),
    path("roa/", changes.roas, name="roas"),
    path("echanges/nouveau/", changes.add_exchange, name="add_exchange"),
    path("echanges/<slug:code>/", pages.exchange, name="exchange"),
    path("echanges/<slug:code>/membres/", changes.members, name="members"),
]
