"""Addresses of `cable.wholesale`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.cable.wholesale.views import customer, orders, public, services

app_name = "cable_wholesale"
_CLIENT = "client/<int:organisation_id>/"
_QUOTE, _ORDER = f"{_CLIENT}devis/<int:cable_quote_id>/", f"{_CLIENT}commandes/<int:cable_order_id>/"
_SERVICE = f"{_CLIENT}services/<int:cable_service_id>/"
urlpatterns: list[URLPattern] = [
    path("", public.tariffs, name="tariffs"),
    path("tarifs.csv", public.tariffs_csv, name="tariffs_csv"),
    path("client/", customer.mine, name="mine"),
    path(_CLIENT, customer.customer, name="customer"),
    path(f"{_CLIENT}demander/", orders.ask_quote, name="ask"),
    path(_QUOTE, orders.quote, name="quote"),
    path(f"{_QUOTE}<slug:verb>/", orders.decide, name="decide"),
    path(_ORDER, orders.order, name="order"),
    path(f"{_ORDER}annuler/", orders.cancel, name="cancel"),
    path(_SERVICE, services.service, name="service"),
    path(f"{_SERVICE}changer/", services.change, name="change"),
    path(f"{_SERVICE}finir/", services.end, name="end"),
]
