"""Addresses of `datacenter.sensors`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.datacenter.sensors import views

app_name = "datacenter_sensors"
urlpatterns: list[URLPattern] = [
    path("<slug:code>/", views.center, name="center"),
    path("<slug:code>/nouvelle/", views.add, name="add"),
    path("<slug:code>/<int:source_id>/retirer/", views.close, name="close"),
]
