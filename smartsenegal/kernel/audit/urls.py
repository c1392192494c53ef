from django.urls import path

from smartsenegal.kernel.audit import views
from smartsenegal.kernel.audit.inspection import views as inspection

app_name = "audit"
urlpatterns = [
    path("", views.journal, name="journal"),
    path("<int:pk>/", views.entry, name="entry"),
    path("verification/", views.verify, name="verify"),
    path("inspections/", inspection.index, name="inspections"),
    path("inspections/nouvelle/", inspection.new, name="inspection_new"),
    path("inspections/<uuid:inspection_id>/", inspection.show, name="inspection"),
    path("inspections/<uuid:inspection_id>/export.csv", inspection.export, name="inspection_csv"),
    path("lectures/", inspection.readings, name="readings"),
    path("lectures/export.csv", inspection.readings_csv, name="readings_csv"),
    path("lectures/seuils/", inspection.thresholds, name="thresholds"),
]
