"""The person's own place, at the root of the site."""

from django.urls import path

from smartsenegal.onestop.cases.views import follow

urlpatterns = [path("", follow.space, name="space")]
