"""The address that UniFi controllers lead to: they know one path, whatever the portal."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.wifi.portal import views

urlpatterns: list[URLPattern] = [path("guest/s/<slug:site>/", views.guest, name="wifi_guest")]
