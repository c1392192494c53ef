"""Addresses of the bounds of codes, for who administers the network."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.wifi.portal import views_bounds

app_name = "wifi_codes"
urlpatterns: list[URLPattern] = [
    path("", views_bounds.index, name="index"),
    path("<slug:bound>/", views_bounds.bound, name="bound"),
]
