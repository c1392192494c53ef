"""Addresses of `datacenter.hosting`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.datacenter.hosting.views import machines, manager, objects, project, use

app_name = "datacenter_hosting"
_CENTER, _PROJECT = "centre/<slug:code>/", "projets/<slug:project_code>/"
_MACHINE = f"{_PROJECT}machines/<int:machine_id>/"
urlpatterns: list[URLPattern] = [
    path("", project.mine, name="mine"),
    path("nouveau/", project.open_project, name="open"),
    path(_CENTER, manager.center, name="center"),
    path(f"{_CENTER}plateforme/", manager.pool, name="pool"),
    path(f"{_CENTER}images/", manager.images, name="images"),
    path(f"{_CENTER}images/<int:image_id>/retirer/", manager.close_image, name="close_image"),
    path(f"{_CENTER}tarifs/", manager.tariffs, name="tariffs"),
    path(f"{_CENTER}factures/<slug:project_code>/<str:month>/", manager.close_month, name="close_month"),
    path("quotas/<int:ask_id>/<slug:verb>/", manager.decide, name="decide"),
    path(_PROJECT, project.project, name="project"),
    path(f"{_PROJECT}quota/", project.quota, name="quota"),
    path(f"{_PROJECT}membres/", project.members, name="members"),
    path(f"{_PROJECT}membres/<int:member_id>/retirer/", project.remove_member, name="remove_member"),
    path(f"{_PROJECT}machines/nouvelle/", machines.create, name="create"),
    path(_MACHINE, machines.machine, name="machine"),
    path(f"{_MACHINE}console/", machines.console, name="console"),
    path(f"{_MACHINE}taille/", machines.resize, name="resize"),
    path(f"{_MACHINE}supprimer/", machines.delete, name="delete"),
    path(f"{_MACHINE}<slug:verb>/", machines.act, name="act"),
    path(f"{_PROJECT}espaces/nouveau/", objects.add_bucket, name="add_bucket"),
    path(f"{_PROJECT}espaces/<int:bucket_id>/supprimer/", objects.close_bucket, name="close_bucket"),
    path(f"{_PROJECT}cles/nouvelle/", objects.add_key, name="add_key"),
    path(f"{_PROJECT}cles/<int:key_id>/secret/", objects.secret, name="secret"),
    path(f"{_PROJECT}cles/<int:key_id>/retirer/", objects.close_key, name="close_key"),
    path(f"{_PROJECT}mois/<str:month>/", use.month, name="month"),
    path(f"{_PROJECT}mois/<str:month>/releve.json", use.statement, name="statement"),
    path(f"{_PROJECT}registre/", use.register, name="register"),
    path(f"{_PROJECT}registre/nouveau/", use.note, name="note"),
    path(f"{_PROJECT}registre/<int:dataset_id>/sortir/", use.close, name="close_dataset"),
]
