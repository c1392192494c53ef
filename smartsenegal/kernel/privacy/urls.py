from django.urls import path

from smartsenegal.kernel.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("demander/", views.ask, name="ask"),
    path("<uuid:request_id>/archive.zip", views.archive, name="archive"),
    path("traitement/", views.to_treat, name="to_treat"),
    path("traitement/delais/", views.delays, name="delays"),
    path("traitement/<uuid:request_id>/", views.one, name="one"),
    path("traitement/<uuid:request_id>/accepter/", views.accept, name="accept"),
    path("traitement/<uuid:request_id>/refuser/", views.refuse, name="refuse"),
]
