"""Addresses of `datacenter.billing`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.datacenter.billing.views import invoices, manager

app_name = "datacenter_billing"
_CENTER = "centre/<slug:code>/"
urlpatterns: list[URLPattern] = [
    path(_CENTER, manager.center, name="center"),
    path(f"{_CENTER}conditions/", manager.terms, name="terms"),
    path(f"{_CENTER}mois/<str:month>/", manager.month, name="month"),
    path("client/<int:organisation_id>/", invoices.customer, name="customer"),
    path("factures/<str:number>/", invoices.invoice, name="invoice"),
    path("factures/<str:number>/calcul.json", invoices.statement, name="statement"),
    path("factures/<str:number>/corriger/", invoices.correct, name="correct"),
]
