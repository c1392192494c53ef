from django.urls import path

from smartsenegal.kernel.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<uuid:message_id>/", views.read, name="read"),
    path("tout-lu/", views.read_all, name="read-all"),
    path("telephone/", views.phone, name="phone"),
    path("envois/", views.outbox, name="outbox"),
    path("envois/<uuid:message_id>/renvoyer/", views.resend, name="resend"),
    path("envois/tarifs/", views.add_tariff, name="add-tariff"),
]
