"""Addresses of `cable.collection`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.cable.collection.views import pages

app_name = "cable_collection"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("nouveau/", pages.add, name="add"),
    path("equipements/<slug:code>/", pages.agent, name="agent"),
    path("equipements/<slug:code>/modifier/", pages.change, name="change"),
    path("equipements/<slug:code>/interroger/", pages.ask_now, name="ask_now"),
    path("equipements/<slug:code>/arreter/", pages.stop, name="stop"),
    path("interfaces/<int:interface_id>/", pages.bill, name="bill"),
    path("interfaces/<int:interface_id>/detacher/", pages.release, name="release"),
]
