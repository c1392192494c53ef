from django.urls import path, register_converter

from smartsenegal.kernel.indicators import views


class SeriesName:
    """A series' name: words of small letters joined by points and underscores."""

    regex = r"[a-z0-9_]+(?:\.[a-z0-9_]+)*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SeriesName, "series")

app_name = "indicators"
urlpatterns = [
    path("", views.index, name="index"),
    path("dictionnaire/", views.dictionary, name="dictionary"),
    path("donnees/dictionnaire.csv", views.dictionary_csv, name="dictionary_csv"),
    path("donnees/dictionnaire.json", views.dictionary_json, name="dictionary_json"),
    path("<series:name>/", views.page, name="series"),
    path("donnees/<series:name>/csv", views.as_csv, name="csv"),
    path("donnees/<series:name>/json", views.as_json, name="json"),
]
