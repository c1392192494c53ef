from django.urls import path

from smartsenegal.kernel.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.index, name="index"),
    path("nouveau/", views.subscribe, name="subscribe"),
    path("<uuid:endpoint_id>/", views.show, name="show"),
    path("<uuid:endpoint_id>/modifier/", views.change, name="change"),
    path("<uuid:endpoint_id>/secret/", views.rotate, name="rotate"),
    path("<uuid:endpoint_id>/arreter/", views.stop, name="stop"),
    path("<uuid:endpoint_id>/reprendre/", views.restart, name="restart"),
    path("<uuid:endpoint_id>/envois/<uuid:outgoing_id>/renvoyer/", views.resend, name="resend"),
]
