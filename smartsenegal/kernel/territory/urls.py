"""Addresses of `territory`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.kernel.territory import views

urlpatterns: list[URLPattern] = [
    path("", views.index, name="territory_search"),
    path("recherche.json", views.search_json, name="territory_search_json"),
    path("<slug:code>/", views.show, name="territory"),
    path("<slug:code>/nom/", views.add_alias, name="territory_alias"),
    path("<slug:code>/chiffre/", views.add_figure, name="territory_figure"),
]
