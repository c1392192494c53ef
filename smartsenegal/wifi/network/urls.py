"""Addresses of `wifi.network`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.wifi.network.views import files, forms, gateways, pages

app_name = "wifi_network"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("points.csv", files.export_csv, name="export_csv"),
    path("points.geojson", files.export_geojson, name="export_geojson"),
    path("importer/", files.import_file, name="import"),
    path("nouveau/", forms.add_hotspot, name="add"),
    path("passerelles/<slug:code>/", gateways.gateway, name="gateway"),
    path("passerelles/<slug:code>/fichiers/<int:number>/", gateways.download, name="download"),
    path("passerelles/<slug:code>/modifier/", gateways.change_gateway, name="change_gateway"),
    path("passerelles/<slug:code>/secret/", gateways.rotate, name="rotate"),
    path("passerelles/<slug:code>/certificat/", gateways.certificate, name="certificate"),
    path("passerelles/<slug:code>/revoquer/", gateways.revoke, name="revoke_certificate"),
    path("passerelles/<slug:code>/retirer/", gateways.retire_gateway, name="retire_gateway"),
    path("<slug:code>/", pages.hotspot, name="hotspot"),
    path("<slug:code>/reglages/", forms.change_hotspot, name="change"),
    path("<slug:code>/etat/", forms.change_state, name="state"),
    path("<slug:code>/zones/nouvelle/", forms.add_zone, name="add_zone"),
    path("<slug:code>/zones/<int:zone_id>/", forms.change_zone, name="change_zone"),
    path("<slug:code>/bornes/nouvelle/", forms.add_access_point, name="add_access_point"),
    path("<slug:code>/bornes/<int:borne_id>/", forms.change_access_point, name="change_access_point"),
    path("<slug:code>/bornes/<int:borne_id>/retirer/", forms.retire_access_point, name="retire_access_point"),
    path("<slug:code>/passerelles/nouvelle/", gateways.add_gateway, name="add_gateway"),
    path("<slug:code>/travaux/", forms.plan_maintenance, name="plan"),
    path("<slug:code>/travaux/<int:work_id>/annuler/", forms.cancel_maintenance, name="cancel"),
]
