"""Addresses of `cable.capacity`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.cable.capacity.views import changes, pages

app_name = "cable_capacity"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("routes/nouvelle/", changes.add_route, name="add_route"),
    path("routes/<slug:code>/", pages.route, name="route"),
    path("routes/<slug:code>/reserve/", changes.set_reserve, name="set_reserve"),
    path("routes/<slug:code>/produits/nouveau/", changes.add_product, name="add_product"),
    path("produits/<int:cable_product_id>/conditions/", changes.publish_terms, name="publish_terms"),
    path("tarifs/nouveau/", changes.add_tariff, name="add_tariff"),
    path("tarifs/<int:cable_tariff_id>/finir/", changes.end_tariff, name="end_tariff"),
    path("devis/nouveau/", changes.make_quote, name="make_quote"),
    path("devis/<int:cable_quote_id>/", pages.quote, name="quote"),
    path("devis/<int:cable_quote_id>/accepter/", changes.accept, name="accept"),
    path("devis/<int:cable_quote_id>/refuser/", changes.reject, name="reject"),
    path("devis/<int:cable_quote_id>/retirer/", changes.cancel, name="cancel"),
    path("devis/<int:cable_quote_id>/livrer/", changes.deliver, name="deliver"),
    path("devis/<int:cable_quote_id>/commande/<slug:state>/motif/", changes.say_why, name="say_why"),
    path("devis/<int:cable_quote_id>/commande/<slug:state>/", changes.advance, name="advance"),
]
