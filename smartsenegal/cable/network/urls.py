"""Addresses of `cable.network`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.cable.network.views import circuits, files, lists, pages, parts

app_name = "cable_network"
urlpatterns: list[URLPattern] = [
    path("", lists.index, name="index"),
    path("liste/<slug:kind>/", lists.listed, name="list"),
    path("<slug:kind>.csv", files.export_csv, name="export_csv"),
    path("reseau.geojson", files.export_geojson, name="export_geojson"),
    path("importer/", files.import_file, name="import"),
    path("cables/nouveau/", parts.add_system, name="add_system"),
    path("cables/<slug:code>/", pages.system, name="system"),
    path("cables/<slug:code>/modifier/", parts.change_system, name="change_system"),
    path("noeuds/nouveau/", parts.add_node, name="add_node"),
    path("noeuds/<slug:code>/", pages.node, name="node"),
    path("noeuds/<slug:code>/modifier/", parts.change_node, name="change_node"),
    path("noeuds/<slug:code>/equipements/nouveau/", parts.add_equipment, name="add_equipment"),
    path("equipements/<slug:code>/", parts.change_equipment, name="equipment"),
    path("liaisons/nouvelle/", parts.add_link, name="add_link"),
    path("liaisons/<slug:code>/", pages.link, name="link"),
    path("liaisons/<slug:code>/modifier/", parts.change_link, name="change_link"),
    path("liaisons/<slug:code>/longueurs-d-onde/nouvelle/", parts.add_wavelength, name="add_wavelength"),
    path("zones/nouvelle/", parts.add_zone, name="add_zone"),
    path("zones/<slug:code>/", parts.change_zone, name="zone"),
    path("circuits/nouveau/", circuits.add_circuit, name="add_circuit"),
    path("circuits/<slug:code>/", circuits.circuit, name="circuit"),
    path("circuits/<slug:code>/modifier/", circuits.change_circuit, name="change_circuit"),
]
