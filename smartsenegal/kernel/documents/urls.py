from django.urls import path

from smartsenegal.kernel.documents.views import management, pieces, verification

app_name = "documents"
urlpatterns = [
    path("pieces/<uuid:pk>/", pieces.piece, name="piece"),
    path("pieces/<uuid:pk>/page/<int:number>/", pieces.piece_page, name="piece_page"),
    path("actes/<uuid:pk>/revocation/", management.revoke, name="revoke"),
    path("conservation/", management.retention, name="retention"),
    path("verifier/", verification.check, name="check"),
    path("verifier/confiance.json", verification.trust, name="trust"),
    path("verifier/revocations.bin", verification.revocations, name="revocations"),
    path("verifier/hors-ligne/", verification.offline, name="offline"),
    path("verifier/hors-ligne/verificateur.html", verification.offline_file, name="offline_file"),
    path("v/<str:code>/", verification.act, name="act"),
]
