"""Addresses of kits, under /wifi/kits/."""

from django.urls import path

from smartsenegal.wifi.kit.views import kits, returns

app_name = "wifi_kit"
urlpatterns = [
    path("", kits.index, name="index"),
    path("nouveau/", kits.new, name="new"),
    path("<uuid:kit_number>/", kits.kit, name="kit"),
    path("<uuid:kit_number>/fichier/", kits.file, name="file"),
    path("<uuid:kit_number>/cle/", kits.key, name="key"),
    path("<uuid:kit_number>/retour/", returns.take, name="take"),
    path("<uuid:kit_number>/rendu/", returns.returned, name="returned"),
    path("<uuid:kit_number>/revoquer/", returns.revoke, name="revoke"),
]
