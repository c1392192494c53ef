"""Addresses of `wifi.portal`, as gateways are told them (`network.queries.central`). They hang last under
`wifi/`: no site can take the address of a page of agents."""

from django.urls import path
from django.urls.resolvers import URLPattern

from smartsenegal.wifi.portal import views

app_name = "wifi_portal"
urlpatterns: list[URLPattern] = [
    path("<slug:code>/", views.first, name="first"),
    path("<slug:code>/entrer/", views.enter, name="enter"),
    path("<slug:code>/wispr/", views.wispr_login, name="wispr"),
    path("<slug:code>/code/", views.code, name="code"),
    path("<slug:code>/compte/", views.account, name="account"),
    path("<slug:code>/conditions/", views.conditions, name="conditions"),
    path("<slug:code>/capport", views.capport, name="capport"),
    path("<slug:code>/capport/<str:token>", views.capport, name="capport_of"),
    path("<slug:code>/etat/<str:token>/", views.status, name="status"),
]
