"""Addresses of `cable.noc`."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.cable.noc.views import acts, pages

app_name = "cable_noc"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("closes/", pages.closed, name="closed"),
    path("alarmes/<int:alarm_id>/", pages.alarm, name="alarm"),
    path("alarmes/<int:alarm_id>/prendre/", acts.take, name="take"),
    path("alarmes/<int:alarm_id>/commenter/", acts.comment, name="comment"),
    path("alarmes/<int:alarm_id>/clore/", acts.close, name="close"),
    path("alarmes/<int:alarm_id>/prevenir/", acts.tell_of_alarm, name="tell_of_alarm"),
    path("travaux/<int:cable_work_id>/", pages.work, name="work"),
    path("travaux/<int:cable_work_id>/prevenir/", acts.tell_of_work, name="tell_of_work"),
    path("contacts/", acts.contacts, name="contacts"),
    path("contacts/<int:contact_id>/enlever/", acts.remove_contact, name="remove_contact"),
]
