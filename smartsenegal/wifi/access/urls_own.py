"""Addresses of a person's own devices."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.wifi.access.views import devices

app_name = "wifi_devices"
urlpatterns: list[URLPattern] = [
    path("", devices.mine, name="mine"),
    path("<int:realm_id>/mot-de-passe/", devices.make, name="make"),
    path("<int:realm_id>/retirer/", devices.withdraw, name="withdraw"),
    path("<int:realm_id>/profil/<slug:kind>/", devices.file, name="file"),
]
