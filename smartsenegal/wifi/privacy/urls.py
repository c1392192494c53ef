"""Addresses of `wifi.privacy`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.wifi.privacy.views import desk, figures, own, requests

app_name = "wifi_privacy"
urlpatterns: list[URLPattern] = [
    path("", figures.index, name="figures"),
    path("jours.csv", figures.as_csv, name="csv"),
    path("jours.json", figures.as_json, name="json"),
    path("moi/", own.phone, name="own"),
    path("moi/donnees/", own.data, name="own_data"),
    path("moi/effacer/", own.erase, name="own_erase"),
    path("bureau/", desk.desk, name="desk"),
    path("bureau/ceremonie/", desk.ceremony, name="ceremony"),
    path("bureau/conservation/<slug:purpose>/", desk.set_retention, name="retention"),
    path("requisitions/nouvelle/", requests.new_request, name="new_request"),
    path("requisitions/<int:requisition_id>/", requests.one_request, name="request"),
    path("requisitions/<int:requisition_id>/decision/", requests.decide, name="decide"),
    path("requisitions/<int:requisition_id>/ouvrir/", requests.open_request, name="open"),
]
