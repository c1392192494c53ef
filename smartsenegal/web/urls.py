"""Pages of the house itself."""

from django.conf import settings
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver
from django.views.i18n import set_language

from smartsenegal.web import gallery, health, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("arrivee", views.landing, name="landing"),
    path("accessibilite", views.accessibility, name="accessibility"),
    path("vos-donnees", views.privacy, name="privacy"),
    path("affichage", views.display, name="display"),
    path("touches", views.keys, name="keys"),
    path("langue", set_language, name="set_language"),
    path("tableau-de-bord/", include("smartsenegal.web.dashboard.urls")),
    path("healthz", health.healthz, name="healthz"),
]
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("composants", gallery.components, name="components"))
