"""Addresses of `datacenter.tier`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.datacenter.tier import views

app_name = "datacenter_tier"
urlpatterns: list[URLPattern] = [
    path("<slug:code>/", views.verdict, name="verdict"),
    path("<slug:code>/arret/", views.stop, name="stop"),
    path("<slug:code>/disponibilite/", views.availability, name="availability"),
]
