"""Addresses of the planner, under /wifi/planification/."""

from django.urls import path

from smartsenegal.wifi.planner import views

app_name = "wifi_planner"
urlpatterns = [path("", views.plan, name="plan")]
