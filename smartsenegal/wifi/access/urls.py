"""Addresses of `wifi.access`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.wifi.access.views import homes, plans, realms, rosters, vouchers

app_name = "wifi_access"
urlpatterns: list[URLPattern] = [
    path("", plans.index, name="index"),
    path("apercu/", plans.preview, name="preview"),
    path("forfaits/nouveau/", plans.add_plan, name="add_plan"),
    path("forfaits/<int:plan_id>/", plans.change_plan, name="plan"),
    path("regles/nouvelle/", plans.add_rule, name="add_rule"),
    path("regles/<int:rule_id>/", plans.rule, name="rule"),
    path("regles/<int:rule_id>/terminer/", plans.end_rule, name="end_rule"),
    path("groupes/", plans.groups, name="groups"),
    path("groupes/nouveau/", plans.add_group, name="add_group"),
    path("groupes/<int:group_id>/", plans.rename_group, name="group"),
    path("domaines/", realms.realms, name="realms"),
    path("domaines/nouveau/", realms.add_realm, name="add_realm"),
    path("domaines/<int:realm_id>/", realms.change_realm, name="realm"),
    path("domaines/<int:realm_id>/retirer/", realms.retire_realm, name="retire_realm"),
    path("domaines/<int:realm_id>/liste/", rosters.import_roster, name="import_roster"),
    path("domaines/listes/<int:roster_id>/", rosters.roster, name="roster"),
    path("domaines/listes/<int:roster_id>/fichier/", rosters.file, name="roster_file"),
    path("domaines/ailleurs/nouveau/", homes.add_realm, name="add_elsewhere"),
    path("domaines/ailleurs/<int:elsewhere_id>/", homes.realm, name="elsewhere"),
    path("domaines/ailleurs/<int:elsewhere_id>/serveur/", homes.add_server, name="add_home"),
    path("domaines/serveurs/<int:home_id>/avant/", homes.raise_server, name="raise_home"),
    path("domaines/serveurs/<int:home_id>/retirer/", homes.close_server, name="close_home"),
    path("tickets/", vouchers.batches, name="batches"),
    path("tickets/nouveau/", vouchers.make, name="make_vouchers"),
    path("tickets/<int:lot_id>/", vouchers.batch, name="batch"),
    path("tickets/<int:lot_id>/feuilles/", vouchers.sheets, name="sheets"),
    path("tickets/<int:lot_id>/fichier/", vouchers.file, name="codes"),
    path("tickets/<int:lot_id>/fermer/", vouchers.close, name="close_batch"),
    path("tickets/<int:lot_id>/fermer-un-ticket/", vouchers.close_one, name="close_voucher"),
]
