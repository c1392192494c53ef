"""Addresses of `wifi.monitoring`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.wifi.monitoring.views import alerts, beats, country, points, reports, sites

app_name = "wifi_monitoring"
urlpatterns: list[URLPattern] = [
    path("", country.index, name="index"),
    path("comparer/", country.compare, name="compare"),
    path("rapports/", reports.reports, name="reports"),
    path("rapports/<slug:week>/", reports.report, name="report"),
    path("alertes/", alerts.alerts, name="alerts"),
    path("alertes/<int:pk>/", alerts.alert, name="alert"),
    path("alertes/<int:pk>/<slug:name>/", alerts.act, name="alert_act"),
    path("passerelles/<slug:code>/battement", beats.beat, name="beat"),
    path("passerelles/<slug:code>/cle/", beats.key, name="key"),
    path("<slug:code>/", sites.site, name="site"),
    path("<slug:code>/message/", sites.message, name="message"),
    path("<slug:code>/bornes/", points.points, name="points"),
    path("<slug:code>/bornes/<int:borne_id>/", points.point, name="point"),
    path("<slug:code>/connexions/", sites.sessions, name="sessions"),
    path("<slug:code>/connexions/<slug:key>/", sites.session, name="session"),
    path("<slug:code>/connexions/<slug:key>/debit/", sites.rate, name="rate"),
    path("<slug:code>/connexions/<slug:key>/<slug:name>/", sites.act, name="act"),
]
