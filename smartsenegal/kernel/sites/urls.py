"""Addresses of `sites`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.kernel.sites import views

urlpatterns: list[URLPattern] = [
    path("", views.index, name="sites"),
    path("gestion/", views.manage, name="sites_manage"),
    path("coupures/", views.outages, name="sites_outages"),
    path("recherche.json", views.search_json, name="sites_search_json"),
    path("<slug:code>/", views.show, name="site"),
    path("<slug:code>/etat/", views.state, name="site_state"),
    path("<slug:code>/fiche/", views.details, name="site_details"),
    path("<slug:code>/besoins/", views.needs, name="site_needs"),
    path("<slug:code>/besoins/<int:need_id>/retirer/", views.drop_need, name="site_drop_need"),
    path("<slug:code>/coupure/", views.outage, name="site_outage"),
    path("<slug:code>/coupure/fin/", views.end_outage, name="site_end_outage"),
]
