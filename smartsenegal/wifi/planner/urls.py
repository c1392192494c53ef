"""Addresses of the planner, under /wifi/planification/."""

from django.urls import path

from smartsenegal.wifi.planner.views import kept, plan

app_name = "wifi_planner"
urlpatterns = [
    path("", plan.plan, name="plan"),
    path("plans/", kept.plans, name="plans"),
    path("plans/nouveau/", kept.add, name="add"),
    path("plans/comparer/", kept.compare, name="compare"),
    path("plans/<int:kept_id>/", kept.kept, name="kept"),
    path("plans/<int:kept_id>/modifier/", kept.change, name="change"),
    path("plans/<int:kept_id>/dupliquer/", kept.copy, name="copy"),
    path("plans/<int:kept_id>/bilan.pdf", kept.paper, name="paper"),
]
