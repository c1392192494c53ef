"""Addresses of `datacenter.colocation`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.datacenter.colocation.views import customer, desk, manager

app_name = "datacenter_colocation"
_CENTER, _CLIENT = "centre/<slug:code>/", "client/<int:organisation_id>/"
urlpatterns: list[URLPattern] = [
    path("", customer.mine, name="mine"),
    path(_CENTER, manager.center, name="center"),
    path(f"{_CENTER}retenir/", manager.hold, name="hold"),
    path(f"{_CENTER}tarifs/", manager.tariffs, name="tariffs"),
    path(f"{_CENTER}conservation/", manager.rule, name="rule"),
    path(f"{_CENTER}relever/", manager.reading, name="reading"),
    path(f"{_CENTER}visites/", desk.visits, name="visits"),
    path(f"{_CENTER}visites/<int:visit_id>/", desk.visit, name="visit"),
    path(f"{_CENTER}visites/<int:visit_id>/sortir/", desk.leave, name="leave"),
    path(f"{_CENTER}visites/<int:visit_id>/<slug:verb>/", desk.decide, name="decide"),
    path(f"{_CENTER}demandes/", desk.demands, name="demands"),
    path(f"{_CENTER}gestes/<int:hands_id>/prendre/", desk.take, name="take"),
    path(f"{_CENTER}gestes/<int:hands_id>/<slug:verb>/", desk.answer, name="answer"),
    path(f"{_CENTER}raccordements/<int:cross_id>/<slug:verb>/", desk.cable, name="cable"),
    path("baux/<int:lease_id>/", manager.lease, name="lease"),
    path("baux/<int:lease_id>/<slug:verb>/", manager.act, name="act"),
    path(_CLIENT, customer.customer, name="customer"),
    path(f"{_CLIENT}visites/nouvelle/", customer.ask_visit, name="ask_visit"),
    path(f"{_CLIENT}visites/<int:visit_id>/", customer.visit, name="own_visit"),
    path(f"{_CLIENT}visites/<int:visit_id>/annuler/", customer.cancel_visit, name="cancel_visit"),
    path(f"{_CLIENT}gestes/nouveau/", customer.ask_hands, name="ask_hands"),
    path(f"{_CLIENT}raccordements/nouveau/", customer.ask_cross, name="ask_cross"),
    path(f"{_CLIENT}raccordements/<int:cross_id>/<slug:verb>/", customer.settle_cross, name="settle_cross"),
]
