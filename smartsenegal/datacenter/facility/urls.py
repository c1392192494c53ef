"""Addresses of `datacenter.facility`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.datacenter.facility.views import contents, files, pages, parts

app_name = "datacenter_facility"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("nouveau/", parts.add_center, name="add_center"),
    path("<slug:code>/", pages.center, name="center"),
    path("<slug:code>/salles/nouvelle/", parts.add_room, name="add_room"),
    path("<slug:code>/salles/<slug:room>/", parts.change_room, name="room"),
    path("<slug:code>/pieces/", pages.components, name="components"),
    path("<slug:code>/pieces/nouvelle/", parts.add_component, name="add_component"),
    path("<slug:code>/pieces/<slug:part>/", parts.change_component, name="component"),
    path("<slug:code>/baies/nouvelle/", parts.add_rack, name="add_rack"),
    path("<slug:code>/baies/<int:rack_id>/", pages.rack, name="rack"),
    path("<slug:code>/baies/<int:rack_id>/modifier/", parts.change_rack, name="change_rack"),
    path("<slug:code>/baies/<int:rack_id>/equipements/nouveau/", contents.install, name="install"),
    path("<slug:code>/baies/<int:rack_id>/retenir/", contents.hold, name="hold"),
    path("<slug:code>/equipements/<int:device_id>/retirer/", contents.remove, name="remove"),
    path("<slug:code>/places/<int:reservation_id>/contrat/", contents.contract, name="contract"),
    path("<slug:code>/places/<int:reservation_id>/liberer/", contents.release, name="release"),
    path("<slug:code>/importer/", files.import_file, name="import"),
    path("<slug:code>/<slug:kind>.csv", files.export_csv, name="export_csv"),
]
