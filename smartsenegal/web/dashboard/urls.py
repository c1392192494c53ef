from django.urls import path

from smartsenegal.web.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.country, name="country"),
    path("export.csv", views.country_csv, name="country_csv"),
    path("demarches/", views.procedures, name="procedures"),
    path("demarches/<slug:code>/", views.procedure, name="procedure"),
    path("demarches/<slug:code>/export.csv", views.procedure_csv, name="procedure_csv"),
]
