"""Addresses of the catalogue, under /demarches/."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.onestop.procedures.views import data, manage, public, reviews, tariffs

app_name = "procedures"
urlpatterns: list[URLPattern] = [
    path("", public.search, name="search"),
    path("themes/<slug:slug>/", public.theme, name="theme"),
    path("evenements/<slug:slug>/", public.life_event, name="life_event"),
    path("gestion/", manage.managed, name="managed"),
    path("gestion/<slug:code>/", manage.history, name="history"),
    path("gestion/<slug:code>/revision/<int:number>/", manage.revision, name="revision"),
    path("gestion/<slug:code>/brouillon/", manage.draft, name="draft"),
    path("gestion/<slug:code>/publier/", manage.publish, name="publish"),
    path("gestion/<slug:code>/jeter/", manage.drop, name="drop"),
    path("gestion/<slug:code>/retirer/", manage.withdraw, name="withdraw"),
    path("gestion/<slug:code>/tarifs/", tariffs.tariffs, name="tariffs"),
    path("gestion/<slug:code>/tarifs/<int:tariff_id>/retirer/", tariffs.drop_tariff, name="drop_tariff"),
    path("gestion/<slug:code>/avis/", reviews.reviews, name="reviews"),
    path("gestion/<slug:code>/avis/<int:review_id>/", reviews.decide, name="decide_review"),
    path("catalogue.ttl", data.catalogue, {"suffix": "ttl"}, name="catalogue_turtle"),
    path("catalogue.jsonld", data.catalogue, {"suffix": "jsonld"}, name="catalogue_jsonld"),
    path("catalogue.rdf", data.catalogue, {"suffix": "rdf"}, name="catalogue_rdf"),
    path("<slug:code>/", public.sheet, name="sheet"),
    path("<slug:code>/conditions/", public.conditions, name="conditions"),
]
