"""Addresses of `wifi.media`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.wifi.media.views import caches, machine, packages, public, uploads

app_name = "wifi_media"
urlpatterns: list[URLPattern] = [
    path("", packages.index, name="index"),
    path("nouveau/", packages.add, name="add"),
    path("paquets/<slug:code>/", packages.package, name="package"),
    path("paquets/<slug:code>/modifier/", packages.change, name="change"),
    path("paquets/<slug:code>/publier/", packages.publish, name="publish"),
    path("paquets/<slug:code>/retirer/", packages.withdraw, name="withdraw"),
    path("paquets/<slug:code>/destinations/", packages.assign, name="assign"),
    path("paquets/<slug:code>/destinations/<int:row_id>/retirer/", packages.unassign, name="unassign"),
    path("paquets/<slug:code>/fichiers/", uploads.add_file, name="add_file"),
    path("paquets/<slug:code>/fichiers/<int:file_id>/retirer/", uploads.remove_file, name="remove_file"),
    path("paquets/<slug:code>/envois/", uploads.begin, name="begin"),
    path("envois/<uuid:upload_id>/", uploads.piece, name="piece"),
    path("caches/", caches.index, name="caches"),
    path("caches/<slug:site_code>/", caches.cache, name="cache"),
    path("caches/<slug:site_code>/reglages/", caches.change, name="change_cache"),
    path("caches/<slug:site_code>/secret/", caches.renew, name="renew"),
    path("cache/liste", machine.wanted, name="wanted"),
    path("cache/fichiers/<str:sha256>", machine.file, name="machine_file"),
    path("cache/rapport", machine.report, name="report"),
    path("site.css", public.style, name="style"),
    path("ouvertures.csv", public.figures, name="figures"),
    path("fichiers/<str:sha256>/<str:name>", public.file, name="file"),
    path("ici/<slug:site_code>/", public.site, name="site"),
    path("ici/<slug:site_code>/<slug:code>/", public.package, name="site_package"),
]
