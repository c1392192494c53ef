"""Addresses of `cable.billing`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.cable.billing.views import contracts, invoices, pages

app_name = "cable_billing"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("nouveau/", contracts.add, name="add"),
    path("facturer/<str:month>/", invoices.issue_all, name="issue_all"),
    path("releves/", contracts.readings, name="readings"),
    path("factures/<str:number>/", invoices.invoice, name="invoice"),
    path("factures/<str:number>/creneaux.csv", invoices.slots, name="slots"),
    path("factures/<str:number>/conditions.json", invoices.statement, name="statement"),
    path("factures/<str:number>/corriger/", invoices.correct, name="correct"),
    path("contrats/<slug:code>/", pages.contract, name="contract"),
    path("contrats/<slug:code>/ports/nouveau/", contracts.add_port, name="add_port"),
    path("contrats/<slug:code>/conditions/", contracts.conventions, name="conventions"),
    path("contrats/<slug:code>/fin/", contracts.end, name="end"),
    path("contrats/<slug:code>/interruptions/nouvelle/", contracts.downtime, name="downtime"),
    path("interruptions/<int:downtime_id>/retirer/", contracts.withdraw, name="withdraw"),
    path("contrats/<slug:code>/<str:month>/", pages.month, name="month"),
    path("contrats/<slug:code>/<str:month>/creneaux.csv", pages.month_slots, name="month_slots"),
    path("contrats/<slug:code>/<str:month>/facturer/", invoices.issue, name="issue"),
]
