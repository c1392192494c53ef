"""Addresses of `cable.resilience`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.cable.resilience.views import declared, explorer, studies, works

app_name = "cable_resilience"
urlpatterns: list[URLPattern] = [
    path("", explorer.index, name="index"),
    path("coupure/", explorer.failure, name="failure"),
    path("effet/", explorer.effect, name="effect"),
    path("declarees/", declared.declared, name="declared"),
    path("declarer/", declared.declare, name="declare"),
    path("declarees/<int:failure_id>/", declared.show_failure, name="declared_failure"),
    path("declarees/<int:failure_id>/reparer/", declared.repair, name="repair"),
    path("travaux/", works.works, name="works"),
    path("travaux/nouveaux/", works.plan, name="plan"),
    path("travaux/<int:cable_work_id>/annuler/", works.cancel, name="cancel"),
    path("debits/", studies.capacity, name="capacity"),
    path("rejeu/<slug:event_code>/", studies.replay, name="replay"),
    path("disponibilite/", studies.availability, name="availability"),
]
