"""Addresses of `cable.optics`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.cable.optics.views import changes, pages

app_name = "cable_optics"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("liaisons/<slug:code>/", pages.line, name="line"),
    path("liaisons/<slug:code>/hypotheses/", changes.suppose, name="suppose"),
    path("liaisons/<slug:code>/retraits/nouveau/", changes.deduct, name="deduct"),
    path("retraits/<int:deduction_id>/enlever/", changes.remove_deduction, name="remove_deduction"),
    path("formats/nouveau/", changes.add_format, name="add_format"),
    path("formats/<int:format_id>/", changes.change_format, name="change_format"),
]
